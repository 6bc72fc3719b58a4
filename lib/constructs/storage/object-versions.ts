import { Duration } from 'aws-cdk-lib';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { outsideDuration, outsideRange } from '../faults';

/** The states a bucket's versioning can be in; S3 has no way back to `off`. */
export type VersioningState = 'off' | 'enabled' | 'suspended';

const shortest = Duration.days(1);
const longest = Duration.days(3650);

/**
 * What happens to an object that is overwritten or deleted. Old versions are billed like any object, also while versioning
 * is suspended, so each way of keeping them says for how long.
 *
 * @claims storage-versioning-states, storage-version-cost-rule, storage-lifecycle-versions
 */
export class ObjectVersions {
  /** Overwritten and deleted objects are gone at once. */
  static none(): ObjectVersions {
    return new ObjectVersions('off');
  }

  /**
   * They become old versions, deleted some time after they were replaced.
   *
   * @param replacedFor how long an old version is kept, whole days from 1 to 3650
   * @param newest how many old versions of each object are kept however old they are, 1 to 100; none when left out
   */
  static kept(replacedFor: Duration = Duration.days(90), newest?: number): ObjectVersions {
    return new ObjectVersions('enabled', replacedFor, undefined, newest);
  }

  /**
   * No new versions are made on a bucket that once was versioned; the old ones stay until their time is over.
   *
   * @param replacedFor how long an old version is kept, whole days from 1 to 3650
   */
  static suspended(replacedFor: Duration = Duration.days(90)): ObjectVersions {
    return new ObjectVersions('suspended', replacedFor);
  }

  /**
   * Every version is kept and billed for ever.
   *
   * @param reason who needs them, in a sentence
   */
  static keptForEver(reason: string): ObjectVersions {
    return new ObjectVersions('enabled', undefined, reason);
  }

  private constructor(
    readonly state: VersioningState,
    private readonly replacedFor?: Duration,
    private readonly reason?: string,
    private readonly newest?: number,
  ) {}

  /** Lifecycle rules that bound what old versions cost. */
  get lifecycleRules(): LifecycleRule[] {
    if (this.replacedFor === undefined) return [];
    return [
      {
        id: 'OldVersions',
        noncurrentVersionExpiration: this.replacedFor,
        ...(this.newest !== undefined && { noncurrentVersionsToRetain: this.newest }),
        expiredObjectDeleteMarker: true,
      },
    ];
  }

  /** After how long every replaced version is gone; nothing where some stay, or all. */
  get goneAfter(): Duration | undefined {
    return this.newest === undefined ? this.replacedFor : undefined;
  }

  /** Sentences about values nobody should use. */
  faults(): (string | undefined | false)[] {
    return [
      outsideDuration('versions', this.replacedFor, shortest, longest),
      outsideRange('newest', this.newest, 1, 100, 'old versions'),
      this.reason !== undefined &&
        this.reason.trim().split(/\s+/).length < 4 &&
        `versions are kept for ever because of "${this.reason}"; say in a sentence who needs all of them, or use ObjectVersions.kept(...)`,
    ];
  }

  /** A fault if a bucket that has these versions cannot be changed to have `next`. */
  faultOfChangeTo(next: ObjectVersions): string | undefined {
    if (this.state === 'off' || next.state !== 'off') return undefined;
    return `versions go from ${this.state} to off, which S3 cannot do; use ObjectVersions.suspended(...)`;
  }
}
