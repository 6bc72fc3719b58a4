import { ipv6BlocksOf, pooledBlock } from '../parse/attributes';
import { isSeveral, type Resource } from '../parse/resource';
import { asMap, asResource, asTri, describe, equal, Unknown, type Tri, type Value } from '../parse/values';
import { blockOf } from '../parse/addresses';
import { unknownBlock, type Block } from '../space/blocks';
import type { Filters } from './filters';
import type { Gateway, RouteTable, Subnet, Vpc } from './network';
import { foreign, keyOf, mentioned, type Site } from './site';

/** The VPCs and subnets of the templates, and those the templates only mention. */
export class Vpcs {
  private readonly vpcs = new Map<string, Vpc>();
  private readonly subnets = new Map<string, Subnet>();

  constructor(
    private readonly site: Site,
    private readonly filters: Filters,
  ) {
    for (const vpc of site.of('AWS::EC2::VPC')) this.vpcs.set(vpc.key, this.vpcFrom(vpc));
    for (const association of site.of('AWS::EC2::VPCCidrBlock')) this.addBlock(association);
    for (const attachment of site.of('AWS::EC2::VPCGatewayAttachment')) this.attach(attachment);
    for (const subnet of site.of('AWS::EC2::Subnet')) this.subnets.set(subnet.key, this.subnetFrom(subnet));
    for (const rule of site.of('AWS::EC2::VPCBlockPublicAccessOptions')) this.blockInternet(rule);
  }

  get all(): readonly Vpc[] {
    return [...this.vpcs.values()];
  }

  get allSubnets(): readonly Subnet[] {
    return [...this.subnets.values()];
  }

  /** The VPC a property names; the Region's default one where it names none. */
  vpc(value: Value): Vpc {
    const key = value === undefined ? 'the default VPC' : keyOf(value);
    const known = this.vpcs.get(key);
    if (known) return known;
    const why =
      value === undefined ? new Unknown('the default VPC is not in the templates') : foreign('the VPC', value);
    const made = this.makeVpc(key, value === undefined ? key : mentioned('the VPC', value), [], why);
    this.vpcs.set(key, made);
    return made;
  }

  /**
   * The subnet a property names.
   *
   * @param home the VPC it is in when the templates do not describe it, as far as that is known
   */
  subnet(value: Value, home?: Vpc): Subnet {
    const key = keyOf(value);
    const known = this.subnets.get(key);
    if (known) return known;
    const why = foreign('the subnet', value);
    const space = (family: 4 | 6) =>
      unknownBlock(
        family,
        { key: `${key} ${family}`, reason: why.reason, isPublic: family === 6 },
        mentioned('the subnet', value),
      );
    const made: Subnet = {
      key,
      name: mentioned('the subnet', value),
      tier: mentioned('the subnet', value),
      ...(isSeveral(key) && { isSeveral: true }),
      vpc: home ?? this.makeVpc(`VPC of ${key}`, `the VPC of ${mentioned('the subnet', value)}`, [], why),
      v4: space(4),
      v6: space(6),
      table: {
        key: `table of ${key}`,
        name: `the route table of ${mentioned('the subnet', value)}`,
        routes: [],
        open: why,
      },
      acl: {
        key: `ACL of ${key}`,
        name: `the network ACL of ${mentioned('the subnet', value)}`,
        entries: [],
        foreign: why,
      },
      mapsPublic: why,
      assignsV6: why,
      dns64: why,
    };
    this.subnets.set(key, made);
    return made;
  }

  /** The gateway a property names, where it is attached to a VPC of the templates. */
  gateway(value: Value): Gateway | undefined {
    const key = keyOf(value);
    return this.all.flatMap((vpc) => [vpc.internetGateway, vpc.vpnGateway]).find((gateway) => gateway?.key === key);
  }

  private vpcFrom(resource: Resource): Vpc {
    const literal = this.site.block(resource, 'CidrBlock', 4);
    return this.makeVpc(resource.key, resource.name, [literal ?? pooledBlock(resource)]);
  }

