import { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/secure-upload-exchange/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import { handlerCode } from '../../handlers';
import type { ExchangeStore } from './exchange-store';
import { uploadModel } from './models';

/** The folder of the functions' code, and what their logs and figures are a part of. */
export const service = 'secure-upload-exchange';
/** How long a link is good, at most. */
export const linkLife: Duration = Duration.minutes(15);

export interface TransferProps {
  readonly alarms: AlarmTopic;
  readonly accessLogs: IBucket;
  readonly store: ExchangeStore;
  readonly origins: readonly string[];
  readonly accelerated: boolean;
  readonly strategy: ReleaseStrategy;
}

/**
 * Where partners ask for links: each with a key of their own, by which their folder is named and their calls are limited. One function
 * may only put where files arrive, the other only get what was accepted, and a link is worth what its function may do.
 *
 * @claims storage-presigned-url, storage-presigned-rights, storage-cors-two-origins
 */
export class Transfer extends Construct {
  readonly api: RestFacade;

  constructor(scope: Construct, id: string, props: TransferProps) {
    super(scope, id);
    const { alarms, accessLogs, store, origins, accelerated, strategy } = props;
    const running = {
      alarms,
      strategy,
      service,
      environment: {
        [environment.bucket]: store.bucket.bucketName,
        [environment.linkSeconds]: String(linkLife.toSeconds()),
        [environment.allowedOrigins]: origins.join(','),
        [environment.accelerated]: String(accelerated),
      },
    };
    const uploads = new ReleasedFunction(this, 'Uploads', {
      ...running,
      description: 'Makes links by which partners upload files',
      code: handlerCode(service, 'uploads'),
    });
    store.grantArrivals(uploads.role);
    const files = new ReleasedFunction(this, 'Outcomes', {
      ...running,
      description: 'Tells partners what became of their files, and makes links to them',
      code: handlerCode(service, 'files'),
    });
    store.grantOutcomes(files.role);

    this.api = new RestFacade(this, 'Api', {
      description: 'Links by which partners upload and download files',
      access: ApiAccess.apiKey({ throttle: { rateLimit: 5, burstLimit: 10 } }),
      accessLogs: ApiAccessLogs.toBucket(accessLogs, 'api/'),
      alarms,
      cors: { origins },
    });
    this.api.route('POST /uploads', { target: ApiTarget.proxy(uploads.alias), body: uploadModel });
    this.api.route('GET /uploads/{upload}/{fileName}', { target: ApiTarget.proxy(files.alias) });
  }
}
