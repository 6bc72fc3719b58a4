import { Fn } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCGatewayAttachment,
  Vpc,
  type ISubnet,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { refuse } from '../faults';
import { vpcCidrFaults } from './cidr';
import { anywhere } from './ports';
import type { FilteredNetwork } from './subnet-firewall';
import { SubnetBlocks } from './subnet-blocks';

/** A subnet with the route to the internet, or one without. */
export type HandBuiltTier = 'public' | 'private';

export interface HandBuiltNetworkProps {
  /**
   * The VPC's block.
   * @default 192.168.0.0/16
   */
  readonly cidr?: string;
  /**
   * The subnets' blocks: first the public ones in zone order, then the private ones.
   * @default SubnetBlocks.listed(['192.168.1.0/24', '192.168.2.0/24', '192.168.3.0/24', '192.168.4.0/24'])
   */
  readonly blocks?: SubnetBlocks;
  /**
   * Zones in use, in each a public and a private subnet; 1 to 6.
   * @default 2
   */
  readonly zones?: number;
}

/**
 * A network made one resource at a time, for reading: a VPC, subnets, an internet gateway and its attachment, a public route
 * table with the route to it, a private one with nothing but the local route, and an association for every subnet.
 *
 * Nothing is left to the main table, which a subnet without an association would follow. For a network to run, with room to
 * grow, take `TieredNetwork`.
 *
 * @claims network-hand-built-vpc
 */
export class HandBuiltNetwork extends Construct implements FilteredNetwork {
  readonly vpc: IVpc;
  /** The VPC's block. */
  readonly cidr: string;
  /** The route table of the public subnets. */
  readonly publicRouteTableId: string;
  /** The route table of the private subnets, to which a way out may be added. */
  readonly privateRouteTableId: string;
  /** What everything waits for that needs the internet. */
  readonly internet: IDependable;
  readonly everywhere: readonly string[] = [anywhere[0]];
  readonly zoneSlots: number;

  constructor(scope: Construct, id: string, props: HandBuiltNetworkProps = {}) {
    super(scope, id);
    const { cidr = '192.168.0.0/16', blocks = usual, zones = 2 } = props;
    refuse(this, [
      ...vpcCidrFaults('cidr', cidr),
      !(Number.isInteger(zones) && zones >= 1 && zones <= 6) &&
        `zones is ${zones}; a Region has at most 6, so give 1 to 6`,
      ...blocks.faults(cidr, 2 * zones),
    ]);
    this.cidr = cidr;
    this.zoneSlots = zones;

    const vpc = new CfnVPC(this, 'Vpc', { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true });

    const gateway = new CfnInternetGateway(this, 'InternetGateway');
    const attachment = new CfnVPCGatewayAttachment(this, 'Attachment', {
      vpcId: vpc.ref,
      internetGatewayId: gateway.ref,
    });

    const publicTable = new CfnRouteTable(this, 'PublicTable', { vpcId: vpc.ref });
    const privateTable = new CfnRouteTable(this, 'PrivateTable', { vpcId: vpc.ref });
    const toInternet = new CfnRoute(this, 'ToInternet', {
      routeTableId: publicTable.ref,
      destinationCidrBlock: anywhere[0],
      gatewayId: gateway.ref,
    });
    toInternet.addResourceDependency(attachment);

    const subnet = (tier: HandBuiltTier, zone: number, cidrBlock: string, table: CfnRouteTable): CfnSubnet => {
      const name = `${tier === 'public' ? 'Public' : 'Private'}${String.fromCharCode(65 + zone)}`;
      const resource = new CfnSubnet(this, name, {
        vpcId: vpc.ref,
        cidrBlock,
        availabilityZone: Fn.select(zone, Fn.getAzs()),
        // The route makes a subnet public. Hosts that need an address of their own are given one.
        mapPublicIpOnLaunch: false,
        // By which the CDK, and tools that read its templates, know the subnets of a tier.
        tags: [{ key: 'aws-cdk:subnet-name', value: tier }],
      });
      new CfnSubnetRouteTableAssociation(this, `${name}Association`, {
        subnetId: resource.ref,
        routeTableId: table.ref,
      });
      return resource;
    };
    const positions = Array.from({ length: zones }, (_, zone) => zone);
    const publicBlocks = positions.map((zone) => blocks.inTemplate(vpc, zone));
    const privateBlocks = positions.map((zone) => blocks.inTemplate(vpc, zones + zone));
    const publicSubnets = positions.map((zone) => subnet('public', zone, publicBlocks[zone], publicTable));
    const privateSubnets = positions.map((zone) => subnet('private', zone, privateBlocks[zone], privateTable));

    // What other constructs know of it.
    this.vpc = Vpc.fromVpcAttributes(this, 'Whole', {
      vpcId: vpc.ref,
      vpcCidrBlock: cidr,
      availabilityZones: publicSubnets.map(({ attrAvailabilityZone }) => attrAvailabilityZone),
      publicSubnetIds: publicSubnets.map(({ ref }) => ref),
      publicSubnetIpv4CidrBlocks: publicBlocks,
      publicSubnetRouteTableIds: positions.map(() => publicTable.ref),
      isolatedSubnetIds: privateSubnets.map(({ ref }) => ref),
      isolatedSubnetIpv4CidrBlocks: privateBlocks,
      isolatedSubnetRouteTableIds: positions.map(() => privateTable.ref),
    });
    this.publicRouteTableId = publicTable.ref;
    this.privateRouteTableId = privateTable.ref;
    this.internet = toInternet;
  }

  /** A tier's subnets, one in each zone. */
  subnets(tier: HandBuiltTier): SubnetSelection {
    return { subnets: this.of(tier) };
  }

  /** The blocks of a tier's subnets, in zone order. */
  cidrs(tier: HandBuiltTier): string[] {
    return this.of(tier).map(({ ipv4CidrBlock }) => ipv4CidrBlock);
  }

  private of(tier: HandBuiltTier): ISubnet[] {
    return tier === 'public' ? this.vpc.publicSubnets : this.vpc.isolatedSubnets;
  }
}

const usual = SubnetBlocks.listed(['192.168.1.0/24', '192.168.2.0/24', '192.168.3.0/24', '192.168.4.0/24']);
