import { Annotations, Fn, Stack } from 'aws-cdk-lib';
import type { CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import {
  CfnEIP,
  CfnNatGateway,
  CfnVPCCidrBlock,
  CfnVPCGatewayAttachment,
  DefaultInstanceTenancy,
  GatewayVpcEndpointAwsService,
  IpProtocol,
  PrivateSubnet,
  SubnetType,
  Vpc,
  type IGatewayVpcEndpoint,
  type ISubnet,
  type IVpc,
  type SubnetConfiguration,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { AddressPlan, type AddressPlanProps, type Tier, type TierSpec } from './address-plan';
import { resolverAddress, secondaryCidrFaults, subnetFaults } from './cidr';
import { FlowCapture, FlowSource, type FlowDestination } from './flow-capture';
import { GatewayEndpoint, type GatewayEndpointProps } from './gateway-endpoint';
import type { Ipv6Block } from './ipv6-block';
import { NatStrategy, type NatParts } from './nat-strategy';
import { anywhere } from './ports';
import { PlannedAddresses, type PoolDraw } from './planned-addresses';
import { availabilityZoneFaults, zoneFaults } from './zone-faults';

/** A gateway endpoint of the network. */
export interface TierGatewayEndpoint extends Pick<GatewayEndpointProps, 'service' | 'allow'> {
  /**
   * Whose route tables get the route.
   * @default - every tier that is not public, or all if there is no other
   */
  readonly tiers?: readonly Tier[];
}

export interface TieredNetworkProps {
  /**
   * The addresses. Give props rather than a plan to have its faults reported under this construct's path.
   * @default - the sixteen-subnet plan in 10.16.0.0/16
   */
  readonly plan?: AddressPlan | AddressPlanProps;
  /**
   * Draws the network's range from a pool at deployment, instead of the plan's `cidr`. The plan then gives only positions.
   * @default - the plan's `cidr`
   */
  readonly ipam?: PoolDraw;
  /**
   * Zones in use, 1 to the plan's slots. More can be added later; nothing that exists changes.
   * @default - the plan's
   */
  readonly zones?: number;
  /**
   * The zones by name, in plan order. Once deployed the order must stay.
   * @default - the Region's first ones, taken at deployment
   */
  readonly availabilityZones?: readonly string[];
  /**
   * Whether `availabilityZones` may name Local Zones.
   * @default false
   */
  readonly localZones?: boolean;
  /**
   * Why a network of one zone is enough here; without a reason one zone is refused.
   * @default - at least two zones
   */
  readonly singleZoneReason?: string;
  /**
   * How private tiers reach the IPv4 internet.
   * @default NatStrategy.single(), or none() where there is no private tier
   */
  readonly nat?: NatStrategy;
  /**
   * Where IPv6 addresses come from; with them the network is dual-stack, and private tiers reach the IPv6 internet through
   * an egress-only gateway.
   * @default - IPv4 only
   */
  readonly ipv6?: Ipv6Block;
  /**
   * Private routes to S3 and DynamoDB, by construct id.
   * @default - S3 and DynamoDB, for every tier that is not public
   */
  readonly gatewayEndpoints?: Readonly<Record<string, TierGatewayEndpoint>>;
  /**
   * Where flow logs of the whole network go.
   * @default - none are written
   */
  readonly flowLogs?: FlowDestination;
  /**
   * Further IPv4 blocks, at most four, of the primary one's private family or of 100.64.0.0/10.
   * @default - none
   */
  readonly secondaryCidrs?: readonly string[];
  /**
   * Forces every instance onto hardware of its own, which costs extra for each instance and by the hour for the Region.
   * @default - each instance decides
   */
  readonly dedicatedTenancy?: { readonly acceptExtraCost: true };
}

/**
 * A VPC in tiers: public, private and isolated subnets at the addresses of a plan, each with a route table of its own, NAT
 * by strategy, gateway endpoints, names on, the default security group emptied.
 *
 * Without a public or private tier nothing gets in or out. Adding a zone, filling a reserved tier or changing the NAT
 * strategy changes no subnet and no route table that exists.
 *
 * Zones are taken by position in the Region's list, so that a stack needs neither an account nor a look-up; name them with
 * `availabilityZones` where the order must not depend on the account.
 *
 * @claims network-three-tiers, network-vpc-spans-azs, network-vpc-closed-by-default, network-growth-safe-plan,
 * network-sixteen-subnet-plan, network-secondary-cidr, network-secondary-cidr-families, network-ipv6-block, network-tenancy,
 * network-subnet-auto-assign, network-dns-attributes, network-resolver-address, network-ipv6-egress-only,
 * network-az-in-own-region, network-sg-default-lockdown, network-nat64, network-explicit-route-tables,
 * network-subnets-interconnected
 */
export class TieredNetwork extends Construct {
  readonly vpc: IVpc;
  readonly plan: AddressPlan;
  /** Zones in use. */
  readonly zones: number;
  readonly nat: NatStrategy;
  readonly gatewayEndpoints: Readonly<Record<string, IGatewayVpcEndpoint>>;
  /** The flow logs, where they are written. */
  readonly flowCapture?: FlowCapture;
  /** Where the network's own resolver answers. */
  readonly resolverAddress: string;
  /** All addresses there are, in the families the network has. */
  readonly everywhere: readonly string[];
  /** The public addresses by which private tiers are seen outside; none where AWS chooses them or there is no NAT. */
  readonly egressAddresses: readonly string[];
  private readonly secondaries: readonly CfnVPCCidrBlock[];
  private readonly added: string[] = [];

  constructor(scope: Construct, id: string, props: TieredNetworkProps = {}) {
    super(scope, id);
    const plan = this.planOf(props);
    const zones = props.zones ?? props.availabilityZones?.length ?? plan.zones;
    const has = (wanted: (tier: TierSpec) => boolean) => plan.tiers.some(wanted);
    const hasPrivateTier = has(({ access }) => access === 'private');
    const hasPublicTier = has(({ access }) => access === 'public');
    const hasIpv6OnlyTier = has(({ ipv6Only }) => ipv6Only === true);
    const nat = props.nat ?? (hasPrivateTier ? NatStrategy.single() : NatStrategy.none());
    const { secondaryCidrs = [], gatewayEndpoints = defaultEndpoints } = props;
    refuse(this, [
      ...zoneFaults(zones, plan, props),
      ...availabilityZoneFaults(props, Stack.of(this).region),
      ...nat.faults({ zones, hasPublicTier, hasPrivateTier, hasIpv6OnlyTier }),
      ...secondaryCidrFaults('secondaryCidrs', plan.cidr, secondaryCidrs),
      props.ipam &&
        secondaryCidrs.length > 0 &&
        `secondaryCidrs are ${secondaryCidrs.join(', ')} beside a pool; the range drawn is not known before, so leave one of the two out`,
      hasIpv6OnlyTier && !props.ipv6 && 'a tier is ipv6Only, but the network has no IPv6 addresses; give ipv6',
      ...Object.entries(gatewayEndpoints).flatMap(([key, { tiers = [] }]) =>
        tiers.map((tier) => this.tierFault(`gatewayEndpoints ${key}`, tier, plan)),
      ),
    ]);
    this.plan = plan.withZones(zones);
    this.zones = zones;
    this.nat = nat;
    this.resolverAddress = props.ipam ? '169.254.169.253' : resolverAddress(plan.cidr);

    const parts = nat.parts(zones);
    const addresses = new PlannedAddresses(plan, props.ipv6, props.ipam);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: addresses,
      availabilityZones: [...(props.availabilityZones ?? firstZones(zones))],
      subnetConfiguration: plan.tiers
        .filter(({ access }) => access !== 'reserved')
        .map((tier) => subnetConfiguration(tier, parts, props)),
      natGateways: parts.count,
      ...(parts.provider && { natGatewayProvider: parts.provider }),
      createInternetGateway: hasPublicTier || parts.count > 0,
      ...(props.ipv6 && { ipProtocol: IpProtocol.DUAL_STACK, ipv6Addresses: addresses }),
      enableDnsSupport: true,
      enableDnsHostnames: true,
      ...(props.dedicatedTenancy && { defaultInstanceTenancy: DefaultInstanceTenancy.DEDICATED }),
      restrictDefaultSecurityGroup: true,
    });
    this.vpc = vpc;
    this.everywhere = props.ipv6 ? anywhere : [anywhere[0]];
    this.egressAddresses = waitForInternet(vpc);
    if (props.ipam) vpc.node.defaultChild!.node.addDependency(props.ipam.pool.filled);
    this.secondaries = secondaryCidrs.map(
      (cidrBlock) => new CfnVPCCidrBlock(this, `Secondary${cidrBlock}`, { vpcId: vpc.vpcId, cidrBlock }),
    );
    for (const { name, ipv6Only } of plan.tiers) if (ipv6Only) this.makeIpv6Only(name, parts);

    this.gatewayEndpoints = Object.fromEntries(
      Object.entries(gatewayEndpoints).map(([key, options]) => [key, this.gatewayEndpoint(key, options)]),
    );
    if (props.flowLogs)
      this.flowCapture = new FlowCapture(this, 'FlowLogs', {
        source: FlowSource.vpc(vpc),
        destination: props.flowLogs,
      });
    const dependency = nat.dependency(zones);
    if (dependency !== undefined) Annotations.of(this).addWarningV2('groundplan:natZoneDependency', dependency);
  }

  /** Zones that the plan has room for. */
  get zoneSlots(): number {
    return this.plan.zoneSlots;
  }

  /** A tier's subnets, one in each zone. */
  subnets(tier: Tier): SubnetSelection {
    refuse(this, [this.tierFault('subnets', tier, this.plan)]);
    return { subnetGroupName: tier };
  }

  /** The blocks of a tier's subnets, in zone order. */
  cidrs(tier: Tier): string[] {
    return this.vpc.selectSubnets(this.subnets(tier)).subnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock);
  }

  /**
   * Adds an isolated subnet in a secondary block; the primary one is divided by the plan.
   *
   * @param zone the zone's position, from 0
   */
  addSubnet(id: string, cidr: string, zone: number): ISubnet {
    const blocks = this.secondaries.map(({ cidrBlock }) => cidrBlock!);
    refuse(this, [
      blocks.length === 0 &&
        `subnet ${cidr} has no secondary block to lie in; give secondaryCidrs, or fill a reserved tier`,
      ...(blocks.length === 0 ? [] : subnetFaults(blocks, [...this.added, cidr])),
      !(Number.isInteger(zone) && zone >= 0 && zone < this.zones) &&
        `zone of ${id} is ${zone}; the network has ${this.zones}, so give 0 to ${this.zones - 1}`,
    ]);
    this.added.push(cidr);
    const subnet = new PrivateSubnet(this, id, {
      vpcId: this.vpc.vpcId,
      cidrBlock: cidr,
      availabilityZone: this.vpc.availabilityZones[zone],
      mapPublicIpOnLaunch: false,
    });
    subnet.node.addDependency(...this.secondaries);
    return subnet;
  }

  /** With a pool the plan's range is any of the right size: only its size and the positions in it count. */
  private planOf({ plan = {}, ipam }: TieredNetworkProps): AddressPlan {
    const literal = plan instanceof AddressPlan || plan.cidr !== undefined;
    refuse(this, [
      ipam && literal && `plan gives ${plan.cidr} beside a pool; leave out one of the two`,
      ipam?.pool.netmaskFault(ipam.netmaskLength),
    ]);
    if (plan instanceof AddressPlan) return plan;
    const props = ipam ? { ...plan, cidr: `10.0.0.0/${ipam.netmaskLength}` } : plan;
    refuse(this, AddressPlan.faults(props));
    return new AddressPlan(props);
  }

  private tierFault(name: string, tier: Tier, plan: AddressPlan): string | undefined {
    const made = plan.tiers.filter(({ access }) => access !== 'reserved').map((one) => one.name);
    return made.includes(tier) ? undefined : `${name} asks for tier ${tier}; tiers with subnets are ${made.join(', ')}`;
  }

  private gatewayEndpoint(id: string, { service, tiers, allow }: TierGatewayEndpoint): IGatewayVpcEndpoint {
    const made = this.plan.tiers.filter(({ access }) => access !== 'reserved');
    const inner = made.filter(({ access }) => access !== 'public');
    const chosen = tiers ?? (inner.length > 0 ? inner : made).map(({ name }) => name);
    const { endpoint } = new GatewayEndpoint(this, id, {
      vpc: this.vpc,
      service,
      subnets: chosen.map((tier) => this.subnets(tier)),
      ...(allow && { allow }),
    });
    return endpoint;
  }

  /** The CDK's subnets know no IPv6-only form. */
  private makeIpv6Only(tier: Tier, { provider }: NatParts): void {
    const gateways = provider!.configuredGateways;
    for (const subnet of this.vpc.selectSubnets(this.subnets(tier)).subnets) {
      const gateway = gateways.find(({ az }) => az === subnet.availabilityZone) ?? gateways[0];
      (subnet as PrivateSubnet).addIpv6Nat64Route(gateway.gatewayId);
      const resource = subnet.node.defaultChild as CfnSubnet;
      resource.cidrBlock = undefined;
      resource.mapPublicIpOnLaunch = undefined;
      resource.ipv6Native = true;
      resource.enableDns64 = true;
    }
  }
}