  private makeVpc(key: string, name: string, blocks: Block[], why?: Unknown): Vpc {
    const mainTable: RouteTable = {
      key: `${key} main`,
      name: `the main route table of ${name}`,
      routes: [],
      ...(why && { open: why }),
    };
    const vpc: Vpc = {
      kind: 'vpc',
      key,
      name,
      blocks,
      mainTable,
      defaultAcl: this.filters.defaultAcl(key, name, why),
      defaultGroup: this.filters.defaultGroup(key, name, why),
      ...(why && { foreign: why }),
    };
    if (!why) mainTable.routes.push({ destination: blocks[0], target: { to: 'local' }, origin: 'local', exists: true });
    return vpc;
  }

  private addBlock(association: Resource): void {
    const { blocks } = this.vpc(association.get('VpcId'));
    const v4 = this.site.block(association, 'CidrBlock', 4);
    if (v4) blocks.push(v4);
    const v6 = ipv6BlocksOf(asResource(association.get('VpcId')), () => this.site.of('AWS::EC2::VPCCidrBlock'));
    for (const value of v6) {
      const one = blockOf(value, 6);
      if (!(one instanceof Unknown) && !blocks.some(({ text }) => text === one.text)) blocks.push(one);
    }
  }

  private attach(attachment: Resource): void {
    const vpc = this.vpc(attachment.get('VpcId'));
    for (const type of ['internet', 'vpn'] as const) {
      const value = attachment.get(type === 'internet' ? 'InternetGatewayId' : 'VpnGatewayId');
      if (value === undefined) continue;
      const gateway: Gateway = { key: keyOf(value), name: describe(value), type, exists: attachment.exists };
      if (type === 'internet') vpc.internetGateway = gateway;
      else vpc.vpnGateway = gateway;
    }
  }

  private subnetFrom(resource: Resource): Subnet {
    const vpc = this.vpc(resource.get('VpcId'));
    const v6Value = resource.get('Ipv6CidrBlock');
    const v6 = v6Value === undefined ? undefined : this.site.block(resource, 'Ipv6CidrBlock', 6);
    const isV6Only = asTri(resource.get('Ipv6Native'), false) === true;
    const v4 = isV6Only ? undefined : (this.site.block(resource, 'CidrBlock', 4) ?? pooledBlock(resource));
    const zone = resource.get('AvailabilityZone');
    return {
      key: resource.key,
      name: resource.name.replace(/\/Subnet$/, ''),
      tier: tierOf(resource),
      vpc,
      ...(v4 && { v4 }),
      ...(v6 && { v6 }),
      ...(typeof zone === 'string' && { zone }),
      table: vpc.mainTable,
      acl: vpc.defaultAcl,
      mapsPublic: asTri(resource.get('MapPublicIpOnLaunch'), false),
      assignsV6: isV6Only || asTri(resource.get('AssignIpv6AddressOnCreation'), false),
      dns64: asTri(resource.get('EnableDns64'), false),
    };
  }

  /** The rule of an account that keeps internet gateways shut, and its exclusions. */
  private blockInternet(rule: Resource): void {
    const mode = rule.get('InternetGatewayBlockMode');
    const excluded = this.site.of('AWS::EC2::VPCBlockPublicAccessExclusion');
    for (const vpc of this.vpcs.values()) {
      const exclusion = excluded
        .find((one) => keyOf(one.get('VpcId')) === vpc.key)
        ?.get('InternetGatewayExclusionMode');
      if (mode === 'off' || exclusion === 'allow-bidirectional') continue;
      if (mode === 'block-bidirectional' && exclusion === undefined) vpc.blockedInternet = 'both';
      else vpc.blockedInternet = 'inbound';
    }
  }
}

/** What the CDK calls the group of subnets, or the subnet's own name without its number. */
function tierOf(resource: Resource): string {
  const tag = resource
    .list('Tags')
    .map(asMap)
    .find(({ Key }) => Key === 'aws-cdk:subnet-name');
  if (typeof tag?.Value === 'string') return tag.Value;
  const name = resource.name
    .replace(/\/Subnet$/, '')
    .split('/')
    .at(-1)!;
  return name.replace(/[-_]?(Subnet)?[-_]?\d+$/i, '') || name;
}

/** Whether two values name the same zone, as far as the template tells. */
export const sameZone = (a: string | undefined, b: string | undefined): Tri =>
  a === undefined || b === undefined ? new Unknown('the zone of a subnet is chosen at deployment') : equal(a, b);
