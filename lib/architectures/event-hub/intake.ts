import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  descriptionPrefix,
  environment,
  kinds,
  mostAttempts,
  sources,
  uploadPrefix,
} from '../../../lambda/event-hub/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import { wildcardFinding } from '../../constructs/findings';
import { EventRoute } from '../../constructs/messaging/event-route';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { keyType } from './keys';
import { arrival, events } from './samples';
import { busOf, listener, worker, type ServiceProps } from './service';

export interface IntakeProps extends ServiceProps {
  /** Where requests to the bucket are recorded. */
  readonly accessLogs: IBucket;
  /** How long a photo that failed waits to be tried again. */
  readonly patience: Duration;
}

/**
 * Takes photos in. It hears of them from S3, on the default bus; what came of them it tells on the hub. Photos that failed it
 * hears of again from the hub, as anybody could.
 */
export class Intake extends Construct {
  readonly bucket: IBucket;
  readonly uploads: DocumentTable;
  /** Where photos lie that failed too often. */
  readonly givenUp: FailureQueue;
  private readonly props: IntakeProps;

  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    this.props = props;
    const { hub, alarms } = props;
    const photos = new PrivateBucket(this, 'Photos', {
      accessLogs: props.accessLogs,
      accessLogPrefix: 'photos/',
      versions: ObjectVersions.kept(Duration.days(30)),
      announces: true,
    });
    photos.bucket.enableEventBridgeNotification();
    this.bucket = photos.bucket;
    this.uploads = new DocumentTable(this, 'Uploads', {
      ...keyType('key', 'version'),
      deletionProtection: props.deletionProtection,
    });
    this.givenUp = new FailureQueue(this, 'GivenUp', { alarms });
    const variables = {
      ...busOf(hub),
      [environment.uploadBucket]: this.bucket.bucketName,
      [environment.uploadsTable]: this.uploads.table.tableName,
    };

    const first = listener(this, 'FirstTry', hub, {
      description: 'Takes in a photo when it comes',
      handler: 'intake',
      environment: variables,
    });
    const retries = new WorkQueue(this, 'Retries', {
      alarms,
      deliveryDelay: props.patience,
      consumerTimeout: first.timeout,
    });
    const again = worker(this, 'NextTry', {
      description: 'Tries a photo again that failed before',
      handler: 'retry',
      environment: variables,
    });
    new QueueConsumer(this, 'Retried', { source: retries, consumer: again });
    for (const { role } of [first, again]) {
      this.uploads.grantPut(role);
      hub.grantSend(role, sources.intake);
      this.grantRead(role);
    }

    this.routeArrivals(RouteTarget.function(first.function));
    this.routeFailures(RouteTarget.queue(retries.queue, { emits: [events.stored, events.failedOnce] }));
  }

  /** From the default bus: AWS tells there what happens in the bucket. */
  private routeArrivals(target: RouteTarget): void {
    const { hub, alarms } = this.props;
    new EventRoute(this, 'Arrivals', {
      description: 'New photos are taken in',
      alarms,
      failures: hub.failures,
      samples: [arrival],
      pattern: {
        source: [arrival.source],
        'detail-type': [arrival['detail-type']],
        detail: { bucket: { name: [this.bucket.bucketName] }, object: { key: [{ prefix: uploadPrefix }] } },
      },
      targets: [target],
    });
  }

  /** A photo that failed is news like any other: some hear it to try again, and in the end one who keeps it for a person. */
  private routeFailures(target: RouteTarget): void {
    const { hub, alarms } = this.props;
    const pattern = { source: [kinds.failed.source], 'detail-type': [kinds.failed.detailType] };
    new EventRoute(this, 'FailedBefore', {
      description: 'Photos that failed are tried again after a while',
      alarms,
      hub,
      pattern: { ...pattern, detail: { attempt: [{ numeric: ['<', mostAttempts] }] } },
      targets: [target],
      loopEnds: `each failure counts one attempt more, and from ${mostAttempts} on it goes elsewhere`,
    });
    new EventRoute(this, 'FailedForGood', {
      description: `Photos that failed ${mostAttempts} times are kept for a person`,
      alarms,
      hub,
      pattern: { ...pattern, detail: { attempt: [{ numeric: ['>=', mostAttempts] }] } },
      targets: [RouteTarget.queue(this.givenUp.queue)],
    });
  }

  private grantRead(role: IRole): void {
    const descriptions = this.bucket.arnForObjects(`${descriptionPrefix}*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [descriptions] }));
    // Without it, S3 answers for a description that is not there as for one that is forbidden.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, descriptions),
      reason:
        'Whoever uploads chooses the name of a photo and so of its description, so intake may read any description, but no photo, and change neither.',
    });
  }
}
