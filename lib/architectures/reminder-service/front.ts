import { join } from 'node:path';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { StaticSiteRelease } from '../../constructs/edge/static-site-release';
import type { LogBucket } from '../../constructs/storage/log-bucket';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface FrontProps {
  /** The API, and the stage of it that the page calls. */
  readonly api: IRestApi;
  readonly stageName: string;
  readonly logs: LogBucket;
}

/** The page and the API under one name, so that the page calls its own origin and no other page can. */
export class Front extends Construct {
  readonly edge: EdgeDistribution;

  constructor(scope: Construct, id: string, props: FrontProps) {
    super(scope, id);
    const { api, stageName, logs } = props;
    const files = new PrivateBucket(this, 'Files', { accessLogs: logs.bucket, accessLogPrefix: 'page/' });
    const page = new CacheRules(this, 'PageRules', { defaultTtl: Duration.minutes(5), maxTtl: Duration.days(365) });
    const calls = new CacheRules(this, 'CallRules', {
      maxTtl: Duration.seconds(0),
      forwardOnly: { headers: ['X-Api-Key', 'Idempotency-Key'] },
    });
    const { region, urlSuffix } = Stack.of(this);
    this.edge = new EdgeDistribution(this, 'Edge', {
      description: 'The page for reminders, and its API',
      defaultRoute: { origin: new PrivateS3Origin(files.bucket), cache: page },
      routes: [
        {
          path: '/api/*',
          origin: new HttpOrigin(`${api.restApiId}.execute-api.${region}.${urlSuffix}`, {
            originPath: `/${stageName}`,
          }),
          cache: calls,
          acceptsWrites: true,
        },
      ],
      entryDocument: 'index.html',
      logBucket: logs.bucket,
    });
    Validations.of(this.edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason:
          'Cats live everywhere: whoever has a key may use it from any country, and nobody else gets past the API.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'The page is public and the API behind it takes known clients only, with keys, limits and checked bodies; a firewall would cost more each month than all the rest.',
      },
    );
    new StaticSiteRelease(this, 'Release', {
      source: join(__dirname, 'site'),
      bucket: files.bucket,
      distribution: this.edge.distribution,
    });
  }
}
