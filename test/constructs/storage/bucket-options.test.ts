import { Stack, type App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { createApp } from '../../../lib/app';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { residencyFault } from '../../../lib/constructs/storage/residency';
import { testApp } from '../../support/app';
import { decideTogether } from '../../support/decide';
import { allowing, make, overTls, refusal, synthesise } from './parts';

describe('a second factor for purging', () => {
  const { name, policy, template } = synthesise({ versions: ObjectVersions.kept(), purgeNeedsMfa: true });
  const may = (action: string, context: Record<string, string>, key = '/a') =>
    decideTogether(
      allowing('s3:*'),
      policy,
      { action, resource: `<${name}.Arn>${key}`, context: { ...overTls, ...context } },
      true,
    );
  const shown = { 'aws:MultiFactorAuthPresent': 'true' };

  test.each([
    ['s3:DeleteObjectVersion', '/a'],
    ['s3:PutBucketVersioning', ''],
  ])('%s is for who has shown one, whatever else allows it [storage-mfa-delete-policy]', (action, key) => {
    expect(may(action, shown, key)).toBe('allow');
    expect(may(action, { 'aws:MultiFactorAuthPresent': 'false' }, key)).toBe('explicit deny');
  });

  test('keys of an identity, which say nothing of a factor, count as none; a plain delete needs none [storage-mfa-delete-policy]', () => {
    expect(JSON.stringify(policy)).toContain('"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}');
    expect(may('s3:DeleteObjectVersion', {})).toBe('explicit deny');
    expect(may('s3:DeleteObject', {})).toBe('allow');
    expect(JSON.stringify(template.toJSON())).not.toContain('MfaDelete');
  });

  test('what empties a sandbox before it is destroyed still may', () => {
    const app = createApp({ only: [] }, { gates: false, context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new Stack(app, 'Stack');
    make(stack, { purgeNeedsMfa: true });
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'PurgeNeedsMfa',
            Condition: Match.objectLike({ ArnNotLike: { 'aws:PrincipalArn': Match.anyValue() } }),
          }),
        ]),
      },
    });
  });
});

describe('keys that callers bring', () => {
  const blocked = (props = {}) =>
    synthesise(props).properties.BucketEncryption.ServerSideEncryptionConfiguration[0].BlockedEncryptionTypes;

  test('are refused, unless a reason lets them in [storage-sse-c]', () => {
    expect(blocked()).toEqual({ EncryptionType: ['SSE-C'] });
    expect(blocked({ callerKeys: 'Each clinic keeps its keys itself' })).toEqual({ EncryptionType: ['NONE'] });
  });

  test('fails for a poor reason [storage-sse-c]', () => {
    expect(refusal({ callerKeys: 'yes' })).toThrow(
      'Stack/Files:\n  callerKeys is "yes"; say in a sentence who brings keys and why, or leave it out',
    );
  });
});

describe('acceleration', () => {
  test('is off, and has an endpoint where it is on [storage-transfer-acceleration]', () => {
    expect(synthesise().properties.AccelerateConfiguration).toBeUndefined();
    const { properties } = synthesise({ accelerated: true }, ({ accelerateEndpoint, bucket }, stack) => {
      expect(stack.resolve(accelerateEndpoint)).toEqual({
        'Fn::Join': ['', ['https://', stack.resolve(bucket.bucketName), '.s3-accelerate.', { Ref: 'AWS::URLSuffix' }]],
      });
    });
    expect(properties.AccelerateConfiguration).toEqual({ AccelerationStatus: 'Enabled' });
  });

  test('fails with dots in the name [storage-transfer-acceleration]', () => {
    expect(refusal({ accelerated: true, bucketName: 'a.b.c' })).toThrow(
      'Stack/Files:\n  accelerated is true and the bucket is called a.b.c, whose dots no certificate of the edge covers; use hyphens, or leave accelerated out',
    );
    expect(refusal({ bucketName: 'a.b.c' })).not.toThrow();
  });
});

describe('where data may be', () => {
  const stackIn = (app: App, id: string, region?: string) => new Stack(app, id, region ? { env: { region } } : {});
  const copying = (bucket: Bucket, destination: string) => {
    (bucket.node.defaultChild as CfnBucket).replicationConfiguration = {
      role: 'arn:aws:iam::000000000000:role/Copies',
      rules: [{ status: 'Enabled', destination: { bucket: destination } }],
    };
  };
  const allowedRegions = ['eu-west-1', 'eu-central-1'];

  test('nothing leaves the region by itself [storage-data-residency]', () => {
    expect(synthesise().properties.ReplicationConfiguration).toBeUndefined();
  });

  test('fails in a region that is not allowed, and not in one that only the deployment knows [storage-data-residency]', () => {
    expect(() => make(stackIn(testApp(), 'There', 'us-east-1'), { allowedRegions })).toThrow(
      'There/Files:\n  the region of the stack is us-east-1, where this data may not be; choose one of eu-west-1, eu-central-1',
    );
    expect(() => make(stackIn(testApp(), 'Here', 'eu-west-1'), { allowedRegions })).not.toThrow();
    expect(() => make(stackIn(testApp(), 'Anywhere'), { allowedRegions })).not.toThrow();
    expect(residencyFault('copyRegion', 'us-east-1', allowedRegions)).toBe(
      'copyRegion is us-east-1, where this data may not be; choose one of eu-west-1, eu-central-1',
    );
    expect(residencyFault('copyRegion', 'us-east-1', undefined)).toBe(false);
  });

  test.each([
    ['us-east-1', true],
    ['eu-central-1', false],
  ])('copies into %s are refused: %s [storage-data-residency]', (region, refused) => {
    const app = testApp();
    const copies = make(stackIn(app, 'Copies', region), { bucketName: 'the-copies' }).bucket;
    const stack = stackIn(app, 'Here', 'eu-west-1');
    copying(make(stack, { allowedRegions }).bucket as Bucket, copies.bucketArn);
    const synthesised = () => Template.fromStack(stack);
    if (!refused) return expect(synthesised).not.toThrow();
    expect(synthesised).toThrow(
      'Here/Files/Bucket/Resource:\n  the region of the copies in Copies/Files/Bucket/Resource is us-east-1, where this data may not be; choose one of eu-west-1, eu-central-1',
    );
  });

  test('fails when copies go to a bucket whose region nobody can tell [storage-data-residency]', () => {
    const stack = stackIn(testApp(), 'Here', 'eu-west-1');
    copying(make(stack, { allowedRegions }).bucket as Bucket, 'arn:aws:s3:::theirs');
    expect(() => Template.fromStack(stack)).toThrow(
      'copies go to "arn:aws:s3:::theirs", whose ARN tells no region; give a bucket of this app, so that it is known to be in eu-west-1, eu-central-1',
    );
  });
});

describe('what EventBridge is told', () => {
  test('everything, by the bucket itself, with no function in between [storage-events-eventbridge]', () => {
    const { properties, template } = synthesise({ tellsEventBridge: true });
    expect(properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('by the helper, where the bucket announces besides, as that overwrites the rest [storage-events-eventbridge]', () => {
    const { properties, template } = synthesise({ tellsEventBridge: true, announces: true });
    expect(properties.NotificationConfiguration).toBeUndefined();
    template.hasResourceProperties('Custom::S3BucketNotifications', {
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    });
  });
});
