import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { BucketWebsiteTarget } from 'aws-cdk-lib/aws-route53-targets';
import {
  BlockedEncryptionType,
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  RedirectProtocol,
  type IBucket,
  type RoutingRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AliasRecord } from '../edge/alias-record';
import { refuse } from '../faults';
import { allowAnonymousRead, blockedButForPolicies } from './anonymous-read';
import { lifecycleOf } from './bucket-lifecycle';
import { nameFaults } from './bucket-name';
import { guardStorage } from './guard-storage';
import { logPrefixFaults, logTargetFaults } from './log-target';
import { ObjectVersions } from './object-versions';
import { hostFault, websiteRuleFaults } from './website-rules';

export interface WebsiteBucketProps {
  /** Where requests to this bucket are recorded, normally a `LogBucket`. */
  readonly accessLogs: IBucket;
  /** The folder of this bucket's records in the log bucket, ending in a slash. */
  readonly accessLogPrefix: string;
  /**
   * Why everybody may read every object, over plain HTTP and past whatever stands before the bucket, in a sentence. A bucket that only
   * redirects needs none, as nothing of it is read.
   * @default - refused, unless redirectTo is given
   */
  readonly public?: { readonly reason: string };
  /**
   * The document that answers a path ending in a slash, in every folder; a name without a slash.
   * @default 'index.html', unless redirectTo is given
   */
  readonly index?: string;
  /**
   * The key of the page that is shown for errors, without a slash at its beginning.
   * @default - S3's own page
   */
  readonly error?: string;
  /**
   * The host that every request is sent to, over HTTPS; it stands alone.
   * @default - none
   */
  readonly redirectTo?: string;
  /**
   * Which requests are sent elsewhere, by what their key begins with or by the error they end in; the first that holds counts.
   * Codes are 301 to 399, at most 50 rules.
   * @default - none
   */
  readonly routingRules?: readonly RoutingRule[];
  /**
   * A name of your own. S3 finds the bucket by the host that was asked for, so that the bucket is called like it.
   * @default - the name of the endpoint, of bucket and region
   */
  readonly domainName?: string;
  /**
   * The public zone that gets alias records for `domainName`; the stack must have a fixed region.
   * @default - no records
   */
  readonly hostedZone?: IHostedZone;
  /**
   * The name of the bucket; with `domainName` it is that name and no other.
   * @default - `domainName`, else CloudFormation makes one
   */
  readonly bucketName?: string;
  /**
   * What happens to objects that are overwritten or deleted; suspended versions are refused.
   * @default ObjectVersions.none()
   */
  readonly versions?: ObjectVersions;
}

/**
 * Legacy, for contrast and for what cannot move: a bucket as a website. Its endpoint speaks HTTP alone and knows no signature, so that
 * everybody reads everything. A `PrivateBucket` behind an `EdgeDistribution` is what to take instead.
 *
 * @claims storage-static-website-legacy, storage-website-domain-name, storage-website-redirect, storage-website-routing-rules
 */
