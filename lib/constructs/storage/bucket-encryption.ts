import { Stack } from 'aws-cdk-lib';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';

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
