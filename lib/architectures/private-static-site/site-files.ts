import { CfnOutput, Validations } from 'aws-cdk-lib';
import type { IDistribution, IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { OriginAccess } from '../../constructs/edge/origin-access';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { refuse } from '../../constructs/faults';
import type { ObjectEncryption } from '../../constructs/storage/object-encryption';
import type { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { WebsiteBucket } from '../../constructs/storage/website-bucket';

/** How the files are kept, and who may read them. */
export interface SiteStrength {
  /** Legacy, for contrast: why the bucket is a public website, in a sentence. @default - nobody reads it but the distribution */
  readonly website?: { readonly reason: string };
  /** How the distribution proves to the bucket who it is. @default OriginAccess.control() */
  readonly access?: OriginAccess;
  /** How the site is encrypted at rest. @default ObjectEncryption.managed() */
  readonly encryption?: ObjectEncryption;
  /** Id of the distribution once it is known, for the policy of a customer key. @default - unknown */
  readonly distributionId?: string;
}

interface SiteFilesProps extends SiteStrength {
  readonly accessLogs: IBucket;
  readonly versions: ObjectVersions;
}

/** The bucket of the site and the way a distribution takes to it. */
export function siteFiles(scope: Construct, props: SiteFilesProps): { bucket: IBucket; origin: IOrigin } {
  const { website, access, encryption, distributionId, accessLogs, versions } = props;
  const bucketProps = { accessLogs, accessLogPrefix: 'bucket/', versions };
  if (website) {
    const idle = Object.entries({ access, encryption, distributionId }).flatMap(([prop, value]) =>
      value ? [prop] : [],
    );
    refuse(scope, [
      idle.length > 0 &&
        `website is given, whose bucket everybody reads, and so is ${idle.join(', ')}; leave website out, or all else`,
    ]);
    const { bucket, url } = new WebsiteBucket(scope, 'Files', { ...bucketProps, public: website, error: '404.html' });
    new CfnOutput(scope, 'WebsiteUrl', { value: url, description: 'Where everybody goes round the distribution' });
    return { bucket, origin: new S3StaticWebsiteOrigin(bucket) };
  }
  const { bucket } = new PrivateBucket(scope, 'Files', { ...bucketProps, ...(encryption && { encryption }) });
  const origin = new PrivateS3Origin(bucket, {
    ...(access && { access }),
    ...(distributionId !== undefined && { distributionId }),
  });
  return { bucket, origin };
}

/** A website endpoint has no certificate. */
export function acknowledgePlainHttp(distribution: IDistribution, { reason }: { readonly reason: string }): void {
  Validations.of(distribution).acknowledge({ id: 'AwsSolutions::AwsSolutions-CFR5', reason });
}
