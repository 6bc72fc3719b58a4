import type { Resource, Template } from '../../../tools/template/stack';
import { NetworkModel, type ModelOptions } from '../../../tools/reachability/network-model';

type Properties = Readonly<Record<string, unknown>>;

export const ref = (id: string) => ({ Ref: id });
export const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

/** `tcp 443`, `tcp 1024-65535`, `icmp 8`, `all`, as the properties of a rule. */
function ports(text: string): Properties {
  const [protocol, range] = text.split(' ');
  if (protocol === 'all') return { IpProtocol: '-1' };
  if (protocol === 'icmp') return { IpProtocol: 'icmp', FromPort: Number(range ?? -1), ToPort: -1 };
  const [from, to = from] = (range ?? '0-65535').split('-').map(Number);
  return { IpProtocol: protocol, FromPort: from, ToPort: to };
}

/** A block, a prefix list `pl:Offices`, or a security group, as the peer of a rule. */
function peer(text: string, side: 'Source' | 'Destination'): Properties {
  if (/^[\d.]+\/\d+$/.test(text)) return { CidrIp: text };
  if (text.includes(':') && !text.startsWith('pl:')) return { CidrIpv6: text };
  if (text.startsWith('pl-')) return { [`${side}PrefixListId`]: text };
  if (text.startsWith('pl:')) return { [`${side}PrefixListId`]: ref(text.slice(3)) };
  return { [`${side}SecurityGroupId`]: att(text, 'GroupId') };
}

/** A rule of a group: what, and from or to whom. */
export type RuleText = readonly [what: string, who: string];

/** Draws networks by hand, in few words: each method adds what its name says to a template. */
export class Sketch {
  readonly resources: Record<string, Resource> = {};
  readonly sections: Record<string, unknown> = {};

  add(id: string, type: string, properties: Properties = {}, attributes: Properties = {}): this {
    this.resources[id] = {
      Type: type.startsWith('Custom::') ? type : `AWS::${type}`,
      Properties: properties,
      ...attributes,
    };
    return this;
  }

  without(id: string): this {
    delete this.resources[id];
    return this;
  }

  vpc(id: string, cidr: unknown): this {
    return this.add(id, 'EC2::VPC', { CidrBlock: cidr });
  }

  /** A subnet named like its VPC with a number behind it, `A1`, in its own zone. */
  subnet(id: string, cidr: unknown, more: Properties = {}): this {
    const vpc = id.replace(/\d+$/, '');
    return this.add(id, 'EC2::Subnet', { VpcId: ref(vpc), CidrBlock: cidr, AvailabilityZone: 'eu-west-1a', ...more });
  }

  /** A route table for some subnets, with its routes: `0.0.0.0/0` to `{ GatewayId: ref('Igw') }`. */
  table(id: string, subnets: readonly string[], routes: Readonly<Record<string, Properties>> = {}): this {
    const vpc = (subnets[0] ?? id.replace('Table', '')).replace(/\d+$/, '');
    this.add(id, 'EC2::RouteTable', { VpcId: ref(vpc) });
    for (const subnet of subnets)
      this.add(`${id}Of${subnet}`, 'EC2::SubnetRouteTableAssociation', {
        RouteTableId: ref(id),
        SubnetId: ref(subnet),
      });
    for (const [destination, target] of Object.entries(routes)) this.route(id, destination, target);
    return this;
  }

  route(table: string, destination: string, target: Properties): this {
    const key = destination.includes(':') ? 'DestinationIpv6CidrBlock' : 'DestinationCidrBlock';
    const id = `${table}To${destination.replace(/[^0-9a-zA-Z]/g, 'x')}${Object.keys(this.resources).length}`;
    return this.add(id, 'EC2::Route', { RouteTableId: ref(table), [key]: destination, ...target });
  }

  igw(id: string, vpc: string): this {
    return this.add(id, 'EC2::InternetGateway').add(`${id}Attachment`, 'EC2::VPCGatewayAttachment', {
      VpcId: ref(vpc),
      InternetGatewayId: ref(id),
    });
  }

  nat(id: string, subnet: string, more: Properties = {}): this {
    return this.add(id, 'EC2::NatGateway', { SubnetId: ref(subnet), AllocationId: 'eipalloc-1', ...more });
  }