const defaultEndpoints: Readonly<Record<string, TierGatewayEndpoint>> = {
  S3: { service: GatewayVpcEndpointAwsService.S3 },
  DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
};

/** Without an account the CDK would give two zones; by position there are as many as the plan says. */
const firstZones = (zones: number): string[] => {
  const all = Fn.getAzs();
  return Array.from({ length: zones }, (_, i) => Fn.select(i, all));
};

/**
 * Addresses and gateways fail to be made before the internet gateway is attached; the CDK makes only some of them wait.
 *
 * @returns the addresses
 */
function waitForInternet(vpc: Vpc): string[] {
  const all = vpc.node.findAll();
  const attachment = all.find((node) => node instanceof CfnVPCGatewayAttachment);
  const addresses = all.filter((node) => node instanceof CfnEIP);
  for (const node of [...addresses, ...all.filter((one) => one instanceof CfnNatGateway)])
    node.node.addDependency(attachment!);
  return addresses.map(({ ref }) => ref);
}

function subnetConfiguration(
  { name, access, autoAssignPublicIp = false }: TierSpec,
  nat: NatParts,
  { ipv6 }: TieredNetworkProps,
): SubnetConfiguration {
  if (access === 'public') return { name, subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: autoAssignPublicIp };
  const leaves = access === 'private' && (nat.count > 0 || ipv6 !== undefined);
  return { name, subnetType: leaves ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED };
}
