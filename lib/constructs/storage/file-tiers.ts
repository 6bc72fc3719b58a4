import { OutOfInfrequentAccessPolicy, type FileSystemProps, type LifecyclePolicy } from 'aws-cdk-lib/aws-efs';

/** After how many days without access a file moves; EFS knows no others. */
export const fileAges = [1, 7, 14, 30, 60, 90, 180, 270, 365] as const;
export type FileAge = (typeof fileAges)[number];

export interface FileTierAges {
  /** Days without access after which a file is kept for a fraction of the price, and billed when it is read. */
  readonly infrequent: FileAge;
  /**
   * Days without access after which it is kept for a fraction of that; more than `infrequent`. Needs elastic throughput.
   * @default - never
   */
  readonly archive?: FileAge;
  /**
   * Whether a file comes back at the first access.
   * @default true
   */
  readonly backOnAccess?: boolean;
}

/** One entry of a file system's lifecycle, which holds one of the three. */
export interface LifecycleEntry {
  readonly TransitionToIA?: string | undefined;
  readonly TransitionToArchive?: string | undefined;
  readonly TransitionToPrimaryStorageClass?: string | undefined;
}

/**
 * Where files are kept that nobody reads: by themselves, names and rights unchanged.
 *
 * @claims storage-efs-lifecycle
 */
export class FileTiers {
  static after(ages: FileTierAges): FileTiers {
    return new FileTiers(ages);
  }

  /** Every file stays where reading it costs nothing extra. */
  static none(): FileTiers {
    return new FileTiers();
  }

  private constructor(private readonly ages?: FileTierAges) {}

  /** As a template has them. */
  get entries(): LifecycleEntry[] {
    const { lifecyclePolicy, transitionToArchivePolicy, outOfInfrequentAccessPolicy } = this.policies;
    return [
      { TransitionToIA: lifecyclePolicy },
      { TransitionToArchive: transitionToArchivePolicy },
      { TransitionToPrimaryStorageClass: outOfInfrequentAccessPolicy },
    ].filter((entry) => Object.values(entry)[0] !== undefined);
  }

  /** As the CDK has them. */
  get policies(): Pick<
    FileSystemProps,
    'lifecyclePolicy' | 'transitionToArchivePolicy' | 'outOfInfrequentAccessPolicy'
  > {
    if (!this.ages) return {};
    const { infrequent, archive, backOnAccess = true } = this.ages;
    return {
      lifecyclePolicy: after(infrequent),
      ...(archive !== undefined && { transitionToArchivePolicy: after(archive) }),
      ...(backOnAccess && { outOfInfrequentAccessPolicy: OutOfInfrequentAccessPolicy.AFTER_1_ACCESS }),
    };
  }
}

const after = (days: number): LifecyclePolicy => `AFTER_${days}_DAY${days === 1 ? '' : 'S'}` as LifecyclePolicy;
