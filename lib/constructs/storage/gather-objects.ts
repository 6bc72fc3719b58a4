import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { CopyRule } from './copy-rule';
import { ObjectReplication } from './object-replication';
import type { PrivateBucket } from './private-bucket';
import type { ReplicaTarget } from './replica-target';

/** A bucket whose objects are gathered, and the folder that is its own in the common bucket too. */
export interface GatheredSource {
  readonly bucket: PrivateBucket;
  /** What its keys begin with, ending in a slash, such as `shop/`: copies keep the keys of their originals. */
  readonly prefix: string;
}

export interface GatherObjectsProps extends Omit<CopyRule, 'to' | 'prefix'> {
  readonly sources: readonly GatheredSource[];
  /** A bucket of the same region. */
  readonly into: ReplicaTarget;
  readonly alarms: AlarmTopic;
}

/**
 * Copies objects of several buckets into one of the same region, such as the logs of several applications. Where two sources had an
 * object of the same key, one copy would lie on top of the other, so each source has a folder of its own.
 *
 * @claims storage-replication-srr
 */
export class GatherObjects extends Construct {
  constructor(scope: Construct, id: string, { sources, into, alarms, ...rule }: GatherObjectsProps) {
    super(scope, id);
    refuse(this, [
      sources.length < 2 && `sources has ${sources.length}; one bucket alone is copied by ObjectReplication`,
      ...sources.flatMap(({ bucket, prefix }, i) => [
        !/^[^/].*\/$/.test(prefix) &&
          `${bucket.node.path} has the prefix "${prefix}"; name a folder of its own, such as shop/`,
        ...sources
          .slice(i + 1)
          .filter((other) => other.prefix.startsWith(prefix) || prefix.startsWith(other.prefix))
          .map(
            (other) =>
              `${bucket.node.path} and ${other.bucket.node.path} have the prefixes "${prefix}" and "${other.prefix}", whose copies would lie on top of each other; name folders of which neither contains the other`,
          ),
      ]),
    ]);
    for (const { bucket, prefix } of sources) {
      new ObjectReplication(this, prefix.replaceAll('/', '-').slice(0, -1), {
        source: bucket,
        rules: [{ ...rule, to: into, prefix }],
        alarms,
        crossesRegions: false,
      });
    }
  }
}
