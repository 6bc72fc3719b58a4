import { listening } from '../support/console';
import { catalogue } from '../../lib/catalogue';
import { run } from '../../tools/teardown';
import { leftovers } from '../../tools/teardown/leftovers';
import { loadTemplates } from '../../tools/template/load';
import type { Resource } from '../../tools/template/stack';

const left = (Resources: Record<string, Resource>): string[] =>
  leftovers([{ name: 'Stack', template: { Resources } }]).map(({ path, kind, why }) => `${path} ${kind}: ${why}`);
const emptied = { Tags: [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }] };
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe.each(catalogue)('$name', ({ name }) => {
  test('as a sandbox, nothing stays, and what may block or take long says why and what to do', () => {
    const found = leftovers(loadTemplates(name));
    // Where CloudFront runs a function, and so where it logs, no stack knows; and no stack knows the snapshots that a plan took.
    expect(
      found.filter(
        ({ kind, why }) => kind === 'stays' && !/the other Regions where it ran|snapshots it took stay/.test(why),
      ),
    ).toEqual([]);
    for (const { why } of found) expect(why.split(' ').length).toBeGreaterThan(8);
    expect(
      found.filter(
        ({ kind, why }) =>
          kind === 'blocks' && !/access logs arrive|locks objects|takes back its copies|recovery points/.test(why),
      ),
    ).toEqual([]);
  });
});

test('a function that CloudFront runs cannot go at once, and leaves logs in other Regions', () => {
  const trustedTo = (Service: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service } }] } },
  });
  const made = {
    Type: 'AWS::Lambda::Function',
    Properties: { Role: arn('R'), LoggingConfig: { LogGroup: { Ref: 'L' } } },
  };
  const logs = { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Delete' };
  expect(left({ F: made, L: logs, R: trustedTo('edgelambda.amazonaws.com') })).toEqual([
    'F blocks: CloudFront takes back its copies some hours after no distribution runs it, and until then Lambda does not delete it; delete the stack again the next day',
    'F stays: it made log groups of the same name in the other Regions where it ran; they never expire, so delete them there by hand',
  ]);
  expect(left({ F: made, L: logs, R: trustedTo('lambda.amazonaws.com') })).toEqual([]);
});

test('what is retained or leaves a snapshot stays', () => {
  expect(left({ T: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain' } })).toEqual([
    'T stays: it is retained with its contents; delete it by hand when they are no longer needed',
  ]);
  expect(left({ D: { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Snapshot' } })).toEqual([
    'D stays: a last snapshot is kept and billed by its size; delete it by hand',
  ]);
});

test('a database that says nothing leaves a snapshot, and an instance of a cluster leaves it to the cluster', () => {
  const snapshot = 'stays: a last snapshot is kept and billed by its size; delete it by hand';
  expect(left({ D: { Type: 'AWS::RDS::DBInstance' } })).toEqual([`D ${snapshot}`]);
  const member = { Type: 'AWS::RDS::DBInstance', Properties: { DBClusterIdentifier: { Ref: 'C' } } };
  expect(left({ D: member })).toEqual([]);
  expect(left({ D: { Type: 'AWS::RDS::DBCluster' } })).toEqual([
    'D stays: a last snapshot is kept and billed by its size; delete it by hand',
  ]);
  expect(left({ D: { Type: 'AWS::RDS::DBCluster', DeletionPolicy: 'Delete' } })).toEqual([]);
});

test.each<[string, Resource]>([
  [
    'LoadBalancer',
    {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { LoadBalancerAttributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }] },
    },
  ],
  ['Table', { Type: 'AWS::DynamoDB::Table', Properties: { DeletionProtectionEnabled: true } }],
  [
    'GlobalTable',
    { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ DeletionProtectionEnabled: true }] } },
  ],
  ['Instance', { Type: 'AWS::EC2::Instance', Properties: { DisableApiTermination: true } }],
  ['UserPool', { Type: 'AWS::Cognito::UserPool', Properties: { DeletionProtection: 'ACTIVE' } }],
  ['DBInstance', { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Delete', Properties: { DeletionProtection: true } }],
])('a protected %s blocks', (what, resource) => {
  expect(left({ R: resource })).toEqual([`R blocks: deletion protection is on for this ${what}; switch it off first`]);
});

