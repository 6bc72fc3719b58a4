import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket, type Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { ObjectEncryption } from './object-encryption';

/** How a bucket of the app is encrypted by default; nothing is known of an imported one. */
export function encryptionOf(bucket: IBucket): readonly CfnBucket.ServerSideEncryptionByDefaultProperty[] {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) return [];
  const { encryption } = Stack.of(bucket).resolve({ encryption: resource.bucketEncryption }) as {
    encryption?: CfnBucket.BucketEncryptionProperty;
  };
  return ((encryption?.serverSideEncryptionConfiguration ?? []) as CfnBucket.ServerSideEncryptionRuleProperty[]).map(
    (rule) => rule.serverSideEncryptionByDefault as CfnBucket.ServerSideEncryptionByDefaultProperty,
  );
}

/**
 * Denies uploads that name other encryption or another key in their headers. A negated condition also holds for a missing
 * header, which is an upload that takes the bucket's default, so each is bound to the header being there.
 */
export function refuseOtherEncryption(bucket: Bucket, encryption: ObjectEncryption, key: IKey): void {
  const allowed: Readonly<Record<string, string>> = {
    's3:x-amz-server-side-encryption': encryption.mode === 'dsse' ? 'aws:kms:dsse' : 'aws:kms',
    's3:x-amz-server-side-encryption-aws-kms-key-id': key.keyArn,
  };
  for (const [header, value] of Object.entries(allowed)) {
    bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { Null: { [header]: 'false' }, StringNotEquals: { [header]: value } },
      }),
    );
  }
}
