import { Validations } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, type Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';

/** What a bucket's metadata say of it when anybody may read it, so that a reader of the template finds the reason there. */
export const anonymousReadMark = 'groundplan:anonymousRead';

/** That anybody may read objects, without a signature. */
export interface AnonymousRead {
  /** Why, in a sentence. */
  readonly reason: string;
  /**
   * What the keys begin with that anybody may read, ending in a slash.
   * @default - every object
   */
  readonly folder?: string;
}

/** Policies may open the bucket; access control lists still may not. */
export const blockedButForPolicies: BlockPublicAccess = new BlockPublicAccess({
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
});

export function anonymousReadFaults(read: AnonymousRead | undefined, encryptionMode: string): (string | false)[] {
  if (read === undefined) return [];
  return [
    read.reason.trim().split(/\s+/).length < 6 &&
      `anonymousRead is given because of "${read.reason}"; say in a sentence why anybody may read, or serve it by CloudFront`,
    read.folder !== undefined &&
      !/^[^/*?]+\/([^*?]*\/)?$/.test(read.folder) &&
      `anonymousRead.folder is "${read.folder}"; name a folder with a slash at its end, such as pictures/`,
    encryptionMode !== 's3' &&
      'anonymousRead is given, but nobody without a signature may use a customer key; use ObjectEncryption.managed()',
  ];
}

/** @claims storage-policy-anonymous-optin */
export function allowAnonymousRead(bucket: Bucket, { reason, folder = '' }: AnonymousRead): void {
  (bucket.node.defaultChild as CfnBucket).addMetadata(anonymousReadMark, reason);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AnybodyMayRead',
      principals: [new AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${folder}*`)],
    }),
  );
  Validations.of(bucket).acknowledge({ id: 'AwsSolutions::AwsSolutions-S2', reason });
}