test('a bucket that locks objects blocks, as nothing may empty it [storage-object-lock]', () => {
  const locked = { ObjectLockEnabled: true, Tags: [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }] };
  expect(left({ B: { Type: 'AWS::S3::Bucket', Properties: locked } })).toEqual([
    'B blocks: it locks objects, so no program empties it; have an officer purge it (npx groundplan objects purge), or wait until nothing in it is retained',
  ]);
});

test('a bucket blocks unless it is emptied, and an emptied one still when logs arrive late', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: emptied };
  expect(left({ B: { Type: 'AWS::S3::Bucket' } })).toEqual([
    'B blocks: a bucket with objects in it cannot be deleted; empty it first',
  ]);
  expect(left({ B: bucket })).toEqual([]);
  const balancer = {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Properties: { LoadBalancerAttributes: [{ Key: 'access_logs.s3.bucket', Value: { Ref: 'B' } }] },
  };
  expect(left({ B: bucket, L: balancer })).toEqual([
    expect.stringMatching(/^B blocks: access logs arrive up to hours late/),
  ]);
  expect(left({ B: bucket, Other: bucket, L: balancer })).toHaveLength(1);
  const distribution = {
    Type: 'AWS::CloudFront::Distribution',
    Properties: { DistributionConfig: { Logging: { Bucket: { 'Fn::GetAtt': ['B', 'RegionalDomainName'] } } } },
  };
  expect(left({ B: bucket, D: distribution })).toContainEqual(expect.stringMatching(/^B blocks: access logs arrive/));
  expect(left({ B: bucket, F: { Type: 'AWS::EC2::FlowLog', Properties: { LogDestination: arn('B') } } })).toHaveLength(
    1,
  );
});

test('snapshots that a plan took outlive it, also those in another Region', () => {
  const plan = (more: object = {}) => ({
    Type: 'AWS::DLM::LifecyclePolicy',
    Properties: {
      PolicyDetails: { TargetTags: [{ Key: 'kept', Value: 'daily' }], Schedules: [{ Name: 'a', ...more }] },
    },
  });
  const why =
    'P stays: snapshots it took stay and are billed by their size, and nothing deletes them any more; delete those with the tag kept=daily';
  expect(left({ P: plan() })).toEqual([why]);
  expect(left({ P: plan({ CrossRegionCopyRules: [] }) })).toEqual([`${why}, here and in the other Region`]);
});

test('snapshots that wait for the archive are lost with their plan, which a retained plan says nothing of', () => {
  const archived = (Name: string, RetainRule: object) => ({ Name, RetainRule, ArchiveRule: { RetainRule: {} } });
  const plan = (...Schedules: object[]) => ({
    Type: 'AWS::DLM::LifecyclePolicy',
    Properties: { PolicyDetails: { TargetTags: [{ Key: 'kept', Value: 'daily' }], Schedules } },
  });
  const lost =
    /; those that wait for the archive \((.*)\) are deleted for good on the day they were to go there: archive or copy them before you destroy$/;
  const [told] = left({ P: plan(archived('Monthly', { Interval: 30 }), archived('Yearly', { Interval: 0 })) });
  expect(lost.exec(told)?.[1]).toBe('Monthly, Yearly');
  expect(left({ P: plan(archived('Counted', { Count: 3 }), { Name: 'Daily', RetainRule: { Interval: 7 } }) })).toEqual([
    expect.not.stringMatching(lost),
  ]);
  expect(left({ P: { ...plan(archived('Monthly', { Interval: 30 })), DeletionPolicy: 'Retain' } })).toEqual([
    'P stays: it is retained with its contents; delete it by hand when they are no longer needed',
    'P stays: it goes on to take, archive and delete snapshots of volumes with the tag kept=daily; delete it before another plan takes them, once none waits for the archive',
  ]);
});

test('a vault blocks while it holds recovery points, and a lock that is final for longer', () => {
  const made = (LockConfiguration?: object) => ({
    Type: 'AWS::Backup::BackupVault',
    Properties: { BackupVaultName: 'v', ...(LockConfiguration && { LockConfiguration }) },
  });
  expect(left({ V: made() })).toEqual([
    'V blocks: a vault with recovery points in it cannot be deleted; delete them first',
  ]);
  expect(left({ V: made({ MinRetentionDays: 7 }) })).toEqual([
    'V blocks: a vault with recovery points in it cannot be deleted; take the lock off, and delete them first',
  ]);
  expect(left({ V: made({ MinRetentionDays: 7, ChangeableForDays: 14 }) })).toEqual([
    'V blocks: a vault with recovery points in it cannot be deleted; take the lock off within 14 days and delete them, or wait until the time of the last one is over',
  ]);
  expect(left({ V: { ...made(), DeletionPolicy: 'Retain' } })).toEqual([
    'V stays: it is retained with its contents; delete it by hand when they are no longer needed',
  ]);
});

