import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import { ErrorPages } from '../../constructs/edge/error-pages';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { SecurityHeaders, strictContentSecurityPolicy } from '../../constructs/edge/security-headers';
import { StaticSiteRelease } from '../../constructs/edge/static-site-release';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface PortalPageProps {
  /** Where access logs go; CloudFront writes them with access control lists. */
  readonly accessLogs: IBucket;
  /** Whom the page's script may call, as origins. */
  readonly calls: readonly string[];
  /** From where it plays videos. */
  readonly plays: string;
}

/** The page with the uploader: files in a bucket behind CloudFront, and a script of no framework that may call few others. */
export class PortalPage extends Construct {
  /** Where it is, without a slash at its end. */
  readonly url: string;
  private readonly files: IBucket;
  private readonly edge: EdgeDistribution;

  constructor(scope: Construct, id: string, { accessLogs, calls, plays }: PortalPageProps) {
    super(scope, id);
    this.files = new PrivateBucket(this, 'Files', { accessLogs, accessLogPrefix: 'page-bucket/' }).bucket;
    const origin = new PrivateS3Origin(this.files);
    const documents = new CacheRules(this, 'DocumentRules', {
      defaultTtl: Duration.minutes(5),
      maxTtl: Duration.hours(1),
    });
    const assets = new CacheRules(this, 'AssetRules', { defaultTtl: Duration.days(365) });
    const headers = new SecurityHeaders(this, 'Headers', {
      contentSecurityPolicy: {
        ...strictContentSecurityPolicy,
        'connect-src': ["'self'", ...calls],
        'media-src': [plays],
      },
    });
    this.edge = new EdgeDistribution(this, 'Edge', {
      description: 'The page of the video portal',
      defaultRoute: { origin, cache: documents },
      routes: [{ path: '/assets/*', origin, cache: assets }],
      entryDocument: 'index.html',
      errorPages: ErrorPages.forPrivateBucket({ notFound: '/404.html' }),
      headers: headers.policy,
      logBucket: accessLogs,
      logPrefix: 'page/',
    });
    Validations.of(this.edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'Behind it stands a bucket of public files that answers GET and HEAD alone: no code, no query and no body that a firewall could look into, for a price of its own each month.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason:
          'The page is public and holds nothing of anybody; who may use the portal is decided when people sign in.',
      },
    );
    this.url = this.edge.url;
  }

  /** Publishes the page, with what its script has to know of the rest of the stack. */
  publish(settings: Readonly<Record<string, string>>): void {
    new StaticSiteRelease(this, 'Release', {
      source: join(__dirname, 'site'),
      shared: { 'assets/pkce.js': join(__dirname, '../../page/pkce.js') },
      bucket: this.files,
      distribution: this.edge.distribution,
      documents: { 'settings.json': settings },
    });
  }
}
