import {
  Annotations,
  Aspects,
  AspectPriority,
  Aws,
  CfnDeletionPolicy,
  CfnResource,
  RemovalPolicy,
  Stack,
  Token,
  Validations,
  type Duration,
} from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-dlm';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { deployedElsewhere } from '../deployed-elsewhere';
import { refuse } from '../faults';
import { backupFaults, backUp } from './backup-snapshots';
import { RecycleBin } from './recycle-bin';
import { SnapshotTimes, type SnapshotRetention, type SnapshotSchedule } from './snapshot-schedule';
import { scheduleFaults, type BusyHours } from './snapshot-schedule-faults';

export interface SnapshotPlanProps {
  /** What it is for, in a few words; changing it is made in place. */
  readonly description: string;
  /** Volumes with any of these tags are snapshotted; their tags are on the snapshots too. */
  readonly tags: Readonly<Record<string, string>>;
  /** One to four. */
  readonly schedules: readonly SnapshotSchedule[];
  /**
   * Hours of the day, in UTC, in which no snapshot is to begin.
   * @default - any hour will do
   */
  readonly busyHours?: BusyHours;
  /**
   * Keys of the volumes other than the account's own, which copies to other Regions are read with.
   * @default - none
   */
  readonly encryptionKeys?: readonly IKey[];
  /**
   * Whether the quota of five snapshots with fast restore in a Region was raised.
   * @default false
   */
  readonly quotaRaised?: boolean;
  /**
   * How long a deleted snapshot can be had back, 1 to 365 days; it bills as before while it can.
   * @default - not at all
   */
  readonly bin?: Duration;
  /**
   * A vault in which AWS Backup keeps the snapshots, instead of DLM: with vault locks and one page for all kinds of backups, but without counts, copies
   * (`OffsiteBackup`) and fast restore.
   * @default - Data Lifecycle Manager takes them
   */
  readonly vault?: IBackupVault;
}

const fastQuota = 5;
/** Dollars an hour for each snapshot and zone, in us-east-1 (AWS, 2026-11). */
const fastPrice = 0.75;

/**
 * Snapshots of all volumes with a tag, at times nobody minds, and gone again when they are too many or too old. The first holds the blocks in use,
 * each later one what changed (`snapshotBills`); they lie in no zone but in the Region.
 *
 * @claims compute-snapshot-schedule, compute-snapshot-copy-region, compute-fast-restore, compute-snapshot-archive, compute-recycle-bin
 */
