import { Duration } from 'aws-cdk-lib';
import { StorageClass, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DataStream } from '../../constructs/messaging/data-stream';
import { DeliveryDestination } from '../../constructs/messaging/delivery-destination';
import { DeliveryPipe } from '../../constructs/messaging/delivery-pipe';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { handlerCode } from '../../handlers';
import { figures, service } from './reader';

export interface ArchiveProps {
  readonly alarms: AlarmTopic;
  /** What is kept. */
  readonly clicks: DataStream;
  /** Where requests to the bucket are recorded. */
  readonly accessLogs: IBucket;
}

/** Clicks for later questions: files of a minute each, without whatever tells of a person, for a year. */
export class Archive extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    const { alarms, clicks, accessLogs } = props;
    const { bucket } = new PrivateBucket(this, 'Kept', {
      accessLogs,
      accessLogPrefix: 'clicks/',
      lifecycleRules: [
        {
          id: 'Ageing',
          transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
          expiration: Duration.days(365),
        },
      ],
    });
    this.bucket = bucket;
    const scrub = new AppFunction(this, 'Scrub', {
      description: 'Makes of a click the line that is kept',
      code: handlerCode(service, 'scrub'),
      service,
      timeout: Duration.minutes(1),
      environment: figures,
    });
    new FunctionAlarms(this, 'ScrubAlarms', { alarms, function: scrub });
    new DeliveryPipe(this, 'Pipe', {
      description: 'Keeps clicks',
      source: clicks,
      transform: scrub,
      destination: DeliveryDestination.bucket(bucket, 'clicks/'),
      alarms,
    });
  }
}
