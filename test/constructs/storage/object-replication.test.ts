import { App, Aws, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket, ReplicationTimeValue } from 'aws-cdk-lib/aws-s3';
import { context as featureFlags } from '../../../cdk.json';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { admitReplicas } from '../../../lib/constructs/storage/admit-replicas';
import { accountRegionalName, regionOfName } from '../../../lib/constructs/storage/bucket-name';
import type { CopyRule } from '../../../lib/constructs/storage/copy-rule';
import { GatherObjects } from '../../../lib/constructs/storage/gather-objects';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { NoticeListener } from '../../../lib/constructs/storage/notice-listener';
import { ObjectEncryption } from '../../../lib/constructs/storage/object-encryption';
import { ObjectReplication, type ObjectReplicationProps } from '../../../lib/constructs/storage/object-replication';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { PrivateBucket, type PrivateBucketProps } from '../../../lib/constructs/storage/private-bucket';
import { ReplicaTarget, type NamedReplica } from '../../../lib/constructs/storage/replica-target';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { templateOf, testStack } from '../../support/app';
import { decide, decideTogether, text, type PolicyDocument } from '../../support/decide';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d';
const far: NamedReplica = { bucketName: 'copies', region: 'eu-central-1', isVersioned: true };
const farTarget = ReplicaTarget.named(far);

function bucketIn(stack: Stack, id = 'Source', props: Partial<PrivateBucketProps> = {}): PrivateBucket {
  const { bucket: accessLogs } = new LogBucket(stack, `${id}Logs`);
  return new PrivateBucket(stack, id, {
    accessLogs,
    accessLogPrefix: 'requests/',
    versions: ObjectVersions.kept(),
    ...props,
  });
}

type Given = Omit<Partial<ObjectReplicationProps>, 'source'> & { readonly bucket?: Partial<PrivateBucketProps> };
function copy(stack: Stack, rules: readonly CopyRule[], { bucket, ...props }: Given = {}): ObjectReplication {
  return new ObjectReplication(stack, 'Copies', {
    source: bucketIn(stack, 'Source', bucket),
    rules,
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props,
  });
}

const templateWith = (rules: readonly CopyRule[], given?: Given) => templateOf((stack) => copy(stack, rules, given));
const refusal = (rules: readonly CopyRule[], given?: Given) => () => copy(testStack(), rules, given);

/** The configuration of the bucket whose logical id begins so. */
function configurationOf(template: Template, prefix = 'Source'): any {
  const [, found] = Object.entries(template.findResources('AWS::S3::Bucket')).find(
    ([id]) => id.startsWith(prefix) && !id.startsWith(`${prefix}Logs`),
  )!;
  return found.Properties.ReplicationConfiguration;
}
const ruleOf = (rule: Partial<CopyRule>, given?: Given) =>
  configurationOf(templateWith([{ to: farTarget, ...rule }], given)).Rules[0];

/** Rules of a template but for the CDK's own. */
const ownRules = (template: Template): any[] =>
  Object.entries(template.toJSON().Rules as object).flatMap(([id, rule]) =>
    id === 'CheckBootstrapVersion' ? [] : [rule],
  );

/** What the role of a copying block may do. */
function roleOf(template: Template): { readonly trust: any; readonly policy: PolicyDocument } {
  const [, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([id]) => id.includes('CopiesRole'))!;
  const [, policy] = Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) =>
    id.includes('CopiesRole'),
  )!;
  return { trust: role.Properties.AssumeRolePolicyDocument.Statement, policy: policy.Properties.PolicyDocument };
}

/** A stack in a region, and one in another, of one app. */
function twoRegions(): { readonly here: Stack; readonly there: Stack } {
  const app = new App({ context: featureFlags });
  const account = '111122223333';
  return {
    here: new Stack(app, 'Here', { env: { account, region: 'eu-west-1' } }),
    there: new Stack(app, 'There', { env: { account, region: 'eu-central-1' } }),
  };
}

