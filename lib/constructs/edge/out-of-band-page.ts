import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import type { IDistribution, IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { PrivateBucket } from '../storage/private-bucket';
import { CacheRules } from './cache-rules';
import type { EdgePathRoute } from './edge-route';
import { ErrorPages } from './error-pages';
import { PrivateS3Origin } from './private-s3-origin';
import { StaticSiteRelease } from './static-site-release';

export interface OutOfBandPageProps {
  /** The folder with the page, `maintenance/index.html`, and what it shows, below `assets/` or beside it. */
  readonly source: string;
  /** Where requests to its bucket are recorded. */
  readonly accessLogs: IBucket;
  /** The folder of its records in the log bucket, ending in a slash. */
  readonly accessLogPrefix: string;
}

const folder = 'maintenance';
const document = `${folder}/index.html`;
/** What servers answer, or CloudFront in their place, while they are down. */
const down = [500, 502, 503, 504];

/**
 * A page that lives apart from the servers, in a bucket of its own, and is shown while they are down. Inside one distribution it is the
 * second origin of a group: `behind` the servers. Under a name by DNS it has a distribution of its own: `OutageFailover`.
 *
 * Its bucket refuses every path but those of the page, and what it refuses is shown as the page, with the status 503, so that neither
 * search engines nor caches take it for content. So no other origin may answer 403: give buckets `tellsMissing`.
 *
 * @claims storage-out-of-band-page, edge-origin-failover
 */
export class OutOfBandPage extends Construct {
  readonly bucket: IBucket;
  /** What a distribution shows for what the bucket refuses. */
  readonly errorPages: ErrorPages;
  /** What answers where there is nothing but the page. */
  readonly everything: Omit<EdgePathRoute, 'path'>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OutOfBandPageProps,
  ) {
    super(scope, id);
    const { source, accessLogs, accessLogPrefix } = props;
    refuse(this, pageFaults(source));
    this.bucket = new PrivateBucket(this, 'Page', { accessLogs, accessLogPrefix }).bucket;
    this.everything = {
      origin: new PrivateS3Origin(this.bucket),
      cache: new CacheRules(this, 'Rules', { defaultTtl: Duration.minutes(5) }),
    };
    // Short, so that whoever saw the page soon sees that the servers are back.
    this.errorPages = ErrorPages.of({ code: 403, page: `/${document}`, as: 503, ttl: Duration.seconds(5) });
  }

  /** What answers for the paths of the page, whatever becomes of the servers. */
  get routes(): EdgePathRoute[] {
    return [`/${folder}/*`, '/assets/*'].map((path) => ({ ...this.everything, path }));
  }

  /** The servers, and the page when they answer 500, 502, 503 or 504, or not at all. */
  behind(servers: IOrigin): IOrigin {
    return new OriginGroup({
      primaryOrigin: servers,
      fallbackOrigin: this.everything.origin,
      fallbackStatusCodes: down,
    });
  }

  /** Puts the page into its bucket with each deployment, and ends copies of the former one that a distribution keeps. */
  publish(distribution: IDistribution): StaticSiteRelease {
    return new StaticSiteRelease(this, 'Release', { source: this.props.source, bucket: this.bucket, distribution });
  }
}

/** What the page shows must be there when nothing else is. */
function pageFaults(source: string): (string | false)[] {
  const file = join(source, document);
  if (!existsSync(file)) return [`source is ${source}, which has no ${document}; put the page there`];
  const page = readFileSync(file, 'utf8');
  const shown = page.matchAll(/<(?:link|script|img|source|video|audio|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"/g);
  return [...shown].map(
    ([, url]) =>
      !new RegExp(`^/(assets|${folder})/`).test(url) &&
      `${document} shows ${url}, which may be down together with the servers; put it below assets/ of ${source}, and refer to it as /assets/...`,
  );
}
