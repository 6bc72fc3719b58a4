import { Duration, Validations } from 'aws-cdk-lib';
import { CacheHeaderBehavior } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { ObjectCors } from '../../constructs/storage/object-cors';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface ArchiveProps {
  readonly logs: IBucket;
  /** Scheme and host of the pages that may show its pictures. */
  readonly shownBy: readonly string[];
}

/** Pictures of another origin, as a partner would lend them: pages of the origins that the bucket names may show them, and no others. */
export class Archive extends Construct {
  readonly pictures: IBucket;
  readonly url: string;

  constructor(scope: Construct, id: string, { logs, shownBy }: ArchiveProps) {
    super(scope, id);
    this.pictures = new PrivateBucket(this, 'Pictures', {
      accessLogs: logs,
      accessLogPrefix: 'pictures/',
      cors: ObjectCors.from({ origins: shownBy, methods: ['GET', 'HEAD'], maxAge: Duration.hours(1) }),
    }).bucket;
    const edge = new EdgeDistribution(this, 'Edge', {
      description: 'Pictures that other sites show',
      defaultRoute: {
        origin: new PrivateS3Origin(this.pictures),
        cachesOptions: true,
        // A copy that was made for one origin and given to another would name the wrong one, or none: so origins are part of the key.
        cache: new CacheRules(this, 'Rules', {
          headers: CacheHeaderBehavior.allowList(
            'Origin',
            'Access-Control-Request-Method',
            'Access-Control-Request-Headers',
          ),
        }),
      },
      logBucket: logs,
      logPrefix: 'archive/',
    });
    Validations.of(edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'Pictures are for readers everywhere; which pages may show them is told by CORS, and not by country.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'Behind it stands a bucket of public pictures that only reads reach: no code, no query and no body that a firewall could look into.',
      },
    );
    this.url = edge.url;
  }
}
