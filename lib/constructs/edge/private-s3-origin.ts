import { Aws, Lazy, Token, Validations } from 'aws-cdk-lib';
import {
  OriginAccessIdentity,
  S3OriginAccessControl,
  Signing,
  type CfnDistribution,
  type OriginBindConfig,
  type OriginBindOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { refuse } from '../faults';
import { encryptionOf } from '../storage/bucket-encryption';
import { OriginAccess } from './origin-access';
import { regionalName } from './regional-name';

export interface PrivateS3OriginProps {
  /**
   * How the distribution proves who it is.
   * @default OriginAccess.control()
   */
  readonly access?: OriginAccess;
  /**
   * Id of the distribution, such as E1A2B3C4D5E6F7, known after the first deployment. A bucket with a customer key needs it:
   * the key cannot refer to the distribution without a circle, so that until then its policy admits every distribution of
   * the account.
   * @default - unknown
   */
  readonly distributionId?: string;
  /**
   * Whether viewers may also store objects, where a route accepts writes.
   * @default false
   */
  readonly acceptsWrites?: boolean;
  /**
   * Whether the distribution is told that an object is missing (404), where S3 else refuses (403) without saying why. It may then list
   * the bucket, which a route for the path `/` alone would let viewers do.
   * @default false
   */
  readonly tellsMissing?: boolean;
  /**
   * A region near the bucket whose cache all others ask first (Origin Shield); each request that reaches it costs extra.
   * @default - none
   */
  readonly originShieldRegion?: string;
  /**
   * Headers that CloudFront adds to what it asks of the bucket. The bucket ignores them; an `EdgeRequestFunction` on an origin hook, which has
   * no environment, reads its settings from them. Never secrets.
   * @default - none
   */
  readonly customHeaders?: Readonly<Record<string, string>>;
}

/** Regions that have an Origin Shield. */
const shieldRegions = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'sa-east-1',
];

/**
 * A bucket that nobody reads but one distribution: its policy, and that of its customer key, admit this distribution alone.
 *
 * @claims edge-private-s3-origin, edge-oac-kms-bucket, edge-oai-legacy, edge-website-endpoint-origin,
 * edge-regional-cache-tier, storage-static-private
 */
export class PrivateS3Origin extends S3BucketOrigin {
  readonly acceptsWrites: boolean;
  readonly tellsMissing: boolean;
  private identity?: OriginAccessIdentity;

  constructor(
    private readonly bucket: IBucket,
    private readonly props: PrivateS3OriginProps = {},
  ) {
    super(bucket, {
      ...(props.originShieldRegion !== undefined && { originShieldRegion: props.originShieldRegion }),
      ...(props.customHeaders && { customHeaders: { ...props.customHeaders } }),
    });
    this.acceptsWrites = props.acceptsWrites ?? false;
    this.tellsMissing = props.tellsMissing ?? false;
    refuse(bucket, [...bucketFaults(bucket), ...legacyFaults(bucket, props), ...propFaults(props)]);
  }

  override bind(place: Construct, options: OriginBindOptions): OriginBindConfig {
    const { access = OriginAccess.control() } = this.props;
    if (access.kind === 'control') return this.bindControl(place, options);

    this.identity = new OriginAccessIdentity(place, 'Identity', { comment: `Legacy identity of ${place.node.path}` });
    this.admit(
      place,
      new PolicyStatement({
        actions: ['s3:GetObject'],
        principals: [this.identity.grantPrincipal],
        resources: [this.bucket.arnForObjects('*')],
      }),
    );
    Validations.of(place.node.scope!).acknowledge({ id: 'AwsSolutions::AwsSolutions-CFR7', reason: access.reason! });
    return super.bind(place, options);
  }

  /** Required by the service beside an access control too, as an empty identity. */
  protected override renderS3OriginConfig(): CfnDistribution.S3OriginConfigProperty {
    return {
      originAccessIdentity: this.identity
        ? `origin-access-identity/cloudfront/${this.identity.originAccessIdentityId}`
        : '',
    };
  }

