import { Duration, Validations } from 'aws-cdk-lib';
import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution, type EdgeDistributionProps } from '../../constructs/edge/edge-distribution';
import { ErrorPages } from '../../constructs/edge/error-pages';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface DoorProps extends Pick<EdgeDistributionProps, 'domainNames' | 'certificate' | 'hostedZone'> {
  /** Who answers reads. */
  readonly reads: IOrigin;
  /** Who takes what is handed in. */
  readonly writes: IOrigin;
  readonly logs: IBucket;
}

/** What an origin answers that cannot. */
export const outages = [500, 502, 503, 504];

/** One name for both Regions, and a page that stands in neither when none of them answers. */
export class Door extends Construct {
  readonly edge: EdgeDistribution;
  /** Where the page for outages is put. */
  readonly pages: IBucket;

  constructor(scope: Construct, id: string, { reads, writes, logs, ...ownName }: DoorProps) {
    super(scope, id);
    const pages = new PrivateBucket(this, 'Pages', { accessLogs: logs, accessLogPrefix: 'pages/' });
    this.pages = pages.bucket;
    // The Region keeps its answers for a moment; what is kept here too would hide for as long who answers.
    const fresh = new CacheRules(this, 'FreshRules', { defaultTtl: Duration.seconds(0), maxTtl: Duration.seconds(10) });
    const documents = new CacheRules(this, 'PageRules', { defaultTtl: Duration.minutes(5) });
    this.edge = new EdgeDistribution(this, 'Edge', {
      description: 'One name before two Regions',
      defaultRoute: { origin: reads, cache: fresh },
      routes: [
        { path: '/notes', origin: writes, cache: fresh, acceptsWrites: true },
        { path: '/maintenance.html', origin: new PrivateS3Origin(this.pages), cache: documents },
      ],
      errorPages: ErrorPages.of(
        ...outages.map((code) => ({ code, page: '/maintenance.html', as: 503, ttl: Duration.seconds(0) })),
      ),
      logBucket: logs,
      ...ownName,
    });
    Validations.of(this.edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'The board is for readers everywhere, which is why it stands in two Regions.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'What is behind it takes JSON of one form, checked at the entry of each Region, as fast as its stage lets through; path-routed-front-door shows a firewall at this place.',
      },
    );
  }
}
