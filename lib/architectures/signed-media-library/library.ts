import { Duration, Validations } from 'aws-cdk-lib';
import { CacheHeaderBehavior, type IKeyGroup } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { guardHeader, mediaFolder, placeHeaders } from '../../../lambda/signed-media-library/environment';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { customOrigin } from '../../constructs/edge/custom-origin';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import { OriginGuard } from '../../constructs/edge/origin-guard';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface LibraryProps {
  readonly accessLogs: IBucket;
  /** Whose signatures open the media. */
  readonly keys: IKeyGroup;
  /** The name of the API that issues them. */
  readonly issuer: string;
}

/** One worldwide name: media that open for signatures alone, and beside them the API that signs. */
export class Library extends Construct {
  readonly media: IBucket;
  readonly guard: OriginGuard;
  readonly url: string;

  constructor(scope: Construct, id: string, { accessLogs, keys, issuer }: LibraryProps) {
    super(scope, id);
    this.media = new PrivateBucket(this, 'Media', { accessLogs, accessLogPrefix: 'media/' }).bucket;
    this.guard = new OriginGuard(this, 'Guard', { headerName: guardHeader });
    const media = new PrivateS3Origin(this.media);
    const edge = new EdgeDistribution(this, 'Edge', {
      description: 'Media for members',
      defaultRoute: {
        origin: media,
        cache: new CacheRules(this, 'MediaRules', { defaultTtl: Duration.days(1) }),
        trustedKeyGroups: [keys],
      },
      routes: [
        {
          path: '/api/*',
          origin: customOrigin(this, { domainName: issuer, guard: this.guard }),
          acceptsWrites: true,
          // The token may reach an origin only as a part of the key; answers to writes are never kept.
          cache: new CacheRules(this, 'ApiRules', {
            maxTtl: Duration.seconds(1),
            headers: CacheHeaderBehavior.allowList('Authorization'),
            forwardOnly: { headers: Object.values(placeHeaders) },
          }),
        },
      ],
      logBucket: accessLogs,
      logPrefix: 'edge/',
    });
    Validations.of(edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason:
          'Where a viewer is decides the issuer, for each member and finer than by country; a gate here would know less.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason: `Below ${mediaFolder} every request is checked for a signature, and the API behind it for a token and a body of a few bytes; a firewall would see nothing more, for a price of its own each month.`,
      },
    );
    this.url = edge.url;
  }
}
