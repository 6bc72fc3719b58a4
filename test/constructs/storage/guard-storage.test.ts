import { ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import {
  BlockPublicAccess,
  Bucket,
  HttpMethods,
  StorageClass,
  type BucketProps,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { Duration, type Stack } from 'aws-cdk-lib';
import { bucketFaults } from '../../../lib/constructs/storage/bucket-rules';
import { guardStorage } from '../../../lib/constructs/storage/guard-storage';
import { testStack } from '../../support/app';

const assumedBy = new ServicePrincipal('lambda.amazonaws.com');

/** A template with one raw bucket, guarded or not. */
function template(
  build: (stack: Stack, bucket: IBucket) => unknown,
  guarded = true,
  props: BucketProps = {},
): Template {
  const stack = testStack();
  build(stack, new Bucket(stack, 'Raw', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, ...props }));
  if (guarded) guardStorage(stack);
  return Template.fromStack(stack);
}
const role = (stack: Stack, statement: PolicyStatement) =>
  new Role(stack, 'Reader', { assumedBy }).addToPolicy(statement);
const ofBucket = (actions: string[]) => (stack: Stack, bucket: IBucket) =>
  role(stack, new PolicyStatement({ actions, resources: [bucket.bucketArn] }));
const ofObjects = (actions: string[]) => (stack: Stack, bucket: IBucket) =>
  role(stack, new PolicyStatement({ actions, resources: [bucket.arnForObjects('*')] }));

test('an origin that only the deployment knows, such as the name of a distribution, is taken as it is', () => {
  const made = template((stack, bucket) => {
    (bucket.node.defaultChild as CfnBucket).corsConfiguration = {
      corsRules: [{ allowedOrigins: [`https://${stack.stackId}`], allowedMethods: ['GET'] }],
    };
  });
  expect(JSON.stringify(made.toJSON())).toContain('AllowedOrigins');
});

describe('statements about buckets that the CDK takes', () => {
  test('fails when reading objects is allowed of the bucket [storage-bucket-and-object-arns]', () => {
    expect(() => template(ofBucket(['s3:GetObject']))).toThrow(
      /^Stack\/Reader\/DefaultPolicy\/Resource:\n {2}the policy names s3:GetObject of <Raw\w+\.Arn>, the bucket and none of its objects; add \/\* to the ARN$/,
    );
  });

  test('fails when listing is allowed of objects [storage-bucket-and-object-arns]', () => {
    expect(() => template(ofObjects(['s3:ListBucket']))).toThrow(
      /the policy names s3:ListBucket of <Raw\w+\.Arn>\/\*, objects and not their bucket; give the ARN of the bucket$/,
    );
  });

  test.each<[string, (stack: Stack, bucket: IBucket) => unknown]>([
    [
      'reading objects and listing their bucket',
      (stack, bucket) => bucket.grantReadWrite(new Role(stack, 'Reader', { assumedBy })),
    ],
    ['any action of the bucket', ofBucket(['s3:*'])],
    ['reading the lock of a bucket', ofBucket(['s3:GetBucketObjectLockConfiguration', 's3:ListBucketVersions'])],
    ['uploading in parts', ofObjects(['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'])],
    ['everything', (stack) => role(stack, new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }))],
    [
      'other services',
      (stack, bucket) =>
        role(stack, new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [bucket.bucketArn] })),
    ],
  ])('%s passes [storage-bucket-and-object-arns]', (_, build) => {
    expect(() => template(build)).not.toThrow();
  });

  test('a bucket by its name counts too, in policies of every kind [storage-bucket-and-object-arns]', () => {
    const document = (action: string, resource: string) =>
      new PolicyDocument({ statements: [new PolicyStatement({ actions: [action], resources: [resource] })] });
    const inline = (stack: Stack) =>
      new Role(stack, 'Inline', {
        assumedBy,
        inlinePolicies: { One: document('s3:GetObject', 'arn:aws:s3:::catgifs') },
      });
    const managed = (stack: Stack) =>
      new ManagedPolicy(stack, 'Managed', { document: document('s3:ListBucket', 'arn:aws:s3:::catgifs/*') });
    expect(() => template(inline)).toThrow(
      'Stack/Inline/Resource:\n  the policy names s3:GetObject of arn:aws:s3:::catgifs, the bucket and none',
    );
    expect(() => template(managed)).toThrow(
      'the policy names s3:ListBucket of arn:aws:s3:::catgifs/*, objects and not their bucket',
    );
    const found = (build: (stack: Stack) => unknown) => bucketFaults(template(build, false).toJSON().Resources);
    expect(found(inline)).toMatchObject(
      [/^Inline\w+ names s3:GetObject of arn:aws:s3:::catgifs,/].map((one) => expect.stringMatching(one)),
    );
    expect(found(managed)).toHaveLength(1);
  });
});