export class WebsiteBucket extends Construct {
  readonly bucket: IBucket;
  /** Where it is reached, by HTTP alone: the given name, else the endpoint of its name and region. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: WebsiteBucketProps) {
    super(scope, id);
    const { domainName, hostedZone, redirectTo, routingRules = [], versions = ObjectVersions.none() } = props;
    const bucketName = props.bucketName ?? domainName;
    const ageing = { versions, ladder: undefined, lifecycleRules: [] };
    refuse(this, [
      ...logTargetFaults('accessLogs', props.accessLogs, this),
      ...logPrefixFaults(props.accessLogPrefix),
      ...versions.faults(),
      versions.state === 'suspended' &&
        'versions are suspended, which only a bucket with a past has to be; use ObjectVersions.kept(...), or leave them out',
      ...nameFaults({ ...(bucketName !== undefined && { bucketName }) }),
      ...publicFaults(props),
      ...documentFaults(props),
      ...redirectFaults(props),
      ...websiteRuleFaults(routingRules),
      ...domainFaults(this, props),
    ]);

    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockedEncryptionTypes: [BlockedEncryptionType.SSE_C],
      blockPublicAccess: props.public ? blockedButForPolicies : BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: versions.state === 'enabled',
      ...lifecycleOf(ageing),
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: props.accessLogPrefix,
      ...(bucketName !== undefined && { bucketName }),
      ...(redirectTo === undefined
        ? {
            websiteIndexDocument: props.index ?? 'index.html',
            ...(props.error !== undefined && { websiteErrorDocument: props.error }),
            ...(routingRules.length > 0 && { websiteRoutingRules: [...routingRules] }),
          }
        : { websiteRedirect: { hostName: redirectTo, protocol: RedirectProtocol.HTTPS } }),
    });
    if (props.public) allowAnonymousRead(bucket, props.public);
    const reason = props.public?.reason ?? `It holds nothing to read: every request is sent on to ${redirectTo}.`;
    for (const rule of ['S5', 'S10'])
      Validations.of(bucket).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
    guardStorage(this);
    if (domainName !== undefined && hostedZone)
      new AliasRecord(this, 'Alias', { zone: hostedZone, name: domainName, target: new BucketWebsiteTarget(bucket) });
    this.bucket = bucket;
    this.url = domainName === undefined ? bucket.bucketWebsiteUrl : `http://${domainName}`;
  }
}

function publicFaults({ public: open, redirectTo }: WebsiteBucketProps): (string | false)[] {
  if (open === undefined)
    return [
      redirectTo === undefined &&
        'public is missing, and nobody could read the website; say in a sentence why everybody may read it over HTTP, or take a PrivateBucket behind an EdgeDistribution',
    ];
  return [
    open.reason.trim().split(/\s+/).length < 6 &&
      `public is given because of "${open.reason}"; say in a sentence why everybody may read it over HTTP, or take a PrivateBucket behind an EdgeDistribution`,
    redirectTo !== undefined &&
      `public is given beside redirectTo, which is ${redirectTo}, and nothing would be read; leave public out`,
  ];
}

function documentFaults({ index, error }: WebsiteBucketProps): (string | false)[] {
  return [
    index !== undefined &&
      !Token.isUnresolved(index) &&
      !/^[^/]+$/.test(index) &&
      `index is "${index}"; give the name that the document has in every folder, such as index.html, without a slash`,
    error !== undefined &&
      !Token.isUnresolved(error) &&
      !/^[^/]/.test(error) &&
      `error is "${error}"; give the key of a page, such as 404.html, without a slash at its beginning`,
  ];
}

function redirectFaults(props: WebsiteBucketProps): (string | false)[] {
  const { redirectTo, index, error, routingRules, domainName } = props;
  if (redirectTo === undefined) return [];
  const idle = Object.entries({ index, error, routingRules }).flatMap(([prop, value]) => (value ? [prop] : []));
  return [
    hostFault('redirectTo', redirectTo),
    idle.length > 0 &&
      `${idle.join(', ')} ${idle.length > 1 ? 'are' : 'is'} given beside redirectTo, which sends every request to ${redirectTo} before; leave one of the two out`,
    redirectTo === domainName && `redirectTo is ${redirectTo}, the name of this website itself; give another host`,
  ];
}

function domainFaults(scope: Construct, props: WebsiteBucketProps): (string | false)[] {
  const { domainName, hostedZone, bucketName } = props;
  if (domainName === undefined)
    return [
      hostedZone !== undefined &&
        'hostedZone is given without a domainName to write into it; give the name, or leave the zone out',
    ];
  return [
    bucketName !== undefined &&
      bucketName !== domainName &&
      `bucketName is ${bucketName} and domainName is ${domainName}; S3 finds a website by a bucket of the name that was asked for, so leave bucketName out`,
    hostedZone !== undefined &&
      Token.isUnresolved(Stack.of(scope).region) &&
      'hostedZone is given in a stack without a fixed region, and an alias must name the endpoint of one; set env.region, or leave hostedZone out',
  ];
}
