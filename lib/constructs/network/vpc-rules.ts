import { Stack, Token } from 'aws-cdk-lib';
import {
  CfnInstance,
  CfnNetworkInterface,
  CfnSubnet,
  CfnVPC,
  CfnVPCEndpoint,
  Vpc,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';
import { cidrFault, defaultVpcRange, fixedAddressFault, overlaps } from './cidr';
import { NetworkRule, referent, resolved } from './network-rule';

export interface VpcRulesProps {
  /**
   * Whether a VPC may use 172.31.0.0/16, or be the default one.
   * @default false
   */
  readonly allowDefaultRange?: boolean;
  /**
   * Why tiers in one zone are enough here.
   * @default - each tier of a VPC stands in two zones or more
   */
  readonly singleZoneReason?: string;
}

/**
 * What holds for VPCs: nothing on the default one or its range, tiers in at least two zones, subnets in zones of the stack's
 * Region, fixed addresses that a subnet can give, and names on where private names are used.
 *
 * @claims network-subnet-reserved-addresses, network-default-vpc-guard, network-vpc-spans-azs, network-az-in-own-region, network-dns-attributes
 */
export class VpcRules extends NetworkRule {
  constructor(private readonly props: VpcRulesProps = {}) {
    super();
  }

  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnVPC) return [this.rangeFault(resolved(node, node.cidrBlock), 'cidrBlock')];
    if (node instanceof CfnSubnet) return [regionFault(node)];
    if (node instanceof CfnNetworkInterface || node instanceof CfnInstance) return [fixedFault(node)];
    if (node instanceof CfnVPCEndpoint || node instanceof CfnHostedZone) return nameFaults(node);
    if (node instanceof Vpc) return this.spreadFaults(node);
    return isVpc(node) ? [this.importFault(node)] : [];
  }

  private rangeFault(cidr: unknown, name: string): string | false {
    return (
      !this.props.allowDefaultRange &&
      typeof cidr === 'string' &&
      cidrFault(name, cidr) === undefined &&
      overlaps(cidr, defaultVpcRange) &&
      `${name} is ${cidr}, which overlaps ${defaultVpcRange}, the range of every default VPC; choose another, such as 10.16.0.0/16, or set allowDefaultRange`
    );
  }

  private importFault(vpc: IVpc): string | false {
    if (Token.isUnresolved(vpc.vpcCidrBlock)) return false;
    return (
      this.rangeFault(vpc.vpcCidrBlock, 'the imported VPC') &&
      `the imported VPC is ${vpc.vpcCidrBlock}, the default one of its Region; build on a VPC of your own, or set allowDefaultRange`
    );
  }

  private spreadFaults(vpc: Vpc): (string | false)[] {
    if (this.props.singleZoneReason) return [];
    const tiers = new Map<string, Set<string>>();
    for (const subnet of [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets]) {
      const tier = subnet.node.id.replace(/Subnet\d+$/, '');
      tiers.set(tier, (tiers.get(tier) ?? new Set()).add(subnet.availabilityZone));
    }
    return [...tiers].map(
      ([tier, zones]) =>
        zones.size < 2 &&
        `tier ${tier} stands in one zone and fails with it; use two or more, or say in singleZoneReason why one is enough`,
    );
  }
}

function regionFault(subnet: CfnSubnet): string | false {
  const { region } = Stack.of(subnet);
  const zone = resolved(subnet, subnet.availabilityZone);
  return (
    typeof zone === 'string' &&
    !Token.isUnresolved(region) &&
    !zone.startsWith(region) &&
    `availabilityZone is ${zone}, but the stack is in ${region}; name a zone such as ${region}a`
  );
}

/** Only where both the address and the subnet's block are written out. */
function fixedFault(node: CfnNetworkInterface | CfnInstance): string | undefined {
  const block = resolved(node, referent(node, node.subnetId, CfnSubnet)?.cidrBlock);
  const address = resolved(node, node.privateIpAddress);
  if (typeof block !== 'string' || typeof address !== 'string') return undefined;
  return fixedAddressFault('privateIpAddress', address, block);
}

/** Private names are answered only where the resolver is on, and only for VPCs that have host names. */
function nameFaults(node: CfnVPCEndpoint | CfnHostedZone): (string | false)[] {
  const vpcs =
    node instanceof CfnVPCEndpoint
      ? node.privateDnsEnabled === true
        ? [node.vpcId]
        : []
      : ((resolved(node, node.vpcs) ?? []) as { vpcId: unknown }[]).map(({ vpcId }) => vpcId);
  return vpcs.map((id) => {
    const vpc = referent(node, id, CfnVPC);
    if (!vpc || (vpc.enableDnsSupport !== false && vpc.enableDnsHostnames === true)) return false;
    return `private names need enableDnsSupport and enableDnsHostnames on ${vpc.node.path}; they are ${String(vpc.enableDnsSupport ?? true)} and ${String(vpc.enableDnsHostnames ?? false)}, so switch both on`;
  });
}

const isVpc = (node: IConstruct): node is IVpc => 'vpcId' in node && 'selectSubnets' in node && 'vpcCidrBlock' in node;
