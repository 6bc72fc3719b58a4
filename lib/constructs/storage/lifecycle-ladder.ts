import { Duration } from 'aws-cdk-lib';
import {
  StorageClass,
  TransitionDefaultMinimumObjectSize,
  type IntelligentTieringConfiguration,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { outsideDuration } from '../faults';
import { days, expiryFaults, stepFaults } from './ladder-rules';
import { storageClassFacts, type StorageClassName } from './storage-classes';

export interface LadderStep {
  /** The class objects move to. */
  readonly to: Exclude<StorageClassName, 'STANDARD'>;
  /** How old they are then, in whole days; 30 or more for the classes for infrequent access. */
  readonly after: Duration;
  /**
   * Whether they can be made again, or are second copies. One Zone-IA is refused without it, because a zone that is lost takes
   * them with it.
   * @default false
   */
  readonly recreatable?: boolean;
}

export interface LifecycleLadderProps {
  /** Where objects move to as they age, the youngest first. */
  readonly steps: readonly LadderStep[];
  /**
   * When objects are deleted, after the last step.
   * @default - never
   */
  readonly expireAfter?: Duration;
  /**
   * How the keys of the objects begin that this is about.
   * @default - all objects
   */
  readonly prefix?: string;
  /**
   * Where replaced versions move to, counted from the day they were replaced; only for a versioned bucket.
   * @default - they stay where they were
   */
  readonly replacedSteps?: readonly LadderStep[];
  /**
   * Whether a step or an expiry is refused that comes before the time S3 bills at least. Otherwise synthesis warns.
   * @default false
   */
  readonly strictMinimums?: boolean;
  /**
   * What becomes of objects below 128 KB: they `stay` in Standard, or go to the archives that must be restored all the same, where
   * each costs 40 KB more than its size; then synthesis warns.
   * @default 'stay'
   */
  readonly smallObjects?: 'stay' | 'archived';
}

export interface IntelligentTieringOptions {
  /**
   * How long an object must be unused to go to the archive, 90 to 730 days. It must be restored then.
   * @default - never
   */
  readonly archiveAfter?: Duration;
  /**
   * How long it must be unused to go to the deep archive, 180 to 730 days and more than `archiveAfter`.
   * @default - never
   */
  readonly deepArchiveAfter?: Duration;
  /**
   * When objects are deleted.
   * @default - never
   */
  readonly expireAfter?: Duration;
}

/** As much of the answer of `faults()` as concerns the props of the bucket. */
type Faults = (string | undefined | false)[];

/**
 * Where objects of a `PrivateBucket` lie as they age: ever cheaper, ever further away, and gone at the end. Refuses what the CDK
 * accepts and S3 does not, and what nobody would want.
 *
 * @claims storage-lifecycle-ladder, storage-lifecycle-archive-then-delete, storage-lifecycle-downward, storage-lifecycle-day-order,
 * storage-class-ia-rules, storage-class-one-zone, storage-class-glacier, storage-intelligent-tiering
 */
export class LifecycleLadder {
  /** S3 watches each object and moves it by itself: after 30 days unused, after 90, and to archives where that is asked for. */
  static intelligentTiering(options: IntelligentTieringOptions = {}): LifecycleLadder {
    const { expireAfter } = options;
    return new LifecycleLadder(
      { steps: [{ to: 'INTELLIGENT_TIERING', after: Duration.days(0) }], ...(expireAfter && { expireAfter }) },
      options,
    );
  }

  constructor(
    private readonly props: LifecycleLadderProps,
    private readonly tiering?: IntelligentTieringOptions,
  ) {}

  /** Whether it says something of replaced versions, which only a versioned bucket has. */
  get isForVersions(): boolean {
    return (this.props.replacedSteps ?? []).length > 0;
  }

  get lifecycleRules(): LifecycleRule[] {
    const { steps, expireAfter, prefix, replacedSteps = [] } = this.props;
    return [
      {
        id: 'Ladder',
        ...(prefix !== undefined && { prefix }),
        ...(steps.length > 0 && {
          transitions: steps.map(({ to, after }) => ({ storageClass: new StorageClass(to), transitionAfter: after })),
        }),
        ...(expireAfter && { expiration: expireAfter }),
        ...(replacedSteps.length > 0 && {
          noncurrentVersionTransitions: replacedSteps.map(({ to, after }) => ({
            storageClass: new StorageClass(to),
            transitionAfter: after,
          })),
        }),
      },
    ];
  }

  /** The archives within Intelligent-Tiering, if it has any. */
  get tieringConfigurations(): IntelligentTieringConfiguration[] {
    const { archiveAfter, deepArchiveAfter } = this.tiering ?? {};
    if (!archiveAfter && !deepArchiveAfter) return [];
    return [
      {
        name: 'Archives',
        ...(archiveAfter && { archiveAccessTierTime: archiveAfter }),
        ...(deepArchiveAfter && { deepArchiveAccessTierTime: deepArchiveAfter }),
      },
    ];
  }

  get smallest(): TransitionDefaultMinimumObjectSize {
    return this.props.smallObjects === 'archived'
      ? TransitionDefaultMinimumObjectSize.VARIES_BY_STORAGE_CLASS
      : TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K;
  }

  /**
   * Sentences about values nobody should use.
   *
   * @param replacedGone after how long the bucket deletes replaced versions, where it does
   */
  faults(replacedGone?: Duration): Faults {
    const { steps, expireAfter, replacedSteps = [], strictMinimums = false } = this.props;
    return [
      steps.length + replacedSteps.length === 0 &&
        !expireAfter &&
        'ladder has neither steps nor expireAfter; give one, or leave the ladder out',
      ...stepFaults('ladder step', steps),
      ...stepFaults('ladder replaced step', replacedSteps),
      ...expiryFaults(steps, expireAfter),
      ...replacedFaults(replacedSteps, replacedGone),
      ...(strictMinimums ? this.early() : []),
      ...tieringFaults(this.tiering ?? {}),
    ];
  }

  /** What is allowed and costs more than one would think. */
  warnings(): string[] {
    const { smallObjects, strictMinimums = false } = this.props;
    return [
      ...(strictMinimums ? [] : this.early()),
      ...(smallObjects === 'archived'
        ? [
            'ladder archives objects below 128 KB, each of which costs 40 KB more than its size; pack them together first',
          ]
        : []),
    ];
  }

  /** Steps and expiries that come before the time that is billed at least. */
  private early(): string[] {
    const { steps, expireAfter, replacedSteps = [] } = this.props;
    return [...earlyLeaves('ladder step', steps, expireAfter), ...earlyLeaves('ladder replaced step', replacedSteps)];
  }
}

function earlyLeaves(name: string, steps: readonly LadderStep[], expireAfter?: Duration): string[] {
  return steps.flatMap(({ to, after }, i) => {
    const next = steps[i + 1]?.after ?? expireAfter;
    const { minimumDays } = storageClassFacts[to];
    const stayed = next ? days(next) - days(after) : minimumDays;
    return stayed > 0 && stayed < minimumDays
      ? [
          `${name} ${i + 1} keeps objects in ${to} for ${stayed} days, and ${minimumDays} are billed; the ${minimumDays - stayed} days more are paid for nothing`,
        ]
      : [];
  });
}

/** Sentences about steps that no replaced version lives to see. */
function replacedFaults(steps: readonly LadderStep[], gone: Duration | undefined): Faults {
  if (gone === undefined || gone.isUnresolved()) return [];
  return steps.map(
    ({ after }, i) =>
      days(after) >= days(gone) &&
      `ladder replaced step ${i + 1} comes after ${days(after)} days, and replaced versions are gone after ${days(gone)}; leave the step out, or keep them longer by ObjectVersions.kept(...)`,
  );
}

function tieringFaults({ archiveAfter, deepArchiveAfter }: IntelligentTieringOptions): Faults {
  return [
    outsideDuration('archiveAfter', archiveAfter, Duration.days(90), Duration.days(730)),
    outsideDuration('deepArchiveAfter', deepArchiveAfter, Duration.days(180), Duration.days(730)),
    archiveAfter !== undefined &&
      deepArchiveAfter !== undefined &&
      days(deepArchiveAfter) <= days(archiveAfter) &&
      `deepArchiveAfter is ${days(deepArchiveAfter)} days, no later than archiveAfter (${days(archiveAfter)}); give more`,
  ];
}
