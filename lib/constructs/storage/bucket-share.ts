import { Aws, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { isNoAccount } from '../faults';

/** What another account may be let do to objects. */
export type SharedAction = 's3:GetObject' | 's3:GetObjectVersion' | 's3:PutObject' | 's3:DeleteObject';

/**
 * What identities of another account may do below one folder of a bucket. It is half of what they need: their own account must
 * let them too.
 */
export interface BucketShare {
  /** 12 digits. */
  readonly account: string;
  /** What keys begin with, ending in a slash, such as `outgoing/`. */
  readonly folder: string;
  readonly actions: readonly SharedAction[];
}

/** What of the key an action on objects needs. */
const keyActions: Readonly<Record<SharedAction, readonly string[]>> = {
  's3:GetObject': ['kms:Decrypt'],
  's3:GetObjectVersion': ['kms:Decrypt'],
  // Decrypt too, for an upload in parts.
  's3:PutObject': ['kms:GenerateDataKey', 'kms:Decrypt'],
  's3:DeleteObject': [],
};

/** Sentences about shares that S3 would refuse, or nobody means. */
export function shareFaults(shares: readonly BucketShare[]): string[] {
  return shares.flatMap(({ account, folder, actions }) => [
    ...(isNoAccount(account) ? [`sharedWith names the account ${account}; give the 12 digits of one account`] : []),
    ...(!Token.isUnresolved(folder) && !/^[^/*?]+\/([^*?]*\/)?$/.test(folder)
      ? [`sharedWith has the folder "${folder}"; name a folder with a slash at its end, such as outgoing/`]
      : []),
    ...(actions.length === 0 ? [`sharedWith lets ${account} do nothing; name the actions, or leave it out`] : []),
  ]);
}

/**
 * Lets the other account in by the bucket's policy, and by that of its customer key.
 *
 * @returns what stands in the way
 * @claims storage-policy-cross-account
 */
export function share(bucket: IBucket, { account, folder, actions }: BucketShare, key?: IKey): string | undefined {
  const principals = [new AccountPrincipal(account)];
  bucket.addToResourcePolicy(
    new PolicyStatement({ principals, actions: [...actions], resources: [bucket.arnForObjects(`${folder}*`)] }),
  );
  const needed = [...new Set(actions.flatMap((action) => keyActions[action]))];
  if (!key || needed.length === 0) return undefined;
  const { statementAdded } = key.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: needed,
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.amazonaws.com` } },
    }),
  );
  if (statementAdded) return undefined;
  return `sharedWith names the account ${account}, but the policy of the key ${key.node.path} is not in this app, as that of aws/s3 never is, and admits no other account; give a customer key made here, or ObjectEncryption.managed()`;
}
