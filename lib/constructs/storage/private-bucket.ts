import { Annotations, AspectPriority, Aspects, Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
import { allowAnonymousRead, anonymousReadFaults, blockedButForPolicies, type AnonymousRead } from './anonymous-read';
import { refuseOtherEncryption } from './bucket-encryption';
import { lifecycleFaults, lifecycleOf } from './bucket-lifecycle';
import { nameFaults } from './bucket-name';
import { share, shareFaults, type BucketShare } from './bucket-share';
import { guardStorage } from './guard-storage';
import type { LifecycleLadder } from './lifecycle-ladder';
import { logPrefixFaults, logTargetFaults } from './log-target';
import { notificationInstaller } from './notification-installer';
import type { ObjectCors } from './object-cors';
import { ObjectEncryption } from './object-encryption';
import type { ObjectRetention } from './object-retention';
import { ObjectVersions } from './object-versions';
import { residencyFault, ResidencyRule } from './residency';
import { denyPurgeWithoutMfa } from './second-factor';

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
   * For how long versions can be deleted by nobody; it needs versions. `WormBucket` adds the roles that go with it.
   * @default - whoever has the permission deletes versions at any time
   */
  readonly retention?: ObjectRetention;
  /**
   * Where objects lie as they age.
   * @default - where they were put, until somebody deletes them
   */
  readonly ladder?: LifecycleLadder;
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
   * Whether EventBridge is told of everything that happens in it.
   * @default false
   */
  readonly tellsEventBridge?: boolean;
  /**
   * Which pages of other origins may reach it from a browser.
   * @default - none
   */
  readonly cors?: ObjectCors;
  /**
   * What other accounts may do, each below one folder.
   * @default - nothing
   */
  readonly sharedWith?: readonly BucketShare[];
  /**
   * That anybody may read without a signature, and why. There is no other way to a policy for everybody.
   * @default - nobody
   */
  readonly anonymousRead?: AnonymousRead;
  /**
   * Whether versions are deleted, and versioning changed, only by who has shown a second factor. CloudFormation shows none, so
   * that after the first deployment it changes `versions` no more.
   * @default false
   */
  readonly purgeNeedsMfa?: boolean;
  /**
   * Why callers may bring a key of their own with each request (SSE-C), in a sentence.
   * @default - they may not, as in every new bucket
   */
  readonly callerKeys?: string;
  /**
   * Whether uploads may enter at the nearest edge of AWS's network, at `accelerateEndpoint`; the gain grows with the distance. S3
   * charges for what got faster.
   * @default false
   */
  readonly accelerated?: boolean;
  /**
   * The regions where the data may be; the bucket's own, and where a rule copies objects to.
   * @default - anywhere
   */
  readonly allowedRegions?: readonly string[];
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
 * A bucket that nobody outside its account can reach but whom it names, that refuses HTTP and TLS below 1.2, keeps a record of each request,
 * and has an end in sight for whatever would be billed unseen: old versions and broken uploads.
 *
 * It is a block because of what it refuses and guarantees together: a log bucket that cannot take logs, versions without
 * an end, names S3 does not take, and uploads that go round the encryption.
 *
 * @claims storage-bucket-private, storage-acl-disabled, storage-tls-only, storage-sse-s3-default, storage-sse-kms,
 * storage-sse-override, storage-dsse, storage-kms-role-separation, storage-versioning-states, storage-version-cost-rule,
 * storage-abort-incomplete, storage-access-logs, storage-access-log-bucket, storage-bucket-names, storage-data-residency,
 * storage-policy-cross-account, storage-policy-anonymous-optin, storage-sse-c, storage-mfa-delete-policy,
 * storage-transfer-acceleration, storage-cors-bucket, storage-bucket-and-object-arns, storage-events-eventbridge
 */
export class PrivateBucket extends Construct {
  readonly bucket: IBucket;
  /** The customer key, if there is one. */
  readonly key?: IKey;
  /** Where an accelerated bucket is reached, as scheme and host. */
  readonly accelerateEndpoint?: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { encryption = ObjectEncryption.managed(), versions = ObjectVersions.none(), ladder, retention } = props;
    const { accelerated = false, allowedRegions, anonymousRead, callerKeys, cors, sharedWith = [] } = props;
    const ageing = { versions, ladder, lifecycleRules: props.lifecycleRules ?? [] };
    refuse(this, [
      ...logTargetFaults('accessLogs', props.accessLogs, this),
      ...logPrefixFaults(props.accessLogPrefix),
      ...lifecycleFaults(ageing),
      ...(retention?.faults() ?? []),
      retention !== undefined &&
        versions.state !== 'enabled' &&
        `versions are ${versions.state}, and only versions can be retained; use ObjectVersions.kept(...)`,
      ...nameFaults(props),
      ...(cors?.faults() ?? []),
      ...shareFaults(sharedWith),
      ...anonymousReadFaults(anonymousRead, encryption.mode),
      residencyFault('the region of the stack', Stack.of(this).region, allowedRegions),
      callerKeys !== undefined &&
        callerKeys.trim().split(/\s+/).length < 4 &&
        `callerKeys is "${callerKeys}"; say in a sentence who brings keys and why, or leave it out`,
    ]);
    for (const warning of ladder?.warnings() ?? [])
      Annotations.of(this).addWarningV2('groundplan:lifecycle-minimums', warning);

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
      blockedEncryptionTypes: [callerKeys === undefined ? BlockedEncryptionType.SSE_C : BlockedEncryptionType.NONE],
      blockPublicAccess: anonymousRead ? blockedButForPolicies : BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: versions.state === 'enabled',
      ...lifecycleOf(ageing),
      ...(retention && { objectLockEnabled: true }),
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: props.accessLogPrefix,
      ...(props.bucketName !== undefined && { bucketName: props.bucketName }),
      ...(props.bucketNamePrefix !== undefined && {
        bucketNamePrefix: props.bucketNamePrefix,
        bucketNamespace: BucketNamespace.ACCOUNT_REGIONAL,
      }),
      ...(installer && { notificationsHandlerRole: installer.given }),
      ...(accelerated && { transferAcceleration: true }),
    });
    installer?.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:PutBucketNotification'], resources: [bucket.bucketArn] }),
    );
    if (versions.state === 'suspended') suspendVersions(bucket);
    // The CDK's own construct knows days alone.
    if (retention) (bucket.node.defaultChild as CfnBucket).objectLockConfiguration = retention.configuration;
    if (encryption.enforced && this.key) refuseOtherEncryption(bucket, encryption, this.key);
    if (cors) (bucket.node.defaultChild as CfnBucket).corsConfiguration = cors.configuration;
    if (props.tellsEventBridge) tellEventBridge(bucket, installer !== undefined);
    if (anonymousRead) allowAnonymousRead(bucket, anonymousRead);
    if (props.purgeNeedsMfa) denyPurgeWithoutMfa(bucket);
    refuse(
      this,
      sharedWith.map((one) => share(bucket, one, this.key)),
    );
    guardStorage(this);
    if (allowedRegions) Aspects.of(this).add(new ResidencyRule(allowedRegions), { priority: AspectPriority.READONLY });
    if (accelerated) this.accelerateEndpoint = `https://${bucket.bucketName}.s3-accelerate.${Aws.URL_SUFFIX}`;
    this.bucket = bucket;
  }
}

/** The only thing left of versioning once it was on; the CDK's own construct knows on and off alone. */
function suspendVersions(bucket: Bucket): void {
  (bucket.node.defaultChild as CfnBucket).versioningConfiguration = { status: 'Suspended' };
}

/**
 * By the bucket's own property, where the CDK would have a function of its own set it; where that function is there already,
 * because the bucket announces besides, it must, as it overwrites the property.
 */
function tellEventBridge(bucket: Bucket, byInstaller: boolean): void {
  if (byInstaller) {
    bucket.enableEventBridgeNotification();
    return;
  }
  const eventBridgeConfiguration = { eventBridgeEnabled: true };
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = { eventBridgeConfiguration };
}
