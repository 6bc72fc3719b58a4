import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { folders } from '../../../lambda/secure-upload-exchange/environment';
import { wildcardFinding } from '../../constructs/findings';
import { ObjectCors } from '../../constructs/storage/object-cors';
import { ObjectEncryption } from '../../constructs/storage/object-encryption';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface ExchangeStoreProps {
  /** Where requests are recorded. */
  readonly accessLogs: IBucket;
  /** Origins whose pages upload and download. */
  readonly origins: readonly string[];
  /** Whether uploads may enter at the nearest edge. */
  readonly accelerated: boolean;
  /**
   * The account that fetches what was accepted by itself.
   * @default - none does
   */
  readonly partnerAccount?: string;
}

/** The one bucket of the exchange: what arrives lies apart from what was accepted, and nothing lies there for ever. */
export class ExchangeStore extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: ExchangeStoreProps) {
    super(scope, id);
    const { accessLogs, origins, accelerated, partnerAccount } = props;
    this.bucket = new PrivateBucket(this, 'Files', {
      accessLogs,
      accessLogPrefix: 'files/',
      // Whoever may do anything with buckets, but not with this key, reads nothing.
      encryption: ObjectEncryption.customerKey({ enforced: true }),
      announces: true,
      tellsEventBridge: true,
      accelerated,
      cors: ObjectCors.from({
        origins,
        methods: ['GET', 'PUT'],
        headers: ['content-type', 'if-none-match'],
        exposedHeaders: ['etag'],
        maxAge: Duration.hours(1),
      }),
      sharedWith:
        partnerAccount === undefined
          ? []
          : [{ account: partnerAccount, folder: folders.accepted, actions: ['s3:GetObject'] }],
      lifecycleRules: [
        { id: 'Inspected', prefix: folders.arrivals, expiration: Duration.days(7) },
        { id: 'Fetched', prefix: folders.accepted, expiration: Duration.days(90) },
        { id: 'Told', prefix: folders.refused, expiration: Duration.days(90) },
      ],
    }).bucket;
  }

  /** Lets a function put files where they arrive, and so make links that do. */
  grantArrivals(role: IRole): void {
    this.grant(role, 's3:PutObject', folders.arrivals);
    this.grantKey(role, 'kms:GenerateDataKey');
  }

  /** Lets a function get what was accepted, and so make links that do, and why the rest was not. */
  grantOutcomes(role: IRole): void {
    this.grant(role, 's3:GetObject', folders.accepted);
    this.grant(role, 's3:GetObject', folders.refused);
    // Without it S3 says of what is not there that it is forbidden, not that it is missing.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
    this.grantKey(role, 'kms:Decrypt');
  }

  private grant(role: IRole, action: string, folder: string): void {
    const resource = this.bucket.arnForObjects(`${folder}*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, resource),
      reason: `Files lie below the ids of callers and uploads, which exist only when somebody calls; the function has this one action below ${folder}, and no other folder.`,
    });
  }

  private grantKey(role: IRole, action: string): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: [action], resources: [this.bucket.encryptionKey!.keyArn] }),
    );
  }
}