  private bindControl(place: Construct, options: OriginBindOptions): OriginBindConfig {
    const control = new S3OriginAccessControl(place, 'AccessControl', {
      originAccessControlName: regionalName(place, 64),
      signing: Signing.SIGV4_ALWAYS,
    });
    const cloudFront = new ServicePrincipal('cloudfront.amazonaws.com');
    const distributions = (id: string) => `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${id}`;
    const ownId = Lazy.string({ produce: () => options.distributionId });
    this.admit(
      place,
      new PolicyStatement({
        actions: ['s3:GetObject', ...(this.acceptsWrites ? ['s3:PutObject'] : [])],
        principals: [cloudFront],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'AWS:SourceArn': distributions(ownId) } },
      }),
    );
    if (this.tellsMissing)
      this.admit(
        place,
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          principals: [cloudFront],
          resources: [this.bucket.bucketArn],
          conditions: { StringEquals: { 'AWS:SourceArn': distributions(ownId) } },
        }),
      );
    this.bucket.encryptionKey?.addToResourcePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', ...(this.acceptsWrites ? ['kms:GenerateDataKey*'] : [])],
        principals: [cloudFront],
        resources: ['*'],
        conditions:
          this.props.distributionId === undefined
            ? { ArnLike: { 'AWS:SourceArn': distributions('*') } }
            : { StringEquals: { 'AWS:SourceArn': distributions(this.props.distributionId) } },
      }),
    );
    const { originProperty, ...rest } = super.bind(place, options);
    return { ...rest, originProperty: { ...originProperty!, originAccessControlId: control.originAccessControlId } };
  }

  private admit(place: Construct, statement: PolicyStatement): void {
    const { statementAdded } = this.bucket.addToResourcePolicy(statement);
    refuse(place, [
      !statementAdded &&
        `${this.bucket.node.path} is imported, so its policy cannot be written here and would admit nobody; give a bucket of this app`,
    ]);
  }
}

function bucketFaults(bucket: IBucket): (string | false)[] {
  const managedKey = encryptionOf(bucket).some(
    ({ sseAlgorithm, kmsMasterKeyId }) => sseAlgorithm !== 'AES256' && kmsMasterKeyId === undefined,
  );
  return [
    bucket.isWebsite === true &&
      'the bucket has a website configuration, whose endpoint is public and knows no access control; leave the configuration out, or use S3StaticWebsiteOrigin',
    managedKey &&
      'the bucket is encrypted with the key aws/s3, whose policy cannot admit CloudFront; use a customer key, or SSE-S3',
  ];
}

function legacyFaults(
  bucket: IBucket,
  { access, acceptsWrites, tellsMissing }: PrivateS3OriginProps,
): (string | false)[] {
  if (access?.kind !== 'legacy identity') return [];
  return [
    bucket.encryptionKey !== undefined &&
      'access is OriginAccess.legacyIdentity, which cannot use the customer key of this bucket; use OriginAccess.control()',
    acceptsWrites === true &&
      'acceptsWrites is true with OriginAccess.legacyIdentity, which only reads; use OriginAccess.control()',
    tellsMissing === true &&
      'tellsMissing is true with OriginAccess.legacyIdentity, which only reads; use OriginAccess.control()',
  ];
}

function propFaults({ distributionId, originShieldRegion }: PrivateS3OriginProps): (string | false)[] {
  return [
    distributionId !== undefined &&
      Token.isUnresolved(distributionId) &&
      'distributionId refers to a distribution, which closes the circle that it is there to avoid; give the id as text after the first deployment',
    distributionId !== undefined &&
      !Token.isUnresolved(distributionId) &&
      !/^E[A-Z0-9]{8,20}$/.test(distributionId) &&
      `distributionId is ${distributionId}; give an id such as E1A2B3C4D5E6F7`,
    originShieldRegion !== undefined &&
      !Token.isUnresolved(originShieldRegion) &&
      !shieldRegions.includes(originShieldRegion) &&
      `originShieldRegion is ${originShieldRegion}, which has none; give the nearest of ${shieldRegions.join(', ')}`,
  ];
}
