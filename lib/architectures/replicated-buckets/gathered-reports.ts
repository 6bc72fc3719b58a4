import { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { GatherObjects, type GatheredSource } from '../../constructs/storage/gather-objects';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { ReplicaTarget } from '../../constructs/storage/replica-target';

export interface GatheredReportsProps {
  readonly alarms: AlarmTopic;
  /** Where requests to all of these buckets are recorded. */
  readonly accessLogs: IBucket;
}

/** Two shops write reports, each into a bucket of its own, and who reads them reads one bucket of the same region. */
export class GatheredReports extends Construct {
  readonly sources: readonly GatheredSource[];
  readonly together: PrivateBucket;

  constructor(scope: Construct, id: string, { alarms, accessLogs }: GatheredReportsProps) {
    super(scope, id);
    const keeps = (name: string) =>
      new PrivateBucket(this, name, {
        accessLogs,
        accessLogPrefix: `${name.toLowerCase()}/`,
        versions: ObjectVersions.kept(Duration.days(30)),
      });
    this.together = keeps('Together');
    this.sources = ['north', 'south'].map((shop) => ({
      bucket: keeps(shop.replace(/^./, (first) => first.toUpperCase())),
      prefix: `${shop}/`,
    }));
    new GatherObjects(this, 'Gather', {
      sources: this.sources,
      into: ReplicaTarget.bucket(this.together),
      alarms,
    });
  }
}
