import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/video-portal/environment';
import { wildcardFinding } from '../../constructs/findings';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import { handlerCode } from '../../handlers';
import type { Library } from './library';
import { service } from './transcoding';

/** How long a link to a video is good, at most. */
export const linkLife = Duration.minutes(15);

export interface PortalApiProps {
  readonly alarms: AlarmTopic;
  readonly accessLogs: IBucket;
  readonly strategy: ReleaseStrategy;
}

/**
 * Whoever signed in asks here for their videos, with a request they sign by the credentials they got: API Gateway knows by them
 * who asks, and nobody has to write down which token belongs to which uploads.
 */
export class PortalApi extends Construct {
  private readonly facade: RestFacade;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PortalApiProps,
  ) {
    super(scope, id);
    this.facade = new RestFacade(this, 'Facade', {
      description: 'Videos of whoever asks, and links to them',
      access: ApiAccess.iam(),
      accessLogs: ApiAccessLogs.toBucket(props.accessLogs, 'api/'),
      alarms: props.alarms,
      // Any page may ask: what counts is the signature, and browsers send none by themselves.
      cors: { origins: ['*'] },
    });
  }

  /** Where it is, with a slash at its end. */
  get url(): string {
    return this.facade.url;
  }

  /** Scheme and host of it, as a page's policy names them. */
  get origin(): string {
    return `https://${this.facade.api.restApiId}.execute-api.${Stack.of(this).region}.${Aws.URL_SUFFIX}`;
  }

  /** Answers from the library to holders of a role. */
  serve(library: Library, people: IRole): void {
    const { alarms, strategy } = this.props;
    const reader = new ReleasedFunction(this, 'Videos', {
      alarms,
      strategy,
      service,
      description: 'Shows people their videos, and makes links to them',
      code: handlerCode(service, 'videos'),
      environment: {
        [environment.videoTable]: library.videos.table.tableName,
        [environment.mediaBucket]: library.media.bucketName,
        [environment.linkSeconds]: String(linkLife.toSeconds()),
      },
    });
    library.videos.grantGet(reader.role);
    library.videos.grantQuery(reader.role);
    library.grantMedia(reader.role, 's3:GetObject');

    const target = ApiTarget.proxy(reader.alias);
    const list = this.facade.route('GET /videos', { target, query: { after: false } });
    const one = this.facade.route('GET /videos/{video}', { target });
    for (const method of [list, one]) method.grantExecute(people);
    Validations.of(people).acknowledge({
      id: wildcardFinding(people, one.methodArn),
      reason:
        'People choose the names of their videos, and the function behind looks for a name among those of the caller alone.',
    });
  }
}