  peering(id: string, one: string, other: string, more: Properties = {}): this {
    return this.add(id, 'EC2::VPCPeeringConnection', { VpcId: ref(one), PeerVpcId: ref(other), ...more });
  }

  /** A group with its rules; without rules outwards it lets everything out. */
  group(id: string, vpc: string, ingress: readonly RuleText[] = [], egress?: readonly RuleText[]): this {
    const rules = (list: readonly RuleText[], side: 'Source' | 'Destination') =>
      list.map(([what, who]) => ({ ...ports(what), ...peer(who, side) }));
    return this.add(id, 'EC2::SecurityGroup', {
      VpcId: ref(vpc),
      GroupDescription: id,
      SecurityGroupIngress: rules(ingress, 'Source'),
      ...(egress && { SecurityGroupEgress: egress.length > 0 ? rules(egress, 'Destination') : [nowhere] }),
    });
  }

  ingress(group: string, what: string, who: string): this {
    return this.add(`${group}In${Object.keys(this.resources).length}`, 'EC2::SecurityGroupIngress', {
      GroupId: att(group, 'GroupId'),
      ...ports(what),
      ...peer(who, 'Source'),
    });
  }

  /** A network ACL for some subnets; entries are `100 in allow tcp 443 from 0.0.0.0/0`. */
  acl(id: string, subnets: readonly string[], entries: readonly string[]): this {
    this.add(id, 'EC2::NetworkAcl', { VpcId: ref(subnets[0].replace(/\d+$/, '')) });
    for (const subnet of subnets)
      this.add(`${id}Of${subnet}`, 'EC2::SubnetNetworkAclAssociation', {
        NetworkAclId: ref(id),
        SubnetId: ref(subnet),
      });
    for (const entry of entries) this.entry(id, entry);
    return this;
  }

  entry(acl: string, text: string): this {
    const [, number, way, action, protocol, range, block] =
      /^(\d+) (in|out) (allow|deny) (\w+)(?: ([\d-]+))? (?:from|to) (\S+)$/.exec(text)!;
    const [from, to = from] = (range ?? '').split('-').map(Number);
    return this.add(`${acl}${way}${number}`, 'EC2::NetworkAclEntry', {
      NetworkAclId: ref(acl),
      RuleNumber: Number(number),
      RuleAction: action,
      Egress: way === 'out',
      Protocol: { tcp: 6, udp: 17, icmp: 1, all: -1 }[protocol],
      ...(range !== undefined &&
        (protocol === 'icmp' ? { Icmp: { Type: from, Code: -1 } } : { PortRange: { From: from, To: to } })),
      [block.includes(':') ? 'Ipv6CidrBlock' : 'CidrBlock']: block,
    });
  }

  /** An instance in a subnet, in a group. */
  host(id: string, subnet: string, group: string | undefined, more: Properties = {}): this {
    return this.add(id, 'EC2::Instance', {
      SubnetId: ref(subnet),
      ...(group !== undefined && { SecurityGroupIds: [att(group, 'GroupId')] }),
      ...more,
    });
  }

  section(name: string, content: unknown): this {
    this.sections[name] = content;
    return this;
  }

  get template(): Template {
    return { ...this.sections, Resources: this.resources };
  }

  model(options: ModelOptions = {}): NetworkModel {
    return NetworkModel.fromTemplates({ sketch: this.template }, options);
  }
}

const nowhere = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };

/** A VPC with a public and a private subnet, a gateway each way, and a host in each that everyone may reach. */
export function plainVpc(): Sketch {
  return new Sketch()
    .vpc('A', '10.0.0.0/16')
    .subnet('A1', '10.0.1.0/24', { MapPublicIpOnLaunch: true })
    .subnet('A2', '10.0.2.0/24')
    .igw('Igw', 'A')
    .nat('Nat', 'A1')
    .table('PublicTable', ['A1'], { '0.0.0.0/0': { GatewayId: ref('Igw') } })
    .table('PrivateTable', ['A2'], { '0.0.0.0/0': { NatGatewayId: ref('Nat') } })
    .group('Open', 'A', [['all', '0.0.0.0/0']])
    .host('Front', 'A1', 'Open')
    .host('Back', 'A2', 'Open');
}