describe('buckets beside the blocks', () => {
  test('fails when pages of any origin may write [storage-cors-guard]', () => {
    const cors = [{ allowedOrigins: ['*'], allowedMethods: [HttpMethods.PUT] }];
    expect(() => template(() => {}, true, { cors })).toThrow(
      'Stack/Raw/Resource:\n  cors lets pages of any origin PUT; name the origins that may, such as https://shop.example.com',
    );
    expect(() => template(() => {}, false, { cors })).not.toThrow();
  });

  test('fails when anybody is let in [storage-policy-anonymous-optin]', () => {
    const open = (_: Stack, bucket: IBucket) => bucket.grantPublicAccess();
    const props = { blockPublicAccess: BlockPublicAccess.BLOCK_ACLS_ONLY };
    expect(() => template(open, true, props)).toThrow(
      'Stack/Raw/Policy/Resource:\n  lets anybody do s3:GetObject; name who may, serve it by CloudFront, or say why in anonymousRead of PrivateBucket',
    );
    expect(() => template(open, false, props)).not.toThrow();
  });
});

describe('lifecycle rules that the CDK takes', () => {
  const rule = (lifecycleRules: LifecycleRule[]) => () => template(() => undefined, true, { lifecycleRules });
  const to = (storageClass: StorageClass, after: number) => ({ storageClass, transitionAfter: Duration.days(after) });
  const { GLACIER, GLACIER_INSTANT_RETRIEVAL, INFREQUENT_ACCESS } = StorageClass;

  test('fail when they lead upwards, whatever order they are written in [storage-lifecycle-downward]', () => {
    const message =
      'Stack/Raw/Resource:\n  lifecycle rule up: step 2 goes from GLACIER to STANDARD_IA, which no lifecycle rule does; from there it goes to DEEP_ARCHIVE';
    expect(rule([{ id: 'up', transitions: [to(GLACIER, 30), to(INFREQUENT_ACCESS, 130)] }])).toThrow(message);
    expect(rule([{ id: 'up', transitions: [to(INFREQUENT_ACCESS, 130), to(GLACIER, 30)] }])).toThrow(message);
    expect(rule([{ id: 'down', transitions: [to(GLACIER, 130), to(INFREQUENT_ACCESS, 30)] }])).not.toThrow();
  });

  test('fail when objects go to infrequent access too early, of old versions as well, or end before the last step [storage-class-ia-rules, storage-lifecycle-day-order]', () => {
    expect(rule([{ id: 'early', transitions: [to(INFREQUENT_ACCESS, 10)] }])).toThrow(
      'lifecycle rule early: step 1 goes to STANDARD_IA after 10 days; S3 moves nothing there before day 30',
    );
    expect(rule([{ id: 'old', noncurrentVersionTransitions: [to(INFREQUENT_ACCESS, 10)] }])).toThrow(
      'lifecycle rule old: step of old versions 1 goes to STANDARD_IA after 10 days',
    );
    expect(
      rule([{ id: 'end', transitions: [to(GLACIER_INSTANT_RETRIEVAL, 30)], expiration: Duration.days(30) }]),
    ).toThrow(/expir/i);
    expect(rule([{ id: 'off', enabled: false, transitions: [to(INFREQUENT_ACCESS, 10)] }])).not.toThrow();
  });
});
