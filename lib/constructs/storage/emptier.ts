import { CustomResourceProviderBase, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** The role of the CDK's helper, where it empties this bucket before the bucket is destroyed. */
export function emptierOf(bucket: IBucket): string[] {
  if (bucket.node.tryFindChild('AutoDeleteObjectsCustomResource') === undefined) return [];
  const provider = Stack.of(bucket).node.tryFindChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
  return provider instanceof CustomResourceProviderBase ? [provider.roleArn] : [];
}
