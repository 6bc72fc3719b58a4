import { Duration, Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { mediaFolder } from '../../../lambda/offloaded-media-site/environment';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { customOrigin } from '../../constructs/edge/custom-origin';
import { EdgeDistribution, type EdgeDistributionProps } from '../../constructs/edge/edge-distribution';
import type { OutOfBandPage } from '../../constructs/edge/out-of-band-page';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { SecurityHeaders } from '../../constructs/edge/security-headers';
import type { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface SiteProps extends Pick<EdgeDistributionProps, 'domainNames' | 'certificate' | 'hostedZone'> {
  /** The name of the API that makes pages. */
  readonly pages: string;
  /** Whether pages come by another name too, and their media from here. */
  readonly mediaForOthers: boolean;
  readonly page: OutOfBandPage;
  readonly versions: ObjectVersions;
  readonly logs: IBucket;
}

/** One worldwide name: pages of the compute tier, media of a bucket, and the page for when there are no pages. */
export class Site extends Construct {
  readonly media: IBucket;
  readonly edge: EdgeDistribution;

  constructor(scope: Construct, id: string, props: SiteProps) {
    super(scope, id);
    const { pages, page, mediaForOthers, versions, logs, domainNames, certificate, hostedZone } = props;
    this.media = new PrivateBucket(this, 'Media', { accessLogs: logs, accessLogPrefix: 'media/', versions }).bucket;
    const servers = customOrigin(this, { domainName: pages, readTimeout: Duration.seconds(10) });
    this.edge = new EdgeDistribution(this, 'Edge', {
      description: 'Pages of a function, media of a bucket',
      defaultRoute: {
        origin: page.behind(servers),
        cache: new CacheRules(this, 'PageRules', { defaultTtl: Duration.seconds(0), maxTtl: Duration.minutes(1) }),
      },
      routes: [
        {
          path: `${mediaFolder}*`,
          origin: new PrivateS3Origin(this.media, { tellsMissing: true }),
          cache: new CacheRules(this, 'MediaRules', { defaultTtl: Duration.days(1) }),
        },
        ...page.routes,
      ],
      errorPages: page.errorPages,
      headers: new SecurityHeaders(this, 'Headers', {
        leavesPolicies: true,
        ...(mediaForOthers && { embeddedBy: 'cross-origin' }),
      }).policy,
      logBucket: logs,
      logPrefix: 'site/',
      ...(domainNames && { domainNames }),
      ...(certificate && { certificate }),
      ...(hostedZone && { hostedZone }),
    });
    Validations.of(this.edge).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-CFR1', reason: 'The museum is for visitors everywhere.' },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'It passes on reads without queries and bodies, of public pages and files: nothing in a request that a firewall could look into, for a price of its own each month.',
      },
    );
  }
}
