import { Aws, CfnRule, Duration, Fn, Names, Stack, Token, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { templateText, wildcardFinding } from '../findings';
import type { AlarmTopic } from '../operations/alarm-topic';
import { BucketNotice } from './bucket-notice';
import { encryptionOf } from './bucket-encryption';
import { copyRuleFaults, written, type CopyRule } from './copy-rule';
import type { NoticeListener } from './notice-listener';
import { objectEvents } from './object-events';
import type { PrivateBucket } from './private-bucket';

export interface ObjectReplicationProps {
  /** Whose objects are copied; it must keep versions. */
  readonly source: PrivateBucket;
  /** What is copied, where to and how. Where two rules want the same object in the same bucket, the first counts. */
  readonly rules: readonly CopyRule[];
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * Who is told of each object whose copy took longer than fifteen minutes, of a source that `announces`; S3 watches the time of rules
   * with `timeControl` alone.
   * @default - nobody, there is an alarm all the same
   */
  readonly tellsOfLate?: NoticeListener;
  /**
   * Whether the copies are in another region, which outlives the loss of one, or in the same, as for gathered logs and for tests.
   * @default true
   */
  readonly crossesRegions?: boolean;
  /**
   * Whether another `ObjectReplication` copies back, so that changes of copies, such as their tags, are copied too.
   * @default false
   */
  readonly bothWays?: boolean;
  /**
   * The name of the role, where another account must know it before it is there, up to 64 characters.
   * @default - CloudFormation makes one
   */
  readonly roleName?: string;
}

/**
 * Copies objects into other buckets, as they are put: by a role of the source's account that reads the one and writes the others. What
 * was there before is not copied (`groundplan objects copy-existing`), nor what `willReplicate` names. S3 works in one direction.
 *
 * An account other than the source's admits the role with `admitReplicas`.
 *
 * @claims storage-replication-versioned, storage-replication-crr, storage-replication-srr, storage-replication-cross-account,
 * storage-replication-owner, storage-replication-filter-class, storage-replication-time-control, storage-replication-kms,
 * storage-replication-one-way, storage-replication-deletes
 */
export class ObjectReplication extends Construct {
  /** What S3 acts as. */
  readonly role: IRole;
  /** One for each rule with a promise of time, in order: copies take longer than fifteen minutes. */
  readonly lateAlarms: readonly IAlarm[];
  /** One for each such rule: something was not copied at all, because a role, a key or a bucket does not let it. */
  readonly failedAlarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: ObjectReplicationProps) {
    super(scope, id);
    const { source, rules, alarms, crossesRegions = true, bothWays = false } = props;
    const bucket = source.bucket.node.defaultChild as CfnBucket;
    const underKey = encryptionOf(source.bucket).some(({ sseAlgorithm }) => sseAlgorithm !== 'AES256');
    refuse(this, [
      rules.length === 0 && 'rules is empty; say what is copied where',
      props.tellsOfLate !== undefined &&
        !rules.some(({ timeControl }) => timeControl) &&
        'tellsOfLate is given and no rule has timeControl, so that S3 watches no time; set it, or leave tellsOfLate out',
      bucket.replicationConfiguration !== undefined &&
        `source is ${source.node.path}, whose objects are copied already; a bucket has one configuration, give all rules to it`,
      !isVersioned(bucket) &&
        `source is ${source.node.path}, which keeps no versions, and S3 copies only between buckets that do; give it ObjectVersions.kept(...)`,
      ...rules.flatMap((rule) => [...copyRuleFaults(rule, underKey), regionFault(rule, source, crossesRegions)]),
    ]);
    if (Token.isUnresolved(Stack.of(source).region))
      for (const region of new Set(rules.map(({ to }) => to.facts.region).filter((one) => !Token.isUnresolved(one))))
        this.atDeployment(region, crossesRegions);

    const role = new Role(this, 'Role', {
      description: `Copies objects of ${source.node.path}`,
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
      ...(props.roleName !== undefined && { roleName: props.roleName }),
    });
    this.role = role;
    this.mayRead(role, source);
    for (const { to, transferOwnership } of rules) this.mayWrite(role, to, transferOwnership ?? false);
    bucket.replicationConfiguration = {
      role: role.roleArn,
      rules: rules.map((rule, i) => written(rule, { id: this.idOf(i), priority: rules.length - i, bothWays })),
    };
    const watched = [...rules.entries()].filter(([, { timeControl }]) => timeControl);
    this.lateAlarms = watched.map(([i, rule]) => this.lateAlarm(rule, i, source, alarms));
    this.failedAlarms = watched.map(([i, rule]) => this.failedAlarm(rule, i, source, alarms));
    if (props.tellsOfLate)
      new BucketNotice(this, 'Late', { bucket: source.bucket, events: [objectEvents.copyLate], to: props.tellsOfLate });
  }

  private idOf(i: number): string {
    return `${Names.uniqueId(this).slice(-200)}${i + 1}`;
  }

  /** The region of the source is known at deployment only, and so is checked there. */
  private atDeployment(region: string, crosses: boolean): void {
    const same = Fn.conditionEquals(Aws.REGION, region);
    new CfnRule(this, `Region-${region}`, {
      assertions: [
        {
          assert: crosses ? Fn.conditionNot(same) : same,
          assertDescription: crosses
            ? `Copies go to ${region}, and would be lost with it; deploy the source to another region.`
            : `Copies are to be in the same region; deploy the source to ${region}.`,
        },
      ],
    });
  }

  private mayRead(role: Role, source: PrivateBucket): void {
    const all = source.bucket.arnForObjects('*');
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        resources: [source.bucket.bucketArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionTagging',
          's3:GetObjectRetention',
          's3:GetObjectLegalHold',
        ],
        resources: [all],
      }),
    );
    if (source.key) role.addToPolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [source.key.keyArn] }));
    this.acknowledge(
      role,
      all,
      'What is copied is decided by the rules of the bucket; the role reads this one bucket.',
    );
  }

  private mayWrite(role: Role, { bucketArn, display, facts }: CopyRule['to'], transferOwnership: boolean): void {
    const all = `${bucketArn}/*`;
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          's3:ReplicateObject',
          's3:ReplicateDelete',
          's3:ReplicateTags',
          ...(transferOwnership ? ['s3:ObjectOwnerOverrideToBucketOwner'] : []),
        ],
        resources: [all],
      }),
    );
    this.acknowledge(role, all, `Copies have the keys of the originals; the role writes into ${display} alone.`);
    const { keyArn } = facts;
    if (keyArn === undefined) return;
    const actions = ['kms:Encrypt', 'kms:GenerateDataKey'];
    const alias = /^(arn:.*):(alias\/.+)$/.exec(keyArn);
    if (!alias) {
      role.addToPolicy(new PolicyStatement({ actions, resources: [keyArn] }));
      return;
    }
    // Policies do not know keys by their alias; a condition does.
    const keys = `${alias[1]}:key/*`;
    role.addToPolicy(
      new PolicyStatement({
        actions,
        resources: [keys],
        conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias[2] } },
      }),
    );
    this.acknowledge(role, keys, `The condition lets it use the key with the alias ${alias[2]} alone.`);
  }

  /** Names with an account in them are known at deployment only, and the reason says so as the finding does. */
  private acknowledge(role: Role, resource: string, reason: string): void {
    const written = templateText(Stack.of(this).resolve(reason));
    Validations.of(role).acknowledge({ id: wildcardFinding(this, resource), reason: written });
  }

  private lateAlarm({ to }: CopyRule, i: number, source: PrivateBucket, alarms: AlarmTopic): IAlarm {
    return alarms.alarm(this, `Late${i + 1}`, {
      alarmDescription: `Copies of ${source.node.path} take longer than fifteen minutes to reach ${to.display}.`,
      metric: this.metric('ReplicationLatency', 'Maximum', source, to, i),
      threshold: Duration.minutes(15).toSeconds(),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private failedAlarm({ to }: CopyRule, i: number, source: PrivateBucket, alarms: AlarmTopic): IAlarm {
    return alarms.alarm(this, `Failed${i + 1}`, {
      alarmDescription: `Objects of ${source.node.path} were not copied to ${to.display}, and will not be by themselves; mend the role, the key or the bucket, then run groundplan objects copy-existing.`,
      metric: this.metric('OperationsFailedReplication', 'Sum', source, to, i),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private metric(metricName: string, statistic: string, source: PrivateBucket, to: CopyRule['to'], i: number): Metric {
    return new Metric({
      namespace: 'AWS/S3',
      metricName,
      dimensionsMap: {
        SourceBucket: source.bucket.bucketName,
        DestinationBucket: Fn.select(5, Fn.split(':', to.bucketArn)),
        RuleId: this.idOf(i),
      },
      statistic,
      period: Duration.minutes(5),
    });
  }
}

function isVersioned(bucket: CfnBucket): boolean {
  const { status } = (Stack.of(bucket).resolve(bucket.versioningConfiguration) ?? {}) as { readonly status?: string };
  return status === 'Enabled';
}

function regionFault({ to }: CopyRule, source: PrivateBucket, crosses: boolean): string | undefined {
  const [here, there] = [Stack.of(source).region, to.facts.region];
  const unknown = [here, there].filter((region) => Token.isUnresolved(region)).length;
  // Two stacks of no particular region are deployed to the same one.
  const same = here === there || unknown === 2;
  if (!same && unknown === 1) return undefined;
  if (same === !crosses) return undefined;
  return crosses
    ? `copies go to ${to.display} in the same region, and would be lost with it; choose another region, or set crossesRegions to false`
    : `copies go to ${to.display} in ${there} and not in ${here}, where crossesRegions is false; choose a bucket of the same region, or leave it out`;
}
