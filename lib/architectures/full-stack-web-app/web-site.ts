import { Duration, Validations } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import { ErrorPages } from '../../constructs/edge/error-pages';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { SecurityHeaders, strictContentSecurityPolicy } from '../../constructs/edge/security-headers';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface WebSiteProps {
  /** Where access logs go; with ACLs, as CloudFront writes them. */
  readonly logs: IBucket;
  /** To where the page may speak, besides itself. */
  readonly speaksTo: readonly string[];
  /** Whether former versions of the files are kept. */
  readonly versioned: boolean;
}

/** Where the page is: a bucket nobody reads directly, behind a distribution that tells browsers to whom the page may speak. */
export class WebSite extends Construct {
  readonly bucket: IBucket;
  readonly distribution: IDistribution;
  /** The origin of the page, as browsers name it. */
  readonly origin: string;

  constructor(scope: Construct, id: string, props: WebSiteProps) {
    super(scope, id);
    const { logs, speaksTo, versioned } = props;
    const files = new PrivateBucket(this, 'Files', {
      accessLogs: logs,
      accessLogPrefix: 'bucket/',
      versions: versioned ? ObjectVersions.kept(Duration.days(30)) : ObjectVersions.none(),
    });
    const headers = new SecurityHeaders(this, 'Headers', {
      contentSecurityPolicy: {
        ...strictContentSecurityPolicy,
        'connect-src': [...strictContentSecurityPolicy['connect-src'], ...speaksTo],
      },
    });
    const origin = new PrivateS3Origin(files.bucket);
    const documents = new CacheRules(this, 'DocumentRules', {
      defaultTtl: Duration.minutes(5),
      maxTtl: Duration.hours(1),
    });
    const assets = new CacheRules(this, 'AssetRules', { defaultTtl: Duration.days(365) });
    const edge = new EdgeDistribution(this, 'Edge', {
      description: 'The page of the web application',
      defaultRoute: { origin, cache: documents },
      routes: [{ path: '/assets/*', origin, cache: assets }],
      entryDocument: 'index.html',
      errorPages: ErrorPages.forPrivateBucket({ notFound: '/404.html' }),
      headers: headers.policy,
      logBucket: logs,
    });
    Validations.of(edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'The application is meant for people everywhere; whoever signs in is known by name.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'Behind it stands a bucket of public files that answers GET and HEAD alone; the firewall stands before the API, where the data is.',
      },
    );
    this.bucket = files.bucket;
    this.distribution = edge.distribution;
    this.origin = edge.url;
  }
}
