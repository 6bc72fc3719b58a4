import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnQueue } from 'aws-cdk-lib/aws-mediaconvert';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/video-portal/environment';
import { wildcardFinding } from '../../constructs/findings';
import type { BusPattern } from '../../constructs/messaging/bus-pattern';
import { EventRoute } from '../../constructs/messaging/event-route';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { metricsNamespace } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import { mediaPrefix, type Library } from './library';
import { uploadPrefix } from './uploads';

export const service = 'video-portal';

export interface TranscodingProps {
  readonly alarms: AlarmTopic;
  readonly uploads: IBucket;
  readonly library: Library;
}

/**
 * What happens between an upload and the library: an event has a job made of MediaConvert, which works with a role of its own,
 * and the event of its end is written down. Both events wait in queues, so that neither is lost when a function fails.
 *
 * @claims serverless-video-portal
 */
export class Transcoding extends Construct {
  private readonly failures: FailureQueue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TranscodingProps,
  ) {
    super(scope, id);
    const { alarms, uploads, library } = props;
    this.failures = new FailureQueue(this, 'Undelivered', { alarms });
    const queue = new CfnQueue(this, 'Queue', {
      description: 'Videos of the portal, billed by the minute made',
      pricingPlan: 'ON_DEMAND',
    });
    const transcoder = this.transcoder(queue);

    const starter = this.worker('Starter', {
      description: 'Has videos made of uploads',
      handler: 'start-transcoding',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [uploads.bucketName] }, object: { key: [{ prefix: uploadPrefix }] } },
      },
      environment: {
        [environment.uploadBucket]: uploads.bucketName,
        [environment.uploadPrefix]: uploadPrefix,
        [environment.transcodingQueue]: queue.attrArn,
        [environment.transcoderRole]: transcoder.roleArn,
      },
    });
    library.videos.grantPut(starter.role);
    library.videos.grantUpdate(starter.role);
    starter.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['mediaconvert:CreateJob'], resources: [queue.attrArn] }),
    );
    starter.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [transcoder.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'mediaconvert.amazonaws.com' } },
      }),
    );

    const recorder = this.worker('Recorder', {
      description: 'Writes down what became of jobs',
      handler: 'record-outcome',
      pattern: {
        source: ['aws.mediaconvert'],
        'detail-type': ['MediaConvert Job State Change'],
        detail: { queue: [queue.attrArn], status: ['COMPLETE', 'ERROR'] },
      },
      environment: {},
    });
    library.videos.grantPut(recorder.role);
  }

  /** The role of MediaConvert: it may read uploads and write below `videos/`, for jobs of this queue alone. */
  private transcoder(queue: CfnQueue): Role {
    const { uploads, library } = this.props;
    const role = new Role(this, 'Transcoder', {
      description: 'Reads uploads and writes what is made of them',
      assumedBy: new ServicePrincipal('mediaconvert.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': queue.attrArn },
        },
      }),
    });
    const all = uploads.arnForObjects(`${uploadPrefix}*`);
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [all] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, all),
      reason:
        'Whoever uploads chooses the name of a video, so MediaConvert may read any upload, but list and change none.',
    });
    library.grantMedia(role, 's3:PutObject');
    return role;
  }

  /** A function that works events which wait in a queue of their own. */
  private worker(name: string, part: Part): AppFunction {
    const { alarms, library } = this.props;
    const events = new WorkQueue(this, `${name}Events`, { alarms, oldestMessageAge: Duration.minutes(15) });
    new EventRoute(this, `${name}Route`, {
      description: part.description,
      alarms,
      pattern: part.pattern,
      targets: [RouteTarget.queue(events.queue)],
      failures: this.failures,
    });
    const worker = new AppFunction(this, name, {
      description: part.description,
      code: handlerCode(service, part.handler),
      service,
      environment: {
        [environment.mediaBucket]: library.media.bucketName,
        [environment.mediaPrefix]: mediaPrefix,
        [environment.videoTable]: library.videos.table.tableName,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        ...part.environment,
      },
    });
    new QueueConsumer(this, `${name}Consumer`, { source: events, consumer: worker });
    return worker;
  }
}

interface Part {
  readonly description: string;
  readonly handler: string;
  readonly pattern: BusPattern;
  readonly environment: Readonly<Record<string, string>>;
}
