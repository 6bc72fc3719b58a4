import { Stack } from 'aws-cdk-lib';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { EndpointHealthCheck } from '../../constructs/edge/endpoint-health-check';
import { HealthSignal } from '../../constructs/edge/health-signal';
import { RegionalCertificate } from '../../constructs/edge/regional-certificate';
import { RoutedRecords } from '../../constructs/edge/routed-records';
import { RoutingPolicy, type RegionTarget } from '../../constructs/edge/routing-policy';
import { readAcross } from '../../constructs/edge/across-stacks';
import { hostOf } from './board-api';
import type { RegionalSite } from './regional-site';

export interface OriginNameProps {
  /** The name both Regions answer to, and the zone that holds it. */
  readonly name: string;
  readonly zone: ZoneOfName;
  /** What answers to it, each in a Region of its own. */
  readonly sites: readonly RegionalSite[];
}

export interface ZoneOfName {
  readonly hostedZoneId: string;
  readonly zoneName: string;
}

/** One name for the entries of both Regions: whoever asks is sent to the nearest that is healthy, for reads and for writes. */
export class OriginName extends Construct {
  constructor(scope: Construct, id: string, { name, zone, sites }: OriginNameProps) {
    super(scope, id);
    const targets = sites.map((site) => this.target(site, name, zone));
    new RoutedRecords(this, 'Records', {
      zone: zoneIn(this, zone),
      name,
      types: ['A'],
      policy: RoutingPolicy.latency(targets),
    });
  }

  private target(site: RegionalSite, name: string, zone: ZoneOfName): RegionTarget {
    const { entry } = site;
    const { region } = Stack.of(site);
    const { certificate } = new RegionalCertificate(site, 'Certificate', { names: [name], zone: zoneIn(site, zone) });
    const domain = entry.answerAs({ domainName: name, certificate });
    const { healthCheck } = new EndpointHealthCheck(this, `Check-${region}`, {
      signal: HealthSignal.https({
        host: hostOf(this, entry),
        path: `${entry.folder}/health`,
      }),
    });
    return {
      region,
      healthCheck,
      alias: {
        bind: () => ({
          dnsName: readAcross(entry, 'AliasName', domain.domainNameAliasDomainName, this),
          hostedZoneId: readAcross(entry, 'AliasZone', domain.domainNameAliasHostedZoneId, this),
        }),
      },
    };
  }
}

const zoneIn = (scope: Construct, { hostedZoneId, zoneName }: ZoneOfName): IHostedZone =>
  HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName });
