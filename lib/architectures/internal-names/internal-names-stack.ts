import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { refuse } from '../../constructs/faults';
import { DnsFirewall } from '../../constructs/network/dns-firewall';
import { DnsFirewallMode } from '../../constructs/network/dns-firewall-mode';
import { InternalZone } from '../../constructs/network/internal-zone';
import { ResolverQueryLog } from '../../constructs/network/resolver-query-log';
import { insideOf, SplitViewZone } from '../../constructs/network/split-view-zone';
import { VpcDhcpOptions } from '../../constructs/network/vpc-dhcp-options';
import { allowed, blocked, records, usualDomain } from './names';
import { ProbedNetwork } from './probed-network';

/**
 * Names that two networks see and nobody else, what the networks may ask for, and a record of what they asked.
 *
 * @claims network-private-zone, network-split-view, network-dns-firewall, network-dns-firewall-allow-list,
 * network-dns-query-log, network-dhcp-options
 */
export class InternalNames extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { domainName: name = usualDomain } = props.settings;

    const general = new ProbedNetwork(this, 'General', { cidr: '10.19.0.0/24' });
    const strict = new ProbedNetwork(this, 'Strict', { cidr: '10.19.1.0/24' });
    const vpcs = [general.vpc, strict.vpc];

    const zone = this.zone(name, vpcs, props);
    new VpcDhcpOptions(this, 'HostOptions', { vpcs, domainName: name });
    new DnsFirewall(this, 'BlockList', {
      vpcs: [general.vpc],
      mode: DnsFirewallMode.blockList({ domains: blocked }),
      failOpen: true,
    });
    new DnsFirewall(this, 'AllowList', {
      vpcs: [strict.vpc],
      mode: DnsFirewallMode.allowList({ domains: allowed(name) }),
      failOpen: false,
    });
    const queries = new ResolverQueryLog(this, 'Queries', { vpcs });

    this.tell({
      Domain: ['What the zone answers for', name],
      ZoneId: ['The private zone', zone.hostedZoneId],
      GeneralVpc: ['The network with the block-list', general.vpc.vpcId],
      GeneralResolver: ['Where its names are resolved', general.resolverAddress],
      GeneralProbe: ['Asks for names in it', general.probe.functionName],
      StrictVpc: ['The network with the allow-list', strict.vpc.vpcId],
      StrictResolver: ['Where its names are resolved', strict.resolverAddress],
      StrictProbe: ['Asks for names in it', strict.probe.functionName],
      QueryLog: ['Who asked for what', queries.logGroup.logGroupName],
    });
  }

  /** Both halves where somebody owns the domain, else the private half alone. */
  private zone(name: string, vpcs: readonly IVpc[], { settings }: ArchitectureProps): IHostedZone {
    const { domainName, hostedZoneId } = settings;
    if (domainName === undefined)
      return new InternalZone(this, 'Names', { name, vpcs, records: insideOf(records) }).hostedZone;
    refuse(this, [
      hostedZoneId === undefined &&
        `domainName is ${domainName} without hostedZoneId; give the public zone that holds it, or leave the name out`,
    ]);
    const publicZone = HostedZone.fromHostedZoneAttributes(this, 'PublicZone', {
      hostedZoneId: hostedZoneId!,
      zoneName: domainName,
    });
    return new SplitViewZone(this, 'Names', { name, vpcs, records, publicZone }).inside.hostedZone;
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