export class SnapshotPlan extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: SnapshotPlanProps) {
    super(scope, id);
    const { description, tags, schedules, busyHours, encryptionKeys = [], vault, bin } = props;
    const { region } = Stack.of(this);
    const fast = schedules.reduce((sum, { fastRestore }) => sum + (fastRestore?.count ?? 0), 0);
    refuse(this, [
      Object.keys(tags).length === 0 && 'tags is empty, so that no volume is meant; name a tag that volumes carry',
      ...Object.entries(tags).map(
        ([key, value]) =>
          (key === '' || value === '') && `tags has "${key}" = "${value}", which nothing carries; name both`,
      ),
      (schedules.length < 1 || schedules.length > 4) && `schedules has ${schedules.length}; give one to four`,
      ...schedules
        .map(({ name }) => name)
        .filter((name, i, names) => names.indexOf(name) !== i)
        .map((name) => `schedules has ${name} twice; give each a name of its own`),
      ...schedules.flatMap((schedule) => scheduleFaults(schedule, region, busyHours)),
      fast > fastQuota &&
        !props.quotaRaised &&
        `the schedules restore ${fast} snapshots of each volume fast, and a Region has ${fastQuota} at most; ask for fewer, or have the quota raised and say quotaRaised`,
      !/^[\w ]{1,500}$/.test(description) &&
        `description is "${description}"; give up to 500 letters, digits, blanks and underscores`,
      ...(vault ? backupFaults(schedules) : []),
    ]);
    if (fast > 0) this.tellPrice(schedules);
    this.role = vault
      ? backUp(this, vault, tags, schedules)
      : this.byLifecycleManager({ description, tags, schedules, encryptionKeys });
    if (bin) new RecycleBin(this, 'Bin', { keep: { snapshots: bin }, tags });
  }

  private byLifecycleManager({
    description,
    tags,
    schedules,
    encryptionKeys,
  }: Pick<Required<SnapshotPlanProps>, 'description' | 'tags' | 'schedules' | 'encryptionKeys'>): IRole {
    const role = new Role(this, 'Role', {
      description: `Takes, copies and deletes the snapshots of ${this.node.path}`,
      assumedBy: new ServicePrincipal('dlm.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.grantSnapshots(role, tags, schedules);
    const copies = schedules.flatMap((schedule) => schedule.copies ?? []);
    if (copies.length > 0) {
      const keys = [...encryptionKeys.map(({ keyArn }) => keyArn), ...copies.flatMap(({ keyArn }) => keyArn ?? [])];
      if (keys.length > 0) grantKeys(role, [...new Set(keys)]);
      if (Token.isUnresolved(Stack.of(this).region))
        for (const region of new Set(copies.map((copy) => copy.region)))
          deployedElsewhere(
            this,
            `Region-${region}`,
            region,
            `Copies of snapshots go to ${region}, and would be lost with it; deploy this to another Region.`,
          );
    }
    const policy = new CfnLifecyclePolicy(this, 'Policy', {
      description,
      executionRoleArn: role.roleArn,
      state: 'ENABLED',
      policyDetails: {
        policyType: 'EBS_SNAPSHOT_MANAGEMENT',
        resourceTypes: ['VOLUME'],
        targetTags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        schedules: schedules.map(written),
      },
    });
    policy.node.addDependency(role);
    Aspects.of(policy).add({ visit: () => staysWith(policy, role) }, { priority: AspectPriority.DEFAULT });
    return role;
  }

  private grantSnapshots(role: Role, tags: SnapshotPlanProps['tags'], schedules: readonly SnapshotSchedule[]): void {
    const snapshots = `arn:${Aws.PARTITION}:ec2:*::snapshot/*`;
    const some = (has: (schedule: SnapshotSchedule) => unknown, ...actions: readonly string[]) =>
      schedules.some((schedule) => has(schedule)) ? actions : [];
    for (const [key, value] of Object.entries(tags))
      role.addToPolicy(
        new PolicyStatement({
          actions: ['ec2:CreateSnapshot'],
          resources: [`arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:volume/*`],
          conditions: { StringEquals: { [`ec2:ResourceTag/${key}`]: value } },
        }),
      );
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ec2:CreateSnapshot',
          'ec2:CreateTags',
          ...some(({ copies }) => copies?.length, 'ec2:CopySnapshot'),
          ...some(
            ({ fastRestore }) => fastRestore,
            'ec2:EnableFastSnapshotRestores',
            'ec2:DisableFastSnapshotRestores',
          ),
        ],
        resources: [snapshots],
      }),
    );
    // What it takes and copies has the tags of its volume: schedules copy them.
    for (const [key, value] of Object.entries(tags))
      role.addToPolicy(
        new PolicyStatement({
          actions: ['ec2:DeleteSnapshot', ...some(({ archiveFor }) => archiveFor, 'ec2:ModifySnapshotTier')],
          resources: [snapshots],
          conditions: { StringEquals: { [`aws:ResourceTag/${key}`]: value } },
        }),
      );
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ec2:DescribeInstances',
          'ec2:DescribeSnapshots',
          'ec2:DescribeVolumes',
          ...some(
            ({ fastRestore }) => fastRestore,
            'ec2:DescribeAvailabilityZones',
            'ec2:DescribeFastSnapshotRestores',
          ),
          ...some(({ archiveFor }) => archiveFor, 'ec2:DescribeSnapshotTierStatus'),
        ],
        resources: ['*'],
      }),
    );
    const reason =
      'Ids of volumes and snapshots are known to nobody before they are made: volumes that are snapshotted, and snapshots that are deleted or archived, are held to the tags of the plan; new snapshots have no account in their ARN, and EC2 lists with no narrower resource.';
    for (const finding of [
      'Resource::*',
      'Resource::arn:<AWS::Partition>:ec2:*::snapshot/*',
      'Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:volume/*',
    ])
      Validations.of(role).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[${finding}]`, reason });
  }

  private tellPrice(schedules: readonly SnapshotSchedule[]): void {
    const places = schedules.reduce(
      (sum, { fastRestore }) => sum + (fastRestore ? fastRestore.count * fastRestore.availabilityZones.length : 0),
      0,
    );
    Annotations.of(this).addInfo(
      `Fast restore bills ${places} snapshots and zones for each volume, ${(places * fastPrice).toFixed(2)} USD an hour or ${Math.round(places * fastPrice * 730)} USD a month in us-east-1, whether anything is restored or not`,
    );
  }
}

/** A policy that is retained can do nothing without its role: where the one stays, so does the other. */
function staysWith({ cfnOptions }: CfnLifecyclePolicy, role: Role): void {
  if (cfnOptions.deletionPolicy !== CfnDeletionPolicy.RETAIN) return;
  for (const one of role.node.findAll().filter(CfnResource.isCfnResource)) one.applyRemovalPolicy(RemovalPolicy.RETAIN);
}

/** A copy is read with the keys of the volumes and written with those of its Region. */
function grantKeys(role: Role, keys: readonly string[]): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:DescribeKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
      resources: [...keys],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:CreateGrant'],
      resources: [...keys],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': true } },
    }),
  );
}

function written(schedule: SnapshotSchedule): CfnLifecyclePolicy.ScheduleProperty {
  const { name, times = SnapshotTimes.daily(), keep, copies, fastRestore, archiveFor } = schedule;
  return {
    name,
    copyTags: true,
    createRule:
      times.every.hours === undefined
        ? { cronExpression: times.cron }
        : { interval: times.every.hours, intervalUnit: 'HOURS', times: [times.at] },
    retainRule: retained(keep),
    ...(copies && {
      crossRegionCopyRules: copies.map(({ region, keep: kept, keyArn }) => ({
        target: region,
        encrypted: true,
        copyTags: true,
        retainRule: { interval: kept.by.days!, intervalUnit: 'DAYS' },
        ...(keyArn !== undefined && { cmkArn: keyArn }),
      })),
    }),
    ...(fastRestore && {
      fastRestoreRule: { count: fastRestore.count, availabilityZones: [...fastRestore.availabilityZones] },
    }),
    ...(archiveFor && {
      archiveRule: { retainRule: { retentionArchiveTier: { interval: archiveFor.toDays(), intervalUnit: 'DAYS' } } },
    }),
  };
}

const retained = ({ by }: SnapshotRetention): CfnLifecyclePolicy.RetainRuleProperty =>
  by.count === undefined ? { interval: by.days, intervalUnit: 'DAYS' } : { count: by.count };
