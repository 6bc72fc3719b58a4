import type { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-rbin';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';

/** For how long each kind can be had back when it was deleted. */
export interface BinTimes {
  /** 1 to 365 days. */
  readonly snapshots?: Duration;
  /** 1 to 365 days. */
  readonly images?: Duration;
  /** 1 to 7 days. */
  readonly volumes?: Duration;
}

export interface RecycleBinProps {
  readonly keep: BinTimes;
  /**
   * Only what carries one of these tags, up to 50.
   * @default - everything of the Region
   */
  readonly tags?: Readonly<Record<string, string>>;
}

const kinds = {
  snapshots: { type: 'EBS_SNAPSHOT', most: 365 },
  images: { type: 'EC2_IMAGE', most: 365 },
  volumes: { type: 'EBS_VOLUME', most: 7 },
} as const;
type Kind = keyof typeof kinds;

/**
 * Deleted snapshots, images and volumes of the Region go into a bin first, from which `groundplan servers undelete` takes them; they bill as before until
 * they are gone for good.
 *
 * @claims compute-recycle-bin
 */
export class RecycleBin extends Construct {
  constructor(scope: Construct, id: string, { keep, tags = {} }: RecycleBinProps) {
    super(scope, id);
    const asked = Object.entries(keep).filter((entry): entry is [Kind, Duration] => entry[1] !== undefined);
    refuse(this, [
      asked.length === 0 && 'keep is empty; say for how long snapshots, images or volumes can be had back',
      ...asked.map(([kind, time]) =>
        outsideRange(`keep.${kind}`, time.toDays({ integral: false }), 1, kinds[kind].most, 'days'),
      ),
      Object.keys(tags).length > 50 && `tags has ${Object.keys(tags).length}; give up to 50`,
    ]);
    for (const [kind, time] of asked)
      new CfnRule(this, kind.charAt(0).toUpperCase() + kind.slice(1), {
        description: `Deleted ${kind} can be had back for ${time.toDays()} days`,
        resourceType: kinds[kind].type,
        retentionPeriod: { retentionPeriodUnit: 'DAYS', retentionPeriodValue: time.toDays() },
        ...(Object.keys(tags).length > 0 && {
          resourceTags: Object.entries(tags).map(([resourceTagKey, resourceTagValue]) => ({
            resourceTagKey,
            resourceTagValue,
          })),
        }),
      });
  }
}
