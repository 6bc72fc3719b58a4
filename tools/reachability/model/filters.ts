import type { Resource } from '../parse/resource';
import { asMap, asNumber, describe, Reference, Unknown, type Tri, type Value } from '../parse/values';
import { everywhere, type Block, type Family } from '../space/blocks';
import { certain, perhaps, type Extent } from '../space/extent';
import { everything, protocolNumber, rule } from '../space/traffic';
import type { Acl, AclEntry, GroupRule, SecurityGroup, Vpc } from './network';
import { managedRange } from './managed-ranges';
import { foreign, keyOf, mentioned, type Site } from './site';

type Direction = 'ingress' | 'egress';

/** Network ACLs and security groups, those of the templates and those a VPC has by itself. */
export class Filters {
  private readonly acls = new Map<string, Acl>();
  private readonly groups = new Map<string, SecurityGroup>();
  private readonly prefixLists = new Map<string, readonly Block[]>();

  constructor(private readonly site: Site) {
    for (const acl of site.of('AWS::EC2::NetworkAcl'))
      this.acls.set(acl.key, { key: acl.key, name: acl.name, entries: [] });
    for (const list of site.of('AWS::EC2::PrefixList')) this.prefixLists.set(list.key, this.entriesOf(list));
    for (const question of site.of('Custom::AWS')) {
      const known = managedRange(question);
      if (known !== undefined) this.prefixLists.set(question.key, known);
    }
  }

  /** Reads rules and entries; only now are the VPCs there whose defaults they may add to. */
  fill(vpcOf: (value: Value) => Vpc): void {
    for (const group of this.site.of('AWS::EC2::SecurityGroup')) this.groups.set(group.key, newGroup(group, vpcOf));
    for (const type of clusterTypes)
      for (const cluster of this.site.of(type)) this.groups.set(cluster.key, clusterGroup(cluster));
    for (const group of this.site.of('AWS::EC2::SecurityGroup')) this.addInlineRules(group);
    for (const direction of ['ingress', 'egress'] as const)
      for (const one of this.site.of(
        direction === 'ingress' ? 'AWS::EC2::SecurityGroupIngress' : 'AWS::EC2::SecurityGroupEgress',
      ))
        this.group(one.get('GroupId') ?? one.get('GroupName'))[direction].push(
          ...this.rules((name) => one.get(name), direction, one.exists, one.key),
        );
    for (const group of this.site.of('AWS::EC2::SecurityGroup')) this.addDefaultEgress(group);
    for (const entry of this.site.of('AWS::EC2::NetworkAclEntry')) this.addEntry(entry);
    for (const acl of this.acls.values()) acl.entries.sort((a, b) => a.number - b.number);
  }

  get allGroups(): readonly SecurityGroup[] {
    return [...this.groups.values()];
  }

