import { Duration, Token } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockedEncryptionType,
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  BucketNamespace,
  type CfnBucket,
  ObjectOwnership,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { logTargetFaults } from './bucket-rules';
import { notificationInstaller } from './notification-installer';
import { ObjectEncryption } from './object-encryption';
import { ObjectVersions } from './object-versions';

export interface PrivateBucketProps {
  /** Where requests to this bucket are recorded, normally a `LogBucket`: SSE-S3, no Object Lock, with an expiry. */
  readonly accessLogs: IBucket;
  /** The folder of this bucket's records in the log bucket, ending in a slash. */
  readonly accessLogPrefix: string;
  /**
   * How objects are encrypted at rest.
   * @default ObjectEncryption.managed()
   */
  readonly encryption?: ObjectEncryption;
  /**
   * What happens to objects that are overwritten or deleted.
   * @default ObjectVersions.none()
   */
  readonly versions?: ObjectVersions;
  /**
   * Lifecycle rules over and above the ones that bound old versions and broken uploads.
   * @default - none
   */
  readonly lifecycleRules?: readonly LifecycleRule[];
  /**
   * Whether S3 may be told to announce what happens in it to a function, a queue or a topic (`FileTrigger`, `addEventNotification`).
   * @default false
   */
  readonly announces?: boolean;
  /**
   * A name that is unique in the whole world: 3 to 63 lower-case letters, digits, dots and hyphens. It makes a second
   * instance of the stack impossible.
   * @default - CloudFormation makes one
   */
  readonly bucketName?: string;
  /**
   * The beginning of a name that only has to be unique in this account and region, at most 37 characters.
   * @default - none
   */
  readonly bucketNamePrefix?: string;
}

/**
 * A bucket that nobody outside its account can reach, that refuses HTTP and TLS below 1.2, keeps a record of each request,
 * and has an end in sight for whatever would be billed unseen: old versions and broken uploads.
 *
 * It is a block because of what it refuses and guarantees together: a log bucket that cannot take logs, versions without
 * an end, names S3 does not take, and uploads that go round the encryption.
 *
 * @claims storage-bucket-private, storage-acl-disabled, storage-tls-only, storage-sse-s3-default, storage-sse-kms,
 * storage-sse-override, storage-dsse, storage-kms-role-separation, storage-versioning-states, storage-version-cost-rule,
 * storage-abort-incomplete, storage-access-logs, storage-access-log-bucket, storage-bucket-names
 */
export class PrivateBucket extends Construct {
  readonly bucket: IBucket;
  /** The customer key, if there is one. */
  readonly key?: IKey;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { encryption = ObjectEncryption.managed(), versions = ObjectVersions.none() } = props;
    refuse(this, [
      ...logTargetFaults('accessLogs', props.accessLogs),
      ...prefixFaults(props.accessLogPrefix),
      ...versions.faults(),
      ...nameFaults(props),
    ]);

    if (encryption.mode !== 's3') {
      this.key =
        encryption.key ?? new Key(this, 'Key', { description: `Encrypts ${this.node.path}`, enableKeyRotation: true });
    }
    const installer = props.announces ? notificationInstaller(this) : undefined;
    const bucket = new Bucket(this, 'Bucket', {
      encryption: {
        s3: BucketEncryption.S3_MANAGED,
        kms: BucketEncryption.KMS,
        dsse: BucketEncryption.DSSE,
      }[encryption.mode],
      ...(this.key && { encryptionKey: this.key, ...(encryption.mode === 'kms' && { bucketKeyEnabled: true }) }),
      blockedEncryptionTypes: [BlockedEncryptionType.SSE_C],
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: versions.state === 'enabled',
      lifecycleRules: [
        { id: 'BrokenUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        ...versions.lifecycleRules,
        ...(props.lifecycleRules ?? []),
      ],
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: props.accessLogPrefix,
      ...(props.bucketName !== undefined && { bucketName: props.bucketName }),
      ...(props.bucketNamePrefix !== undefined && {
        bucketNamePrefix: props.bucketNamePrefix,
        bucketNamespace: BucketNamespace.ACCOUNT_REGIONAL,
      }),
      ...(installer && { notificationsHandlerRole: installer.given }),
    });
    installer?.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:PutBucketNotification'], resources: [bucket.bucketArn] }),
    );
    if (versions.state === 'suspended') suspendVersions(bucket);
    if (encryption.enforced && this.key) refuseOtherEncryption(bucket, encryption, this.key);
    this.bucket = bucket;
  }
}

/** The only thing left of versioning once it was on; the CDK's own construct knows on and off alone. */
function suspendVersions(bucket: Bucket): void {
  (bucket.node.defaultChild as CfnBucket).versioningConfiguration = { status: 'Suspended' };
}

/**
 * Denies uploads that name other encryption or another key in their headers. A negated condition also holds for a missing
 * header, which is an upload that takes the bucket's default, so each is bound to the header being there.
 */
function refuseOtherEncryption(bucket: Bucket, encryption: ObjectEncryption, key: IKey): void {
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

function prefixFaults(prefix: string): (string | false)[] {
  const good = Token.isUnresolved(prefix) || /^[^/].*\/$/.test(prefix);
  return [!good && `accessLogPrefix is "${prefix}"; name a folder of this bucket's own, such as "site-bucket/"`];
}

function nameFaults({ bucketName, bucketNamePrefix }: PrivateBucketProps): (string | false)[] {
  return [
    bucketName !== undefined &&
      bucketNamePrefix !== undefined &&
      `bucketName is ${bucketName} and bucketNamePrefix is ${bucketNamePrefix}; give one of them, or none`,
    isBadName(bucketName, 63) &&
      `bucketName is ${bucketName}; use 3 to 63 lower-case letters, digits, hyphens and single dots, with a letter or digit at both ends, and no IP address`,
    isBadName(bucketNamePrefix, 37) &&
      `bucketNamePrefix is ${bucketNamePrefix}; use 3 to 37 lower-case letters, digits and hyphens, with a letter or digit at both ends`,
  ];
}

function isBadName(name: string | undefined, longest: number): boolean {
  if (name === undefined || Token.isUnresolved(name)) return false;
  const shaped = /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name) && name.length >= 3 && name.length <= longest;
  return !shaped || name.includes('..') || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}
