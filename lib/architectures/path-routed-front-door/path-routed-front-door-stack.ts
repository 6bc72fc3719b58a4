import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { edgeStack } from '../../constructs/edge/edge-stack';
import { OriginGuard } from '../../constructs/edge/origin-guard';
import { PrivateFunctionOrigin } from '../../constructs/edge/private-function-origin';
import { WebFirewall } from '../../constructs/edge/web-firewall';
import type { TierSpec } from '../../constructs/network/address-plan';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { ownName } from '../../own-name';
import { Door } from './door';
import { Entry } from './entry';
import { Feed } from './feed';
import { rules } from './rules';

export interface PathRoutedFrontDoorProps extends ArchitectureProps {
  /**
   * Whether the balancer has public addresses that admit CloudFront alone, or none, and CloudFront comes in by interfaces.
   * @default 'guarded'
   */
  readonly balancer?: 'guarded' | 'inside';
}

/** For balancers that the internet can find, and for those it cannot. */
const web: TierSpec = { name: 'web', access: 'public' };
const inside: TierSpec = { name: 'inside', access: 'isolated' };

/**
 * One name before a bucket, a web application and a function, each of which answers CloudFront alone.
 *
 * @claims edge-layered-protection, edge-media-offload
 */
export class PathRoutedFrontDoor extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'vpc-origin': {
      what: 'the balancer has no public address; CloudFront comes in by interfaces in its network',
      props: { balancer: 'inside' } satisfies Partial<PathRoutedFrontDoorProps>,
    },
  };

  constructor(scope: Construct, id: string, props: PathRoutedFrontDoorProps) {
    super(scope, id, props);
    const { profile, settings, balancer = 'guarded' } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const expiration = Duration.days(profile.logRetention);
    const edgeLogs = new LogBucket(this, 'EdgeLogs', { expiration, writtenWithAcl: true, writtenByBuckets: true });
    const isInside = balancer === 'inside';
    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr: '10.21.0.0/16', tiers: [...(isInside ? [inside] : []), web], tierSlots: 2 },
      zones: profile.name === 'production' ? 3 : 2,
      nat: NatStrategy.none(),
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });

    const media = new PrivateBucket(this, 'Media', {
      accessLogs: edgeLogs.bucket,
      accessLogPrefix: 'media/',
      versions: profile.deletionProtection ? ObjectVersions.kept(Duration.days(30)) : ObjectVersions.none(),
    });
    const entry = new Entry(this, 'Entry', {
      network,
      alarms,
      guard: new OriginGuard(this, 'Guard'),
      isInside,
      deletionProtection: profile.deletionProtection,
      logExpiration: expiration,
      settings,
    });
    const feed = new Feed(this, 'Feed', { alarms });
    const firewall = new WebFirewall(edgeStack(this), 'Firewall', {
      description: 'Turns away whoever asks too often, or looks like an attack',
      scope: 'edge',
      rules,
    });
    const { edge } = new Door(this, 'Door', {
      media: media.bucket,
      pages: entry.origin,
      hasPlainLeg: entry.isPlain,
      feed: new PrivateFunctionOrigin(feed.address),
      firewall,
      logs: edgeLogs.bucket,
      ...ownName(this, settings),
    });

    new CfnOutput(this, 'Url', { value: edge.url, description: 'The one name' });
    new CfnOutput(this, 'MediaBucket', {
      value: media.bucket.bucketName,
      description: 'Where images and media are put',
    });
    new CfnOutput(this, 'BalancerUrl', { value: entry.balancer.url, description: 'Where nobody is answered' });
    new CfnOutput(this, 'FeedUrl', { value: feed.address.url, description: 'Where nobody is answered either' });
    new CfnOutput(this, 'DistributionId', { value: edge.distribution.distributionId });
  }
}
