import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment, healthyMarker } from '../../../lambda/offloaded-media-site/environment';
import { HealthSignal } from '../../constructs/edge/health-signal';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { ApiDomain } from '../../constructs/serverless/api-domain';
import { HttpAccess } from '../../constructs/serverless/http-access';
import { HttpFacade } from '../../constructs/serverless/http-facade';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { handlerCode } from '../../handlers';

const service = 'offloaded-media-site';
/** Below what CloudFront waits for, so that it is API Gateway that says when a page takes too long. */
const longest = Duration.seconds(5);

export interface PagesProps {
  readonly alarms: AlarmTopic;
  /** @default - the name API Gateway gives it */
  readonly domain?: ApiDomain;
}

export interface ServeProps {
  readonly strategy: ReleaseStrategy;
  /** Where media and styles come from, as scheme and host. */
  readonly site: string;
  readonly archive: string;
  /** The path of the style sheet. */
  readonly style: string;
}

/** The compute tier: an API whose function makes pages, and has no right to anything they show. */
export class Pages extends Construct {
  readonly api: HttpFacade;
  /** The name of the API, by which the distribution and health checkers find it. */
  readonly host: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PagesProps,
  ) {
    super(scope, id);
    this.api = new HttpFacade(this, 'Api', {
      description: 'Pages of the museum',
      access: HttpAccess.open({ reason: 'The pages are for everybody, and whoever asks only reads.' }),
      ...props,
    });
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${this.api.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** What makes the pages healthy, to checkers of Route 53. */
  get signal(): HealthSignal {
    return HealthSignal.https({ host: this.host, contains: healthyMarker });
  }

  /** Answers, now that it is known where things are; by the function that is given back. */
  serve({ strategy, ...places }: ServeProps): ReleasedFunction {
    const made = new ReleasedFunction(this, 'Make', {
      alarms: this.props.alarms,
      strategy,
      service,
      description: 'Makes pages that name media by where they are',
      code: handlerCode(service, 'pages'),
      timeout: longest,
      environment: {
        [environment.site]: places.site,
        [environment.archive]: places.archive,
        [environment.style]: places.style,
      },
    });
    for (const route of ['GET /', 'HEAD /', 'GET /works/{work}', 'HEAD /works/{work}', 'GET /health'])
      this.api.route(route, { alias: made.alias });
    return made;
  }
}
