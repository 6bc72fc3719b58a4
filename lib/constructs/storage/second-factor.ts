import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { emptierOf } from './emptier';

/**
 * Denies deleting versions and changing versioning to whoever has not shown a second factor. A key of an identity's own carries no
 * word of a second factor at all, which counts as none.
 *
 * What empties the bucket before a sandbox is destroyed is left out.
 *
 * @claims storage-mfa-delete-policy
 */
export function denyPurgeWithoutMfa(bucket: IBucket): void {
  const exempt = emptierOf(bucket);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'PurgeNeedsMfa',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      conditions: {
        BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' },
        ...(exempt.length > 0 && { ArnNotLike: { 'aws:PrincipalArn': exempt } }),
      },
    }),
  );
}
