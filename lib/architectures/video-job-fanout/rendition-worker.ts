import { CfnOutput, Validations, type Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/video-job-fanout/environment';
import type { WorkQueue } from '../../constructs/messaging/work-queue';
import { AppFunction } from '../../constructs/serverless/app-function';
import type { IdempotencyStore } from '../../constructs/serverless/idempotency-store';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { metricsNamespace } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import type { Rendition } from './routing';
import { uploadPrefix, videoSuffixes } from './uploads';

export interface RenditionWorkerProps {
  readonly rendition: Rendition;
  /** Where its jobs come from. */
  readonly jobs: WorkQueue;
  readonly uploads: IBucket;
  readonly renditions: IBucket;
  readonly done: IdempotencyStore;
  /** How long one batch may take. */
  readonly timeout: Duration;
  /** Batches in work at a time, at most. */
  readonly maxConcurrency: number;
}

/** Makes one rendition: a function of its own on a queue of its own, which may read uploads and write its results only. */
export class RenditionWorker extends Construct {
  readonly worker: AppFunction;
  private readonly rendition: Rendition;

  constructor(scope: Construct, id: string, props: RenditionWorkerProps) {
    super(scope, id);
    const { rendition, jobs, uploads, renditions, done } = props;
    this.rendition = rendition;
    this.worker = new AppFunction(this, 'Transcoder', {
      description: `Plans the ${rendition} rendition of uploaded videos`,
      code: handlerCode('video-job-fanout', 'transcode'),
      service: 'video-job-fanout',
      timeout: props.timeout,
      environment: {
        [environment.rendition]: rendition,
        [environment.uploadBucket]: uploads.bucketName,
        [environment.uploadPrefix]: uploadPrefix,
        [environment.videoSuffixes]: videoSuffixes.join(','),
        [environment.renditionBucket]: renditions.bucketName,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        ...done.environment,
      },
    });
    done.grantUse(this.worker.role);
    this.mayRead(uploads);
    this.mayWrite(renditions);
    new QueueConsumer(this, 'Consumer', {
      source: jobs,
      consumer: this.worker,
      maxConcurrency: props.maxConcurrency,
    });

    this.output('QueueUrl', `Jobs for ${rendition}`, jobs.queue.queueUrl);
    this.output('DeadLetterQueueUrl', `Jobs for ${rendition} that failed too often`, jobs.deadLetterQueue.queueUrl);
    this.output('DeadLetterQueueArn', `The same, for redriving`, jobs.deadLetterQueue.queueArn);
    this.output('Function', `Works the jobs for ${rendition}`, this.worker.function.functionName);
    this.output('LogGroup', `What the ${rendition} worker says`, this.worker.logGroup.logGroupName);
  }

  /** An output that is called `QueueUrl480p`, whatever the path. */
  private output(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value }).overrideLogicalId(`${name}${this.rendition}`);
  }

  private mayRead(uploads: IBucket): void {
    this.worker.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [uploads.arnForObjects(`${uploadPrefix}*`)],
      }),
    );
    Validations.of(this.worker.role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalIdOf(uploads)}.Arn>/${uploadPrefix}*]`,
      reason:
        'Whoever uploads chooses the name of a video, so the worker may read any object below the upload prefix, but list and change none.',
    });
  }

  private mayWrite(renditions: IBucket): void {
    const results = `*/${this.rendition}.json`;
    this.worker.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [renditions.arnForObjects(results)] }),
    );
    Validations.of(this.worker.role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalIdOf(renditions)}.Arn>/${results}]`,
      reason:
        'A result lies under the name and version of its video, which are known only when it is uploaded; the end of the key confines the worker to its own rendition.',
    });
  }
}

/** The id by which findings name a bucket. */
const logicalIdOf = (bucket: IBucket): string => bucket.stack.getLogicalId(bucket.node.defaultChild as never);
