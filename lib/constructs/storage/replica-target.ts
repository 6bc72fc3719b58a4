import { Aws, Stack, Token } from 'aws-cdk-lib';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { isNoAccount } from '../faults';
import { encryptionOf } from './bucket-encryption';
import type { PrivateBucket } from './private-bucket';

/** A bucket of another stack, by what can be written down of it. */
export interface NamedReplica {
  readonly bucketName: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /**
   * The account it belongs to, 12 digits, where that is another one.
   * @default - the account of the source
   */
  readonly account?: string;
  /**
   * The customer key that replicas are encrypted with: its ARN, or that of an alias.
   * @default - replicas are encrypted with a key of S3's own
   */
  readonly keyArn?: string;
  /** That somebody has looked: S3 copies only into buckets that keep versions. */
  readonly isVersioned: true;
}

/** Where copies of objects are written. */
export class ReplicaTarget {
  /** A bucket of this app, in the same account; in another region it is `named`, so that neither stack needs a value of the other. */
  static bucket(bucket: PrivateBucket): ReplicaTarget {
    const { region } = Stack.of(bucket);
    const made = bucket.bucket.node.defaultChild as CfnBucket;
    const { status } = (Stack.of(bucket).resolve(made.versioningConfiguration) ?? {}) as { readonly status?: string };
    const kms = encryptionOf(bucket.bucket).some(({ sseAlgorithm }) => sseAlgorithm !== 'AES256');
    return new ReplicaTarget(bucket.bucket.bucketArn, bucket.node.path, {
      region,
      isVersioned: status === 'Enabled',
      ...(kms && bucket.key && { keyArn: bucket.key.keyArn }),
    });
  }

  /** A bucket of another stack or account. */
  static named(bucket: NamedReplica): ReplicaTarget {
    return new ReplicaTarget(`arn:${Aws.PARTITION}:s3:::${bucket.bucketName}`, bucket.bucketName, bucket);
  }

  private constructor(
    readonly bucketArn: string,
    /** What messages call it. */
    readonly display: string,
    readonly facts: Pick<NamedReplica, 'account' | 'keyArn'> & {
      readonly region: string;
      readonly isVersioned: boolean;
    },
  ) {}

  /** Sentences about what S3 would refuse, or what would not be copied. */
  faults(): (string | false)[] {
    const { account, keyArn, isVersioned } = this.facts;
    return [
      !isVersioned &&
        `copies go to ${this.display}, which keeps no versions, and S3 copies only between buckets that do; give it ObjectVersions.kept(...)`,
      account !== undefined &&
        isNoAccount(account) &&
        `copies go to the account ${account}; give the 12 digits of one account`,
      keyArn !== undefined &&
        !Token.isUnresolved(keyArn) &&
        !/^arn:[a-z-]+:kms:[a-z0-9-]+:\S+:(key|alias)\/.+$/.test(keyArn) &&
        `copies are encrypted with ${keyArn}; give the ARN of a customer key or of its alias`,
      keyArn?.endsWith(':alias/aws/s3') === true &&
        `copies are encrypted with ${keyArn}, a key whose policy cannot be changed and that no other account or region knows; give a customer key`,
    ];
  }
}