describe('ObjectReplication', () => {
  test('copies every object into a bucket of another region, by a rule on the source and a role that S3 assumes [storage-replication-crr]', () => {
    const template = templateWith([{ to: farTarget }]);
    expect(configurationOf(template)).toEqual({
      Role: { 'Fn::GetAtt': [expect.stringContaining('CopiesRole'), 'Arn'] },
      Rules: [
        {
          Id: expect.any(String),
          Priority: 1,
          Status: 'Enabled',
          Filter: { Prefix: '' },
          DeleteMarkerReplication: { Status: 'Disabled' },
          Destination: { Bucket: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::copies']] } },
        },
      ],
    });
    const { trust, policy } = roleOf(template);
    expect(trust).toEqual([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 's3.amazonaws.com' } }]);
    expect(policy.Statement.map(({ Action, Resource }) => [Action, JSON.stringify(Resource)])).toEqual([
      [
        ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        expect.stringMatching(/^\{"Fn::GetAtt":\["Source\w+","Arn"\]\}$/),
      ],
      [
        [
          's3:GetObjectLegalHold',
          's3:GetObjectRetention',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionTagging',
        ],
        expect.stringContaining('"/*"'),
      ],
      [['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'], expect.stringContaining(':s3:::copies/*')],
    ]);
  });

  test('has a role for each source, so that a second one does not collide with the first [storage-replication-crr]', () => {
    const template = templateOf((stack) => {
      const alarms = new AlarmTopic(stack, 'Alarms');
      for (const id of ['One', 'Two'])
        new ObjectReplication(stack, `${id}Copies`, {
          source: bucketIn(stack, id),
          rules: [{ to: farTarget }],
          alarms,
        });
    });
    const roles = Object.values(template.findResources('AWS::IAM::Role')).filter(
      ({ Properties: { AssumeRolePolicyDocument } }) =>
        JSON.stringify(AssumeRolePolicyDocument).includes('"s3.amazonaws.com"'),
    );
    expect(roles).toHaveLength(2);
    expect(roles.map(({ Properties }) => Properties.RoleName)).toEqual([undefined, undefined]);
  });

  test('is checked at deployment where only that knows the region of the source [storage-replication-crr]', () => {
    const rule = (given?: Given) => ownRules(templateWith([{ to: farTarget }], given));
    expect(rule()).toEqual([
      {
        Assertions: [
          {
            Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] }] },
            AssertDescription:
              'Copies go to eu-central-1, and would be lost with it; deploy the source to another region.',
          },
        ],
      },
    ]);
    expect(rule({ crossesRegions: false })[0].Assertions[0].Assert).toEqual({
      'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    });
  });

  test('fails when copies would be lost with their originals, or are not where they are said to be [storage-replication-crr, storage-replication-srr]', () => {
    const between = (region: string, crossesRegions: boolean) => () => {
      const { here } = twoRegions();
      copy(here, [{ to: ReplicaTarget.named({ ...far, region }) }], { crossesRegions });
    };
    expect(between('eu-west-1', true)).toThrow(
      'Here/Copies:\n  copies go to copies in the same region, and would be lost with it; choose another region, or set crossesRegions to false',
    );
    expect(between('eu-central-1', false)).toThrow(
      'Here/Copies:\n  copies go to copies in eu-central-1 and not in eu-west-1, where crossesRegions is false; choose a bucket of the same region, or leave it out',
    );
    expect(between('eu-central-1', true)).not.toThrow();
    expect(between('eu-west-1', false)).not.toThrow();
    const together = () => {
      const stack = testStack();
      copy(stack, [{ to: ReplicaTarget.bucket(bucketIn(stack, 'Near')) }]);
    };
    expect(together).toThrow('copies go to Stack/Near in the same region, and would be lost with it');
  });

  test('names a bucket of another region by its name, and neither stack needs a value of the other [storage-replication-crr]', () => {
    const { here, there } = twoRegions();
    const name = accountRegionalName('shop-copies', '111122223333', 'eu-central-1');
    expect(name).toBe('shop-copies-111122223333-eu-central-1-an');
    expect([regionOfName(name), regionOfName('shop-copies')]).toEqual(['eu-central-1', undefined]);
    bucketIn(there, 'Copy', { bucketNamePrefix: 'shop-copies' });
    copy(here, [{ to: ReplicaTarget.named({ ...far, bucketName: name }) }], {
      bucket: { allowedRegions: ['eu-west-1', 'eu-central-1'] },
    });
    expect([here.dependencies, there.dependencies]).toEqual([[], []]);
    expect(JSON.stringify(configurationOf(Template.fromStack(here)))).toContain(`:s3:::${name}`);
  });

  test('accepts what its role may do by a reason that says a name known at deployment only in words', () => {
    const stack = testStack();
    const bucketName = accountRegionalName('shop-copies', Aws.ACCOUNT_ID, 'eu-central-1');
    const { role } = copy(stack, [{ to: ReplicaTarget.named({ ...far, bucketName }) }]);
    const accepted = role.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
    expect(Object.values(accepted[1].data as Record<string, string>)).toEqual([
      'Copies have the keys of the originals; the role writes into shop-copies-<AWS::AccountId>-eu-central-1-an alone.',
    ]);
  });

  test('fails when the source keeps no versions, or the bucket of the copies, as the CDK does for the one alone [storage-replication-versioned]', () => {
    const off = { versions: ObjectVersions.none() };
    expect(refusal([{ to: farTarget }], { bucket: off })).toThrow(
      'Stack/Copies:\n  source is Stack/Source, which keeps no versions, and S3 copies only between buckets that do; give it ObjectVersions.kept(...)',
    );
    expect(refusal([{ to: farTarget }], { bucket: { versions: ObjectVersions.suspended() } })).toThrow(
      /keeps no versions/,
    );
    const unversioned = () => {
      const stack = testStack();
      copy(stack, [{ to: ReplicaTarget.bucket(bucketIn(stack, 'Near', off)) }], { crossesRegions: false });
    };
    expect(unversioned).toThrow(
      'Stack/Copies:\n  copies go to Stack/Near, which keeps no versions, and S3 copies only between buckets that do; give it ObjectVersions.kept(...)',
    );
    // The CDK looks at the source alone.
    const stack = testStack();
    const destination = new Bucket(stack, 'Unversioned');
    const cdk = (versioned: boolean, id: string) => () =>
      new Bucket(stack, id, { versioned, replicationRules: [{ destination }] });
    expect(cdk(false, 'A')).toThrow(/versioning/i);
    expect(cdk(true, 'B')).not.toThrow();
  });

  test('selects by prefix, by tags, and by both, and puts copies into another class if that is wanted [storage-replication-filter-class]', () => {
    expect(ruleOf({ prefix: 'invoices/' }).Filter).toEqual({ Prefix: 'invoices/' });
    expect(ruleOf({ tags: { keep: 'yes' } }).Filter).toEqual({ TagFilter: { Key: 'keep', Value: 'yes' } });
    expect(ruleOf({ prefix: 'invoices/', tags: { keep: 'yes', year: '2026' } }).Filter).toEqual({
      And: {
        Prefix: 'invoices/',
        TagFilters: [
          { Key: 'keep', Value: 'yes' },
          { Key: 'year', Value: '2026' },
        ],
      },
    });
    expect(ruleOf({}).Destination.StorageClass).toBeUndefined();
    expect(ruleOf({ storageClass: 'GLACIER_IR' }).Destination.StorageClass).toBe('GLACIER_IR');
    expect(refusal([{ to: farTarget, storageClass: 'COLD' as 'GLACIER' }])).toThrow(
      'storageClass is COLD; choose one of STANDARD, STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE',
    );
  });

  test('gives rules the priority of their order, so that no two have the same [storage-replication-filter-class]', () => {
    const other = ReplicaTarget.named({ ...far, bucketName: 'archive' });
    const { Rules } = configurationOf(
      templateWith([
        { to: farTarget, prefix: 'a/' },
        { to: other, prefix: 'a/b/' },
        { to: farTarget, prefix: 'c/' },
      ]),
    );
    expect(Rules.map(({ Priority }: { Priority: number }) => Priority)).toEqual([3, 2, 1]);
    expect(new Set(Rules.map(({ Id }: { Id: string }) => Id)).size).toBe(3);
    expect(refusal([])).toThrow('Stack/Copies:\n  rules is empty; say what is copied where');
    const twice = () => {
      const stack = testStack();
      const source = bucketIn(stack);
      const alarms = new AlarmTopic(stack, 'Alarms');
      for (const id of ['One', 'Two']) new ObjectReplication(stack, id, { source, rules: [{ to: farTarget }], alarms });
    };
    expect(twice).toThrow(
      'Stack/Two:\n  source is Stack/Source, whose objects are copied already; a bucket has one configuration, give all rules to it',
    );
  });

  test('promises copies within fifteen minutes, and tells when they are late, each one and all together [storage-replication-time-control]', () => {
    const stack = testStack();
    const alarms = new AlarmTopic(stack, 'Alarms');
    const late = new WorkQueue(stack, 'Latecomers', { alarms });
    new ObjectReplication(stack, 'Copies', {
      source: bucketIn(stack, 'Source', { announces: true }),
      rules: [{ to: farTarget, timeControl: true }],
      alarms,
      tellsOfLate: NoticeListener.queue(late.queue),
    });
    const template = Template.fromStack(stack);
    const [rule] = configurationOf(template).Rules;
    expect(rule.Destination).toMatchObject({
      ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
      Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
    });
    const [latency] = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties)
      .filter(({ MetricName }) => MetricName === 'ReplicationLatency');
    expect(latency).toMatchObject({
      Namespace: 'AWS/S3',
      Statistic: 'Maximum',
      Threshold: 900,
      ComparisonOperator: 'GreaterThanThreshold',
      Dimensions: [
        { Name: 'DestinationBucket', Value: { 'Fn::Select': [5, expect.anything()] } },
        { Name: 'RuleId', Value: rule.Id },
        { Name: 'SourceBucket', Value: { Ref: expect.stringMatching(/^SourceBucket/) } },
      ],
    });
    expect(JSON.stringify(template.findResources('Custom::S3BucketNotifications'))).toContain(
      's3:Replication:OperationMissedThreshold',
    );
    expect(ruleOf({}).Destination.ReplicationTime).toBeUndefined();
    // Without metrics the CDK says no, as S3 would.
    const cdk = () => {
      const destination = new Bucket(stack, 'Timed', { versioned: true });
      const replicationTimeControl = ReplicationTimeValue.FIFTEEN_MINUTES;
      return new Bucket(stack, 'Raw', { versioned: true, replicationRules: [{ destination, replicationTimeControl }] });
    };
    expect(cdk).toThrow(/Metrics' must be enabled/);
  });

  test('tells when copies failed of a rule whose time is watched, and is silent of one that counts nothing [storage-replication-time-control]', () => {
    const failed = (timeControl: boolean) =>
      Object.values(templateWith([{ to: farTarget, timeControl }]).findResources('AWS::CloudWatch::Alarm'))
        .map(({ Properties }) => Properties)
        .filter(({ MetricName }) => MetricName === 'OperationsFailedReplication');
    expect(failed(false)).toEqual([]);
    expect(failed(true)).toEqual([
      expect.objectContaining({
        Statistic: 'Sum',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmDescription:
          'Objects of Stack/Source were not copied to copies, and will not be by themselves; mend the role, the key or the bucket, then run groundplan objects copy-existing.',
      }),
    ]);
  });

  test('fails when somebody is to be told of late copies and S3 watches no time [storage-replication-time-control]', () => {
    const stack = testStack();
    const tellsOfLate = NoticeListener.queue(
      new WorkQueue(stack, 'Late', { alarms: new AlarmTopic(stack, 'A') }).queue,
    );
    expect(() => copy(stack, [{ to: farTarget }], { tellsOfLate })).toThrow(
      'tellsOfLate is given and no rule has timeControl, so that S3 watches no time; set it, or leave tellsOfLate out',
    );
  });

  test('copies what is encrypted with a customer key under the key of the other side, and may use both [storage-replication-kms]', () => {
    const template = templateWith([{ to: ReplicaTarget.named({ ...far, keyArn }) }], {
      bucket: { encryption: ObjectEncryption.customerKey() },
    });
    expect(configurationOf(template).Rules[0]).toMatchObject({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { EncryptionConfiguration: { ReplicaKmsKeyID: keyArn } },
    });
    const ofKeys = roleOf(template).policy.Statement.filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
    expect(ofKeys).toEqual([
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^SourceKey/), 'Arn'] },
      },
      { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:GenerateDataKey'], Resource: keyArn },
    ]);
    // Both, or neither: the CDK would take the one without the other.
    expect(ruleOf({}).SourceSelectionCriteria).toBeUndefined();
  });

  test('knows a key by its alias, which a policy says by a condition [storage-replication-kms]', () => {
    const alias = 'arn:aws:kms:eu-central-1:111122223333:alias/copies';
    const template = templateWith([{ to: ReplicaTarget.named({ ...far, keyArn: alias }) }]);
    const { policy } = roleOf(template);
    const use = (aliases?: string) =>
      decide(policy, {
        action: 'kms:GenerateDataKey',
        resource: keyArn,
        ...(aliases !== undefined && { context: { 'kms:ResourceAliases': aliases } }),
      });
    expect([use('alias/copies'), use('alias/payroll'), use()]).toEqual(['allow', 'implicit deny', 'implicit deny']);
  });

  test('fails when S3 would pass silently over every object under a customer key [storage-replication-kms]', () => {
    const encryption = ObjectEncryption.customerKey();
    expect(refusal([{ to: farTarget }], { bucket: { encryption } })).toThrow(
      'Stack/Copies:\n  copies go to copies with no key named, and S3 passes silently over every object that is encrypted with a customer key; name the key that copies are encrypted with',
    );
    const managed = 'arn:aws:kms:eu-central-1:111122223333:alias/aws/s3';
    expect(refusal([{ to: ReplicaTarget.named({ ...far, keyArn: managed }) }])).toThrow(
      `copies are encrypted with ${managed}, a key whose policy cannot be changed and that no other account or region knows; give a customer key`,
    );
    expect(refusal([{ to: ReplicaTarget.named({ ...far, keyArn: 'alias/copies' }) }])).toThrow(
      'copies are encrypted with alias/copies; give the ARN of a customer key or of its alias',
    );
  });

  test('copies in one direction, and in two where both sides have a rule that copies changes of copies [storage-replication-one-way]', () => {
    const { here, there } = twoRegions();
    const named = (region: string) =>
      ReplicaTarget.named({ ...far, region, bucketName: accountRegionalName('pair', '111122223333', region) });
    const join = (bothWays: boolean, stacks: readonly (readonly [Stack, string])[]) => {
      for (const [stack, other] of stacks)
        copy(stack, [{ to: named(other) }], { bothWays, bucket: { bucketNamePrefix: 'pair' } });
    };
    join(true, [
      [here, 'eu-central-1'],
      [there, 'eu-west-1'],
    ]);
    for (const stack of [here, there]) {
      const [rule] = configurationOf(Template.fromStack(stack)).Rules;
      expect(rule.SourceSelectionCriteria).toEqual({ ReplicaModifications: { Status: 'Enabled' } });
    }
    const single = twoRegions();
    join(false, [[single.here, 'eu-central-1']]);
    bucketIn(single.there, 'Source', { bucketNamePrefix: 'pair' });
    expect(configurationOf(Template.fromStack(single.there))).toBeUndefined();
    expect(configurationOf(Template.fromStack(single.here)).Rules[0].SourceSelectionCriteria).toBeUndefined();
  });

  test('copies delete markers on demand, and says so where it does not [storage-replication-deletes]', () => {
    expect(ruleOf({}).DeleteMarkerReplication).toEqual({ Status: 'Disabled' });
    expect(ruleOf({ deleteMarkers: true }).DeleteMarkerReplication).toEqual({ Status: 'Enabled' });
    expect(refusal([{ to: farTarget, deleteMarkers: true, tags: { keep: 'yes' } }])).toThrow(
      'deleteMarkers is true in a rule with tags, which markers do not have; select by prefix, or leave markers out',
    );
    const stack = testStack();
    const destination = new Bucket(stack, 'Raw', { versioned: true });
    const filter = { tags: [{ key: 'keep', value: 'yes' }] };
    const rule = { destination, filter, priority: 1, deleteMarkerReplication: true };
    expect(() => new Bucket(stack, 'A', { versioned: true, replicationRules: [rule] })).toThrow(/tag/i);
  });
});

