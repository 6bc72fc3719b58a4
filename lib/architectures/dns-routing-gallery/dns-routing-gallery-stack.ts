import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { Continent, GeoLocation, HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { DnsRecords } from '../../constructs/edge/dns-records';
import { EDGE_REGION } from '../../constructs/edge/edge-certificate';
import { PublicZone } from '../../constructs/edge/public-zone';
import { RoutedRecords } from '../../constructs/edge/routed-records';
import { RoutingPolicy } from '../../constructs/edge/routing-policy';
import { SignedZone } from '../../constructs/edge/signed-zone';
import { refuse } from '../../constructs/faults';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { GalleryHealth } from './gallery-health';
import { HealthTarget } from './health-target';
import { policies, records, usualDomain } from './names';

export interface DnsRoutingGalleryProps extends ArchitectureProps {
  /**
   * Whether the zone is signed by DNSSEC and every question written down. Both want the stack to be in us-east-1.
   * @default false
   */
  readonly signed?: boolean;
}

/**
 * A public zone with a name for each routing policy, a check of each kind, and every answer known beforehand.
 *
 * @claims edge-public-zone, edge-delegated-subzone, edge-record-types, edge-routing-simulator
 */
export class DnsRoutingGallery extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'signed-zone': {
      what: 'the zone signed by DNSSEC and every question to it written down, all in us-east-1',
      props: { signed: true } satisfies Partial<DnsRoutingGalleryProps>,
    },
  };

  constructor(scope: Construct, id: string, props: DnsRoutingGalleryProps) {
    const { settings, signed = false } = props;
    super(scope, id, signed ? { ...props, env: { ...props.env, region: EDGE_REGION } } : props);
    const { domainName = usualDomain } = settings;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });

    const zone = new PublicZone(this, 'Zone', { name: domainName, queryLogs: signed });
    const { hostedZone } = zone;
    this.join(zone, props);
    zone.delegate('Lab', 'lab');
    new DnsRecords(this, 'Records', { zone: hostedZone, records, ttl: 'migration' });

    const target = new HealthTarget(this, 'Target');
    const health = new GalleryHealth(this, 'Health', { target, alarms });
    for (const [name, policy] of Object.entries(policies(health)))
      this.routed[name] = new RoutedRecords(this, pascal(name), {
        zone: hostedZone,
        name: `${name}.${domainName}`,
        policy,
      });
    this.tree(hostedZone, domainName);
    if (signed) new SignedZone(this, 'Signing', { zone: hostedZone, alarms });

    this.tell({
      Domain: ['What the zone answers for', domainName],
      ZoneId: ['The zone', hostedZone.hostedZoneId],
      NameServers: ['Its four name servers', Fn.join(' ', [...zone.nameServers])],
      TargetUrl: ['The target; ask it for /health', target.url],
      TargetSwitch: ['The parameter that takes it down', target.switch.parameterName],
      PageCheck: ['The check of its page', health.page.healthCheckId],
      InsideCheck: ['The check of the alarm on it', health.errors.healthCheckId],
      ApplicationCheck: ['The check of both', health.application.healthCheckId],
    });
  }

  private readonly routed: Record<string, RoutedRecords> = {};

  /** First by place, then by what serves there: policies that lead to each other. */
  private tree(zone: IHostedZone, domain: string): void {
    const { latency, failover } = this.routed;
    new RoutedRecords(this, 'Tree', {
      zone,
      name: `tree.${domain}`,
      types: ['A'],
      policy: RoutingPolicy.geolocation({
        places: [{ place: GeoLocation.continent(Continent.EUROPE), alias: latency.asTarget() }],
        otherwise: { alias: failover.asTarget() },
      }),
    });
  }

  /** Where somebody owns the domain, the zone that holds it delegates to this one. */
  private join(zone: PublicZone, { settings }: ArchitectureProps): void {
    const { domainName, hostedZoneId } = settings;
    if (domainName === undefined) return;
    refuse(this, [
      hostedZoneId === undefined &&
        `domainName is ${domainName} without hostedZoneId; give the zone above it, which shall delegate to this one, or leave the name out`,
    ]);
    const parent = HostedZone.fromHostedZoneAttributes(this, 'Parent', {
      hostedZoneId: hostedZoneId!,
      zoneName: domainName.slice(domainName.indexOf('.') + 1),
    });
    zone.joinZone('Delegation', parent);
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}

const pascal = (name: string): string => name[0].toUpperCase() + name.slice(1);
