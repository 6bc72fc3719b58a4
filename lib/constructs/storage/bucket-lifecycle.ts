import { Duration } from 'aws-cdk-lib';
import type { BucketProps, LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { LifecycleLadder } from './lifecycle-ladder';
import type { ObjectVersions } from './object-versions';

/** What decides how objects of a bucket age. */
interface Ageing {
  readonly versions: ObjectVersions;
  readonly ladder: LifecycleLadder | undefined;
  readonly lifecycleRules: readonly LifecycleRule[];
}

/** How objects age, as the CDK's bucket takes it. Broken uploads cost until they are aborted, so they always are. */
export function lifecycleOf({ versions, ladder, lifecycleRules }: Ageing): Partial<BucketProps> {
  return {
    lifecycleRules: [
      { id: 'BrokenUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ...versions.lifecycleRules,
      ...(ladder?.lifecycleRules ?? []),
      ...lifecycleRules,
    ],
    ...(ladder && {
      transitionDefaultMinimumObjectSize: ladder.smallest,
      ...(ladder.tieringConfigurations.length > 0 && {
        intelligentTieringConfigurations: ladder.tieringConfigurations,
      }),
    }),
  };
}

/**
 * Sentences about rules that S3 would take and that would do nothing, or too much.
 *
 * @claims storage-lifecycle-versions
 */
export function lifecycleFaults({ versions, ladder, lifecycleRules }: Ageing): (string | undefined | false)[] {
  const aboutVersions = lifecycleRules.filter(
    (rule) => rule.noncurrentVersionExpiration ?? rule.noncurrentVersionTransitions ?? rule.expiredObjectDeleteMarker,
  );
  const unversioned = versions.state === 'off';
  return [
    ...versions.faults(),
    ...(ladder?.faults(versions.goneAfter) ?? []),
    unversioned &&
      ladder?.isForVersions === true &&
      'ladder has steps for replaced versions, of which this bucket has none; add versions: ObjectVersions.kept(...)',
    ...aboutVersions.map(
      ({ id }) =>
        unversioned &&
        `lifecycle rule ${id ?? 'without an id'} is about old versions, of which this bucket has none; add versions: ObjectVersions.kept(...)`,
    ),
  ];
}
