import { Duration, Validations } from 'aws-cdk-lib';
import { ViewerProtocolPolicy, type IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { guardHeader } from '../../../lambda/sensitive-form-intake/environment';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { customOrigin } from '../../constructs/edge/custom-origin';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import type { FieldEncryption } from '../../constructs/edge/field-encryption';
import { OriginGuard } from '../../constructs/edge/origin-guard';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface FrontDoorProps {
  readonly accessLogs: IBucket;
  /** What is encrypted of a form before it goes any further. */
  readonly fields: FieldEncryption;
  /** The name of the API that takes forms. */
  readonly intake: string;
}

/** Where people hand forms in: the page, and beside it the way to the API, on which the sensitive fields are encrypted. */
export class FrontDoor extends Construct {
  readonly guard: OriginGuard;
  readonly page: IBucket;
  readonly distribution: IDistribution;
  readonly url: string;

  constructor(scope: Construct, id: string, { accessLogs, fields, intake }: FrontDoorProps) {
    super(scope, id);
    this.page = new PrivateBucket(this, 'Page', { accessLogs, accessLogPrefix: 'page/' }).bucket;
    this.guard = new OriginGuard(this, 'Guard', { headerName: guardHeader });
    const edge = new EdgeDistribution(this, 'Edge', {
      description: 'Forms with fields that one function alone reads',
      defaultRoute: { origin: new PrivateS3Origin(this.page), cache: new CacheRules(this, 'PageRules') },
      routes: [
        {
          path: '/forms*',
          origin: customOrigin(this, { domainName: intake, guard: this.guard }),
          acceptsWrites: true,
          // Redirected, a form would have gone its first way in plain text.
          viewerProtocol: ViewerProtocolPolicy.HTTPS_ONLY,
          cache: new CacheRules(this, 'FormRules', { maxTtl: Duration.seconds(1) }),
          fieldEncryption: fields,
        },
      ],
      entryDocument: 'index.html',
      logBucket: accessLogs,
      logPrefix: 'edge/',
    });
    Validations.of(edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'People may hand a form in from wherever they are; nothing on the page is licensed by country.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'The API behind it takes one shape of form, checks each field of it and is limited for all callers together; a firewall would cost more each month than all the rest.',
      },
    );
    this.distribution = edge.distribution;
    this.url = edge.url;
  }
}