describe('copies of another account', () => {
  const roleArn = 'arn:aws:iam::111122223333:role/shop-copies';
  const account = '444455556666';

  test('need the policy of the other bucket, which admits the one role, and belong to that account [storage-replication-cross-account, storage-replication-owner]', () => {
    const source = templateWith([{ to: ReplicaTarget.named({ ...far, account }), transferOwnership: true }], {
      roleName: 'shop-copies',
    });
    expect(configurationOf(source).Rules[0].Destination).toMatchObject({
      Account: account,
      AccessControlTranslation: { Owner: 'Destination' },
    });
    expect(
      Object.values(source.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties.RoleName),
    ).toContain('shop-copies');
    const policyOf = (admits: boolean): PolicyDocument => {
      const template = templateOf((stack) => {
        const copies = bucketIn(stack, 'Copy', { bucketName: 'copies' });
        if (admits) admitReplicas(copies, { roleArn });
      });
      const [, policy] = Object.entries(template.findResources('AWS::S3::BucketPolicy')).find(([id]) =>
        id.startsWith('CopyBucket'),
      )!;
      return policy.Properties.PolicyDocument;
    };
    const admitted = policyOf(true).Statement.filter(({ Principal }) => JSON.stringify(Principal).includes(roleArn));
    const object = text(admitted[0].Resource).replace('*', 'invoices/1.pdf');
    const ask = (action: string, admits: boolean, who = roleArn) =>
      decideTogether(
        { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        policyOf(admits),
        {
          principal: { AWS: who },
          action,
          resource: object,
          context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
        },
        false,
      );
    const needed = [
      's3:ReplicateObject',
      's3:ReplicateDelete',
      's3:ReplicateTags',
      's3:ObjectOwnerOverrideToBucketOwner',
    ];
    for (const action of needed) {
      expect([action, ask(action, false), ask(action, true)]).toEqual([action, 'implicit deny', 'allow']);
    }
    expect(admitted.map(({ Action }) => Action)).toEqual([needed.toSorted(), 's3:GetBucketVersioning']);
    expect(ask('s3:ReplicateObject', true, 'arn:aws:iam::111122223333:role/another')).toBe('implicit deny');
  });

  test('fails when ownership is handed over within one account, or a whole account is let in [storage-replication-owner, storage-replication-cross-account]', () => {
    expect(refusal([{ to: farTarget, transferOwnership: true }])).toThrow(
      'transferOwnership is true and copies belongs to the same account; name its account, or leave it out',
    );
    expect(refusal([{ to: ReplicaTarget.named({ ...far, account: '4444' }) }])).toThrow(
      'copies go to the account 4444; give the 12 digits of one account',
    );
    expect(() => admitReplicas(bucketIn(testStack()), { roleArn: 'arn:aws:iam::111122223333:root' })).toThrow(
      'Stack/Source:\n  roleArn is arn:aws:iam::111122223333:root; give the ARN of one role, not of an account, whose other roles would write here too',
    );
  });

  test('are written under the key of that account, which admits the role too [storage-replication-cross-account]', () => {
    const template = templateOf((stack) =>
      admitReplicas(bucketIn(stack, 'Copy', { encryption: ObjectEncryption.customerKey() }), { roleArn }),
    );
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    expect(key.Properties.KeyPolicy.Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { AWS: roleArn },
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: '*',
    });
  });

  test('have access lists switched off, as all buckets here [storage-replication-owner]', () => {
    templateOf((stack) => admitReplicas(bucketIn(stack, 'Copy'), { roleArn })).hasResourceProperties(
      'AWS::S3::Bucket',
      { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    );
  });
});

describe('GatherObjects', () => {
  function gather(prefixes: readonly string[]): Stack {
    const stack = testStack();
    new GatherObjects(stack, 'Gathered', {
      sources: prefixes.map((prefix, i) => ({ bucket: bucketIn(stack, `Source${i}`), prefix })),
      into: ReplicaTarget.bucket(bucketIn(stack, 'Common')),
      alarms: new AlarmTopic(stack, 'Alarms'),
    });
    return stack;
  }

  test('copies a folder of each source into one bucket of the same region, under the keys they had [storage-replication-srr]', () => {
    const template = Template.fromStack(gather(['shop/', 'blog/']));
    for (const [i, prefix] of ['shop/', 'blog/'].entries()) {
      const [rule] = configurationOf(template, `Source${i}`).Rules;
      expect([rule.Filter.Prefix, JSON.stringify(rule.Destination.Bucket)]).toEqual([
        prefix,
        expect.stringMatching(/^\{"Fn::GetAtt":\["Common/),
      ]);
    }
    expect(configurationOf(template, 'Common')).toBeUndefined();
    expect(ownRules(template)).toEqual([]);
  });

  test('fails when copies of two sources would lie on top of each other [storage-replication-srr]', () => {
    expect(() => gather(['logs/', 'logs/shop/'])).toThrow(
      'Stack/Gathered:\n  Stack/Source0 and Stack/Source1 have the prefixes "logs/" and "logs/shop/", whose copies would lie on top of each other; name folders of which neither contains the other',
    );
    expect(() => gather(['shop/', ''])).toThrow(
      'Stack/Source1 has the prefix ""; name a folder of its own, such as shop/',
    );
    expect(() => gather(['shop/'])).toThrow('sources has 1; one bucket alone is copied by ObjectReplication');
  });
});
