import { Token } from 'aws-cdk-lib';
import { CfnDHCPOptions, CfnVPCDHCPOptionsAssociation, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { addressFault } from './cidr';
import { domainNameFault } from './domain-name';
import { address6Fault } from './ipv6';
import { dnsServersFault, NameRules } from './name-rules';
import { idFor, vpcsFaults } from './per-vpc';

export interface VpcDhcpOptionsProps {
  /** The networks that hand the options out, in all their subnets; each has one set. */
  readonly vpcs: readonly IVpc[];
  /**
   * The domain that hosts add to a name without dots, so that `accounting` is enough.
   * @default - the Region's own
   */
  readonly domainName?: string;
  /**
   * Addresses of one to four DNS servers of one's own, or `AmazonProvidedDNS` alone, without which private zones are not seen.
   * @default - AmazonProvidedDNS
   */
  readonly nameServers?: readonly string[];
}

/**
 * What hosts are told when they come up: who resolves names, and which domain is their own.
 *
 * A set cannot be edited. CloudFormation makes a new one for each change, puts it in place of the old one and deletes that;
 * hosts learn of it when they renew their lease, within hours.
 *
 * @claims network-dhcp-options
 */
export class VpcDhcpOptions extends Construct {
  readonly dhcpOptionsId: string;

  constructor(scope: Construct, id: string, props: VpcDhcpOptionsProps) {
    super(scope, id);
    const { vpcs, domainName, nameServers = ['AmazonProvidedDNS'] } = props;
    refuse(this, [
      ...vpcsFaults(vpcs),
      domainName !== undefined && !Token.isUnresolved(domainName) && domainNameFault('domainName', domainName),
      nameServers.length === 0 && 'nameServers are none; leave them out for AmazonProvidedDNS',
      dnsServersFault('nameServers', nameServers),
      ...nameServers.filter((server) => server !== 'AmazonProvidedDNS' && !Token.isUnresolved(server)).map(serverFault),
    ]);
    this.dhcpOptionsId = new CfnDHCPOptions(this, 'Set', {
      domainNameServers: [...nameServers],
      ...(domainName !== undefined && { domainName }),
    }).attrDhcpOptionsId;
    for (const vpc of vpcs)
      new CfnVPCDHCPOptionsAssociation(this, idFor(vpc), {
        vpcId: vpc.vpcId,
        dhcpOptionsId: this.dhcpOptionsId,
      });
    NameRules.guard(this);
  }
}

const serverFault = (server: string): string | undefined =>
  server.includes(':') ? address6Fault('nameServers', server) : addressFault('nameServers', server);
