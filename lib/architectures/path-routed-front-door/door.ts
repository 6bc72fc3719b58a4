import { Duration, Validations } from 'aws-cdk-lib';
import { CacheQueryStringBehavior, type IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution, type EdgeDistributionProps } from '../../constructs/edge/edge-distribution';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import type { WebFirewall } from '../../constructs/edge/web-firewall';

export interface DoorProps extends Pick<EdgeDistributionProps, 'domainNames' | 'certificate' | 'hostedZone'> {
  readonly media: IBucket;
  readonly pages: IOrigin;
  /** Whether requests for pages go to them in plain HTTP. */
  readonly hasPlainLeg: boolean;
  readonly feed: IOrigin;
  readonly firewall: WebFirewall;
  readonly logs: IBucket;
}

/** One name for all: which path is answered by which origin, and how long each answer is kept. */
export class Door extends Construct {
  readonly edge: EdgeDistribution;

  constructor(
    scope: Construct,
    id: string,
    { media, pages, hasPlainLeg, feed, firewall, logs, ...ownName }: DoorProps,
  ) {
    super(scope, id);
    const bucket = new PrivateS3Origin(media);
    const images = new CacheRules(this, 'ImageRules', { defaultTtl: Duration.days(365) });
    const files = new CacheRules(this, 'MediaRules', { defaultTtl: Duration.days(1) });
    const lists = new CacheRules(this, 'ListRules', {
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.minutes(10),
      queryStrings: CacheQueryStringBehavior.allowList('language', 'page', 'size'),
      forwardOnly: { headers: ['CloudFront-Viewer-Country'] },
    });
    const news = new CacheRules(this, 'FeedRules', { defaultTtl: Duration.seconds(0), maxTtl: Duration.minutes(1) });
    const rest = new CacheRules(this, 'PageRules', {
      maxTtl: Duration.seconds(0),
      forwardOnly: { queryStrings: ['language', 'page', 'size'], cookies: ['session'] },
    });
    this.edge = new EdgeDistribution(this, 'Edge', {
      description: 'One name before a bucket, a web application and a function',
      defaultRoute: { origin: pages, cache: rest, acceptsWrites: true },
      routes: [
        { path: '/images/*', origin: bucket, cache: images },
        { path: '/media/*', origin: bucket, cache: files },
        { path: '/web/*', origin: pages, cache: lists },
        { path: '/feed/*', origin: feed, cache: news },
      ],
      firewall,
      logBucket: logs,
      ...ownName,
    });
    Validations.of(this.edge).acknowledge({
      id: 'AwsSolutions::AwsSolutions-CFR1',
      reason: 'It is for readers everywhere; whoever is not welcome is known by what is asked, not by the country.',
    });
    if (hasPlainLeg)
      Validations.of(this.edge).acknowledge({
        id: 'AwsSolutions::AwsSolutions-CFR5',
        reason:
          'No certificate that the world trusts covers the name of a balancer: until a name of your own is given, with certificates for both ways, CloudFront asks it in plain HTTP.',
      });
  }
}
