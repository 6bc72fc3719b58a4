import {
  Aspects,
  AspectPriority,
  Aws,
  CfnDeletionPolicy,
  CfnResource,
  RemovalPolicy,
  Stack,
  Token,
  Validations,
} from 'aws-cdk-lib';
import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-dlm';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { deployedElsewhere } from '../deployed-elsewhere';
import { SnapshotTimes, type SnapshotRetention, type SnapshotSchedule } from './snapshot-schedule';

interface LifecycleSnapshots {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly schedules: readonly SnapshotSchedule[];
  readonly encryptionKeys: readonly IKey[];
}

/** The schedules as a policy of Data Lifecycle Manager, and the role it works in. */
export function lifecycleSnapshots(
  scope: Construct,
  { description, tags, schedules, encryptionKeys }: LifecycleSnapshots,
): IRole {
  const role = new Role(scope, 'Role', {
    description: `Takes, copies and deletes the snapshots of ${scope.node.path}`,
    assumedBy: new ServicePrincipal('dlm.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  grantSnapshots(role, tags, schedules);
  const copies = schedules.flatMap((schedule) => schedule.copies ?? []);
  const keys = [...encryptionKeys.map(({ keyArn }) => keyArn), ...copies.flatMap(({ keyArn }) => keyArn ?? [])];
  if (copies.length > 0 && keys.length > 0) grantKeys(role, [...new Set(keys)]);
  stayOut(scope, new Set(copies.map(({ region }) => region)));
  const policy = new CfnLifecyclePolicy(scope, 'Policy', {
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

/** A stack that may be deployed anywhere is not deployed where its own copies go. */
function stayOut(scope: Construct, regions: ReadonlySet<string>): void {
  if (!Token.isUnresolved(Stack.of(scope).region)) return;
  for (const region of regions)
    deployedElsewhere(
      scope,
      `Region-${region}`,
      region,
      `Copies of snapshots go to ${region}, and would be lost with it; deploy this to another Region.`,
    );
}

function grantSnapshots(
  role: Role,
  tags: Readonly<Record<string, string>>,
  schedules: readonly SnapshotSchedule[],
): void {
  const snapshots = `arn:${Aws.PARTITION}:ec2:*::snapshot/*`;
  const some = (has: (schedule: SnapshotSchedule) => unknown, ...actions: readonly string[]) =>
    schedules.some((schedule) => has(schedule)) ? actions : [];
  const allow = (actions: string[], resource: string, conditions?: Readonly<Record<string, string | string[]>>) =>
    role.addToPolicy(
      new PolicyStatement({
        actions,
        resources: [resource],
        ...(conditions && { conditions: { StringEquals: conditions } }),
      }),
    );
  for (const [key, value] of Object.entries(tags))
    allow(['ec2:CreateSnapshot'], `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:volume/*`, {
      [`ec2:ResourceTag/${key}`]: value,
    });
  allow(
    [
      'ec2:CreateSnapshot',
      ...some(({ copies }) => copies?.length, 'ec2:CopySnapshot'),
      ...some(({ fastRestore }) => fastRestore, 'ec2:EnableFastSnapshotRestores', 'ec2:DisableFastSnapshotRestores'),
    ],
    snapshots,
  );
  // Tags decide what it may delete: it gives them to what it is just making, or to what has those of the plan already.
  allow(['ec2:CreateTags'], snapshots, {
    'ec2:CreateAction': ['CreateSnapshot', ...some(({ copies }) => copies?.length, 'CopySnapshot')],
  });
  // What it takes and copies has the tags of its volume: schedules copy them.
  for (const [key, value] of Object.entries(tags))
    allow(
      ['ec2:CreateTags', 'ec2:DeleteSnapshot', ...some(({ archiveFor }) => archiveFor, 'ec2:ModifySnapshotTier')],
      snapshots,
      { [`aws:ResourceTag/${key}`]: value },
    );
  allow(
    [
      'ec2:DescribeInstances',
      'ec2:DescribeSnapshots',
      'ec2:DescribeVolumes',
      ...some(({ fastRestore }) => fastRestore, 'ec2:DescribeAvailabilityZones', 'ec2:DescribeFastSnapshotRestores'),
      ...some(({ archiveFor }) => archiveFor, 'ec2:DescribeSnapshotTierStatus'),
    ],
    '*',
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