  /** The security group a property names. */
  group(value: Value): SecurityGroup {
    const key = keyOf(value);
    const known = this.groups.get(key);
    if (known) return known;
    const [, template] = /^parameter (.+)\.[A-Za-z0-9]+(?:\[|$)/.exec(key) ?? [];
    const made: SecurityGroup = {
      key,
      name: mentioned('the security group', value),
      ...(template !== undefined && { template, isParameter: true }),
      ingress: [],
      egress: [],
      open: new Unknown(
        `the rules of ${mentioned('the security group', value)} are not in the templates`,
        foreign('', value).key,
      ),
    };
    this.groups.set(key, made);
    return made;
  }

  acl(value: Value): Acl {
    const key = keyOf(value);
    return (
      this.acls.get(key) ?? {
        key,
        name: mentioned('the network ACL', value),
        entries: [],
        foreign: foreign('the network ACL', value),
      }
    );
  }

  /** What every VPC has: it lets everything through, until somebody adds entries. */
  defaultAcl(vpc: string, name: string, why?: Unknown): Acl {
    const entries = [true, false].flatMap((egress) =>
      ([4, 6] as const).map((family): AclEntry => ({
        number: family === 4 ? 100 : 101,
        allow: true,
        egress,
        block: everywhere[family],
        extent: certain(everything),
        exists: true,
      })),
    );
    const acl: Acl = {
      key: `\${${vpc}.DefaultNetworkAcl}`,
      name: `the default network ACL of ${name}`,
      entries: why ? [] : entries,
      ...(why && { foreign: why }),
    };
    this.acls.set(acl.key, acl);
    return acl;
  }

  /** What every VPC has: its members may talk to each other and to everyone, unless the template empties it. */
  defaultGroup(vpc: string, name: string, why?: Unknown): SecurityGroup {
    const key = `\${${vpc}.DefaultSecurityGroup}`;
    const emptied = this.site
      .of('Custom::VpcRestrictDefaultSG')
      .some((resource) => keyOf(resource.get('DefaultSecurityGroupId')) === key);
    const group: SecurityGroup = {
      key,
      name: `the default security group of ${name}`,
      ingress: [],
      egress: [],
      ...(why && { open: why }),
    };
    if (!emptied && !why) {
      group.ingress.push({ extent: certain(everything), peer: { group }, exists: true });
      group.egress.push(toEveryone);
    }
    this.groups.set(key, group);
    return group;
  }

  /** The ranges of a prefix list, or why they are not known. */
  prefixList(value: Value): readonly Block[] | Unknown {
    return (
      this.prefixLists.get(keyOf(value)) ??
      (value instanceof Unknown
        ? value
        : new Unknown(`the ranges of the prefix list ${describe(value)} are not in the templates`))
    );
  }

  private entriesOf(list: Resource): readonly Block[] {
    const family: Family = list.get('AddressFamily') === 'IPv6' ? 6 : 4;
    return list
      .list('Entries')
      .map((entry) => this.site.blockIn(asMap(entry).Cidr, family, `${list.key}: Entries`))
      .filter((one): one is Block => !(one instanceof Unknown));
  }

  private addInlineRules(resource: Resource): void {
    const group = this.groups.get(resource.key)!;
    for (const direction of ['ingress', 'egress'] as const) {
      const name = direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress';
      for (const one of resource.list(name)) {
        if (one instanceof Unknown)
          group[direction].push({ extent: perhaps(everything, one.reason), peer: one, exists: true });
        else
          group[direction].push(
            ...this.rules((property) => asMap(one)[property], direction, true, `${resource.key}: ${name}`),
          );
      }
    }
  }

  /** A group that is given no rule outwards has one to everyone; the first rule of its own takes that one away. */
  private addDefaultEgress(resource: Resource): void {
    const group = this.groups.get(resource.key)!;
    if (group.egress.length === 0) group.egress.push(toEveryone);
  }

  private rules(get: (name: string) => Value, direction: Direction, exists: Tri, where: string): GroupRule[] {
    const extent = ruleExtent(get('IpProtocol'), get('FromPort'), get('ToPort'));
    if (typeof extent === 'string') {
      this.site.faults.push(`${where}: ${extent}`);
      return [];
    }
    const side = direction === 'ingress' ? 'Source' : 'Destination';
    const peers = [
      ...(['CidrIp', 'CidrIpv6'] as const).map((name) => this.blockPeer(get(name), name, where)),
      this.groupPeer(get(`${side}SecurityGroupId`) ?? get(`${side}SecurityGroupName`)),
      this.prefixListPeer(get(`${side}PrefixListId`)),
    ];
    return peers.filter((peer) => peer !== undefined).map((peer) => ({ extent, peer, exists }));
  }

  private blockPeer(value: Value, name: string, where: string): GroupRule['peer'] | undefined {
    if (value === undefined) return undefined;
    const one = this.site.blockIn(value, name === 'CidrIp' ? 4 : 6, `${where}: ${name}`);
    return one instanceof Unknown ? undefined : { blocks: [one] };
  }

  private groupPeer(value: Value): GroupRule['peer'] | undefined {
    return value === undefined ? undefined : { group: this.group(value) };
  }

  private prefixListPeer(value: Value): GroupRule['peer'] | undefined {
    if (value === undefined) return undefined;
    const blocks = this.prefixList(value);
    return blocks instanceof Unknown ? blocks : { blocks, name: describe(value) };
  }

  private addEntry(entry: Resource): void {
    const acl = this.acls.get(keyOf(entry.get('NetworkAclId')));
    const number = asNumber(entry.get('RuleNumber'));
    const extent = entryExtent(entry);
    if (typeof extent === 'string' || number === undefined) {
      this.site.faults.push(
        `${entry.key}: ${typeof extent === 'string' ? extent : 'RuleNumber is missing; number the entry from 1 to 32766'}`,
      );
      return;
    }
    const v4 = this.site.block(entry, 'CidrBlock', 4);
    const block = v4 ?? this.site.block(entry, 'Ipv6CidrBlock', 6);
    if (block === undefined || acl === undefined) return;
    const [allow, egress] = [entry.get('RuleAction'), entry.get('Egress') ?? false];
    const open = [number, allow, egress].find((value) => value instanceof Unknown);
    // What an open value may be, the entry is tried as.
    const allows = allow instanceof Unknown ? [true, false] : [describe(allow).toLowerCase() === 'allow'];
    const sides = egress instanceof Unknown ? [true, false] : [describe(egress) === 'true'];
    const exists = open instanceof Unknown ? open : entry.exists;
    const at = number instanceof Unknown ? 0 : number;
    for (const side of sides)
      for (const action of allows) acl.entries.push({ number: at, allow: action, egress: side, block, extent, exists });
  }
}

/** What EKS makes a security group of its own for. */
export const clusterTypes = ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'] as const;

/** The group EKS makes for a cluster and its nodes: its members may talk to each other, and to everyone. */
function clusterGroup(cluster: Resource): SecurityGroup {
  const group: SecurityGroup = {
    key: cluster.key,
    name: `the security group of ${cluster.name}`,
    ingress: [],
    egress: [toEveryone],
  };
  group.ingress.push({ extent: certain(everything), peer: { group }, exists: true });
  return group;
}

const toEveryone: GroupRule = {
  extent: certain(everything),
  peer: { blocks: [everywhere[4], everywhere[6]] },
  exists: true,
};

function newGroup(resource: Resource, vpcOf: (value: Value) => Vpc): SecurityGroup {
  return {
    key: resource.key,
    name: resource.name,
    template: resource.stack.name,
    vpc: vpcOf(resource.get('VpcId')),
    ingress: [],
    egress: [],
  };
}

/** What a rule of a group is about; a sentence where it is malformed. */
function ruleExtent(protocol: Value, from: Value, to: Value): Extent | string {
  if (protocol === undefined) return 'a rule has no IpProtocol; write tcp, udp, icmp or -1';
  if (protocol instanceof Unknown || protocol instanceof Reference) return perhaps(everything, describe(protocol));
  if (Number.isNaN(protocolNumber(describe(protocol))))
    return `IpProtocol is ${describe(protocol)}; write tcp, udp, icmp, icmpv6, a number or -1`;
  return portsExtent(describe(protocol), from, to);
}

function entryExtent(entry: Resource): Extent | string {
  const protocol = entry.get('Protocol');
  if (protocol === undefined) return 'Protocol is missing; write 6 for TCP, 17 for UDP, 1 for ICMP or -1';
  if (protocol instanceof Unknown) return perhaps(everything, protocol.reason);
  const number = protocolNumber(describe(protocol));
  if (Number.isNaN(number)) return `Protocol is ${describe(protocol)}; write 6 for TCP, 17 for UDP, 1 for ICMP or -1`;
  if (number === 1 || number === 58) return portsExtent(String(number), entry.get('Icmp.Type'), entry.get('Icmp.Code'));
  return portsExtent(String(number), entry.get('PortRange.From'), entry.get('PortRange.To'));
}

function portsExtent(protocol: string, from: Value, to: Value): Extent {
  const [low, high] = [asNumber(from), asNumber(to)];
  const open = [low, high].find((port) => port instanceof Unknown);
  if (open instanceof Unknown) return perhaps(rule(protocol), open.reason);
  return certain(rule(protocol, low as number | undefined, high as number | undefined));
}
