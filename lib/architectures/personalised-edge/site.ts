import { Duration, Validations } from 'aws-cdk-lib';
import { CacheHeaderBehavior } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { countryHeader, deviceHeaders, folders, originSettings } from '../../../lambda/personalised-edge/environment';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import type { EdgePathRoute } from '../../constructs/edge/edge-route';
import { EdgeHook, type IEdgeCode } from '../../constructs/edge/edge-hook';
import { EdgeRequestFunction } from '../../constructs/edge/edge-request-function';
import { PrivateS3Origin } from '../../constructs/edge/private-s3-origin';
import type { AppClient } from '../../constructs/identity/app-client';
import type { SignIn } from '../../constructs/identity/sign-in';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { handlerCode } from '../../handlers';

export interface SiteProps {
  readonly accessLogs: IBucket;
  /** The stack of us-east-1, where functions of Lambda@Edge stand. */
  readonly edge: Construct;
  readonly experiment: readonly IEdgeCode[];
  readonly members: SignIn;
  readonly page: AppClient;
  /** The share of the archive that is taken from where it moves to, in percent. */
  readonly moved: number;
  /** Countries that have content of their own, by two small letters. */
  readonly countries: readonly string[];
}

/** A token is looked at when a copy is made; so long may a copy outlive it. */
const memberCopies = Duration.minutes(1);

/** One name, and at each path something else of the viewer decides what they see. */
export class Site extends Construct {
  readonly pages: IBucket;
  /** Where the archive is, and from where it moves to `pages`. */
  readonly archive: IBucket;
  /** What members see, a folder for each tenant. No other route reaches it. */
  readonly memberFiles: IBucket;
  readonly distribution: EdgeDistribution;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SiteProps,
  ) {
    super(scope, id);
    this.pages = this.bucket('Pages');
    this.archive = this.bucket('Archive');
    this.memberFiles = this.bucket('MemberFiles');
    const { experiment, accessLogs, countries } = props;
    const pages = new PrivateS3Origin(this.pages, {
      customHeaders: { [originSettings.countries]: countries.join(',') },
    });
    this.distribution = new EdgeDistribution(this, 'Edge', {
      description: 'Pages by experiment, device, country, tenant and state of a move',
      defaultRoute: { origin: pages, cache: new CacheRules(this, 'PageRules'), runs: experiment },
      routes: [
        {
          path: `/${folders.devices}/*`,
          origin: pages,
          cache: this.keyedBy('DeviceRules', Object.values(deviceHeaders)),
          runs: [this.decides('ChooseDevice', 'Asks for the form made for the device', 'choose-device')],
        },
        {
          path: `/${folders.countries}/*`,
          origin: pages,
          cache: this.keyedBy('CountryRules', [countryHeader]),
          runs: [this.decides('ChooseCountry', 'Asks for the form made for the country', 'choose-country')],
        },
        this.archiveRoute(),
        this.memberRoute(),
      ],
      logBucket: accessLogs,
      logPrefix: 'edge/',
    });
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'Viewers of every country are let in, and see what is meant for theirs.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'Behind it stand buckets that answer GET and HEAD alone, and functions that hold every path and token against a strict form; a firewall would see nothing more, for a price of its own each month.',
      },
    );
  }

  private archiveRoute(): EdgePathRoute {
    const origin = new PrivateS3Origin(this.archive, {
      customHeaders: {
        [originSettings.moveTo]: this.pages.bucketRegionalDomainName,
        [originSettings.moveShare]: String(this.props.moved),
        [originSettings.movePrefixes]: `/${folders.archive}/2026/`,
      },
    });
    return {
      path: `/${folders.archive}/*`,
      origin,
      cache: new CacheRules(this, 'ArchiveRules'),
      runs: [this.decides('MoveOrigin', 'Takes what is moved from where it is now', 'move-origin')],
    };
  }

  private memberRoute(): EdgePathRoute {
    const { members, page } = this.props;
    const origin = new PrivateS3Origin(this.memberFiles, {
      customHeaders: { [originSettings.issuer]: members.issuer, [originSettings.audience]: page.clientId },
    });
    return {
      path: `/${folders.members}/*`,
      origin,
      cache: new CacheRules(this, 'MemberRules', {
        maxTtl: memberCopies,
        headers: CacheHeaderBehavior.allowList('Authorization'),
      }),
      runs: [this.decides('ChooseTenant', 'Asks for the part that belongs to the tenant', 'choose-tenant')],
    };
  }

  private keyedBy(id: string, headers: readonly string[]): CacheRules {
    return new CacheRules(this, id, { headers: CacheHeaderBehavior.allowList(...headers) });
  }

  private decides(id: string, description: string, file: string): IEdgeCode {
    return new EdgeRequestFunction(this.props.edge, id, {
      description,
      hook: EdgeHook.ORIGIN_REQUEST,
      code: handlerCode('personalised-edge', file),
    });
  }

  private bucket(id: string): IBucket {
    const { accessLogs } = this.props;
    return new PrivateBucket(this, id, { accessLogs, accessLogPrefix: `${id.toLowerCase()}/` }).bucket;
  }
}