test('endpoints that see their clients leave a group that keeps the network', () => {
  const group = (preserved: boolean) => ({
    Type: 'AWS::GlobalAccelerator::EndpointGroup',
    Properties: { EndpointConfigurations: [{ EndpointId: 'x', ClientIPPreservationEnabled: preserved }] },
  });
  expect(left({ G: group(false) })).toEqual([]);
  expect(left({ G: group(true) })).toEqual([
    'G blocks: AWS makes a security group named GlobalAccelerator in the network of its endpoints and leaves it, which keeps the network; delete it, and destroy again',
  ]);
});

test('a key is kept for its waiting time, 30 days unless it says otherwise', () => {
  expect(left({ K: { Type: 'AWS::KMS::Key' } })[0]).toMatch(/^K costs: a key waits 30 days/);
  expect(left({ K: { Type: 'AWS::KMS::Key', Properties: { PendingWindowInDays: 7 } } })[0]).toMatch(
    /^K costs: a key waits 7 days/,
  );
});

test('a secret goes at once, as CloudFormation deletes it without a recovery window, but for one that is retained', () => {
  expect(left({ S: { Type: 'AWS::SecretsManager::Secret' } })).toEqual([]);
  expect(left({ S: { Type: 'AWS::SecretsManager::Secret', DeletionPolicy: 'Retain' } })).toHaveLength(1);
});

test('log groups that a service makes at run time stay', () => {
  expect(left({ F: { Type: 'AWS::Lambda::Function' } })).toEqual([
    expect.stringMatching(/^F stays: Lambda makes its log group/),
  ]);
  const owned = { Type: 'AWS::Lambda::Function', Properties: { LoggingConfig: { LogGroup: { Ref: 'G' } } } };
  expect(left({ F: owned, G: { Type: 'AWS::Logs::LogGroup' } })).toEqual([]);
  expect(left({ F: owned })).toEqual([expect.stringMatching(/^F stays: Lambda makes its log group/)]);
  const stage = (LoggingLevel: string) => ({
    S: { Type: 'AWS::ApiGateway::Stage', Properties: { MethodSettings: [{ LoggingLevel }] } },
  });
  expect(left(stage('INFO'))).toEqual([expect.stringMatching(/^S stays: API Gateway makes a log group/)]);
  expect(left(stage('OFF'))).toEqual([]);
});

test('distributions, and functions in a network, go slowly', () => {
  expect(left({ D: { Type: 'AWS::CloudFront::Distribution' } })).toEqual([
    expect.stringMatching(/^D slow: it is switched off at every edge/),
  ]);
  const inside = {
    Type: 'AWS::Lambda::Function',
    Properties: { VpcConfig: {}, LoggingConfig: { LogGroup: { Ref: 'G' } } },
  };
  expect(left({ F: inside, G: { Type: 'AWS::Logs::LogGroup' } })).toEqual([
    expect.stringMatching(/^F slow: Lambda gives back its network interfaces/),
  ]);
});

test('what only the deployment decides is neither a protection nor a crash', () => {
  const tags = { 'Fn::If': ['Open', [{ Key: 'a', Value: 'b' }], { Ref: 'AWS::NoValue' }] };
  expect(left({ B: { Type: 'AWS::S3::Bucket', Properties: { Tags: tags } } })).toEqual([
    'B blocks: a bucket with objects in it cannot be deleted; empty it first',
  ]);
});

describe('the command', () => {
  const said = listening();

  test('lists what production keeps', () => {
    expect(run(['orders-api', 'profile=production'])).toBe(0);
    expect(said[0]).toMatch(/orders-api\/.* +AWS::DynamoDB::\w+ +stays +it is retained with its contents/);
  });

  test('fails when the target is nothing it knows', () => {
    expect(run([])).toBe(2);
    expect(run(['nowhere'])).toBe(2);
    expect(said[1]).toMatch(/^nowhere is neither an architecture nor a file; the architectures are three-tier-network/);
  });
});
