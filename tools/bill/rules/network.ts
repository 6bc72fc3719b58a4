import { gigabytes, hourly, monthly, type Billing, type Charge, type Load, type Rules } from '../rule';
import type { Part } from '../site';

const address = (count: number, words?: string): Charge => hourly('vpc.public-ipv4.hour', count, words);

export const network: Rules = {
  'AWS::EC2::NatGateway': (part) => {
    const gateways = part.site.ofType(part.type).length;
    const each = (load: Load): number => gigabytes(load) / gateways;
    const usage = [
      { price: 'vpc.nat-gateway.gb', words: 'what leaves by it and what comes back', units: each },
      { price: 'data-transfer.out.gb', words: 'what leaves by it' },
    ];
    if (part.text('AvailabilityMode') !== 'regional') return { fixed: [hourly('vpc.nat-gateway.hour')], usage };
    const zones = zonesOf(part);
    return {
      fixed: [hourly('vpc.nat-gateway.hour', zones, `${zones} zones`), address(zones, `one in each of ${zones} zones`)],
      usage,
      note: 'A regional gateway is billed in each zone where something uses it; all zones of the network are counted.',
    };
  },
  'AWS::EC2::NetworkInsightsAnalysis': () => ({
    usage: [{ price: 'vpc.path-analysis', words: 'each run: one as it is made, and each that is asked for later' }],
  }),
  'AWS::EC2::NetworkInsightsAccessScopeAnalysis': () => ({
    usage: [{ price: 'vpc.access-analysis.interface', words: 'each interface in the network, each run' }],
  }),
  'AWS::EC2::EIP': () => ({ fixed: [address(1)] }),
  'AWS::EC2::VPCEndpoint': (part) => {
    const kind = part.text('VpcEndpointType') ?? 'Gateway';
    if (kind === 'Gateway') return {};
    const zones = Math.max(1, part.list('SubnetIds').length);
    const price = kind === 'GatewayLoadBalancer' ? 'vpc.gateway-load-balancer-endpoint' : 'vpc.endpoint';
    return {
      fixed: [hourly(`${price}.hour`, zones, zones === 1 ? undefined : `${zones} zones`)],
      usage: [{ price: `${price}.gb`, words: 'what passes through it' }],
    };
  },
  'AWS::EC2::TransitGatewayAttachment': attachment,
  'AWS::EC2::TransitGatewayVpcAttachment': attachment,
  'AWS::EC2::TransitGatewayPeeringAttachment': attachment,
  'AWS::EC2::TransitGatewayConnect': attachment,
  'AWS::EC2::VPNConnection': (part) => ({
    fixed: [
      hourly('vpn.connection.hour'),
      address(2, 'one for each of 2 tunnels'),
      ...(part.raw('TransitGatewayId') === undefined ? [] : [hourly('transit-gateway.attachment.hour')]),
    ],
    usage: [{ price: 'data-transfer.out.gb', words: 'what leaves by it' }],
  }),
  'AWS::EC2::ClientVpnTargetNetworkAssociation': () => ({ fixed: [hourly('client-vpn.association.hour')] }),
  'AWS::EC2::ClientVpnEndpoint': () => ({
    usage: [{ price: 'client-vpn.connection.hour', words: 'each hour of each client' }],
  }),
  'AWS::EC2::IPAM': (part) =>
    part.text('Tier') === 'free'
      ? {}
      : { usage: [{ price: 'ipam.address.hour', words: 'each address in use, each hour' }] },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': balancer,
  'AWS::ElasticLoadBalancing::LoadBalancer': (part) => ({
    fixed: [
      hourly('elb.classic.hour'),
      ...(part.text('Scheme') === 'internal' ? [] : [address(Math.max(1, part.list('Subnets').length))]),
    ],
    usage: [{ price: 'elb.classic.gb', words: 'what passes through it', units: gigabytes }],
  }),
  'AWS::NetworkFirewall::Firewall': (part) => {
    const zones = Math.max(1, part.list('SubnetMappings').length);
    return {
      fixed: [hourly('network-firewall.endpoint.hour', zones, `${zones} zones`)],
      usage: [{ price: 'network-firewall.gb', words: 'what passes through it' }],
    };
  },
  'AWS::GlobalAccelerator::Accelerator': () => ({
    fixed: [hourly('global-accelerator.hour'), address(2)],
    note: 'Traffic out is billed as from a public balancer, and a premium on top that hangs on the regions it runs between.',
  }),
  'AWS::VpcLattice::Service': () => ({ fixed: [hourly('vpc-lattice.service.hour')] }),
  'AWS::Route53Resolver::FirewallDomainList': (part) => ({
    fixed: [monthly('route53.firewall-domain.month', part.list('Domains').length)].filter(({ units }) => units > 0),
  }),
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': () => ({
    usage: [{ price: 'route53.firewall-query', words: 'each query it looks at', units: ({ events }) => events }],
  }),
  'AWS::Route53Profiles::Profile': () => ({
    fixed: [hourly('route53.profiles.hour')],
    note: 'One charge covers all profiles of an account, up to 100 networks that follow them.',
  }),
  'AWS::Route53Resolver::ResolverEndpoint': (part) => {
    const addresses = part.list('IpAddresses').length;
    return { fixed: [hourly('route53-resolver.interface.hour', addresses, `${addresses} addresses`)] };
  },
};

function attachment(): Billing {
  return {
    fixed: [hourly('transit-gateway.attachment.hour')],
    usage: [{ price: 'transit-gateway.gb', words: 'what is sent into the transit gateway here' }],
  };
}

function balancer(part: Part): Billing {
  const kind = part.text('Type') ?? 'application';
  const zones = Math.max(part.list('Subnets').length, part.list('SubnetMappings').length, 1);
  if (kind === 'gateway') {
    return {
      fixed: [hourly('elb.gateway.hour', zones, `${zones} zones`)],
      usage: [{ price: 'elb.gateway.lcu-hour', words: 'the busiest of connections and bytes in each hour' }],
    };
  }
  const own = part.list('SubnetMappings').filter(({ AllocationId }) => AllocationId !== undefined).length;
  const isPublic = (part.text('Scheme') ?? 'internet-facing') === 'internet-facing';
  const hasAddresses = isPublic && part.text('IpAddressType') !== 'dualstack-without-public-ipv4';
  const addresses = hasAddresses ? zones - own : 0;
  return {
    fixed: [
      hourly(`elb.${kind}.hour`),
      ...(addresses > 0 ? [address(addresses, `one in each of ${addresses} zones`)] : []),
    ],
    usage: [
      {
        price: `elb.${kind}.lcu-hour`,
        words: 'the busiest of new connections, open ones, bytes and rules in each hour; 1 GB an hour is one unit',
        units: gigabytes,
      },
      { price: 'data-transfer.out.gb', words: 'what is answered', units: isPublic ? gigabytes : undefined },
    ],
  };
}

/** The zones of the network a part stands in. */
function zonesOf(part: Part): number {
  const vpc = part.refers('VpcId');
  const subnets = part.site.ofType('AWS::EC2::Subnet').filter((subnet) => subnet.refers('VpcId') === vpc);
  const zones = new Set(subnets.map((subnet) => JSON.stringify(subnet.raw('AvailabilityZone'))));
  return Math.max(1, zones.size);
}
