import { Lazy, Validations } from 'aws-cdk-lib';
import {
  Connections,
  Peer,
  Port,
  SecurityGroup,
  type CfnSecurityGroup,
  type IConnectable,
  type IPeer,
  type ISecurityGroup,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { anywhere, isIpv6, openPortFault, peerFault, portFault } from './ports';

export interface TierSecurityGroupProps {
  readonly vpc: IVpc;
  /** Who is behind the group, in 1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`. Changing it replaces the group. */
  readonly description: string;
  /**
   * The TCP port the tier answers on, 1 to 65,535; what `chain` and `allowInternally` open unless told otherwise.
   * @default - named at each rule
   */
  readonly port?: number;
}

/**
 * A security group that starts closed in both directions and is opened by naming other groups, so that tiers scale without
 * a rule being touched: the database admits the application's group, whatever addresses its members have.
 *
 * Groups are stateful: replies need no rule. Between tiers there are no addresses; those are for clients outside.
 *
 * @claims network-sg-defaults, network-sg-reference, network-icmp-ping, network-open-port-guard
 */
export class TierSecurityGroup extends Construct implements IConnectable {
  /**
   * Links tiers: each group admits the one before it, on its own `port`, and nobody else.
   *
   * @param groups from the entrance to the innermost tier
   */
  static chain(...groups: readonly TierSecurityGroup[]): void {
    groups.slice(1).forEach((group, i) => group.allowFrom(groups[i]));
  }

  readonly securityGroup: ISecurityGroup;
  readonly connections: Connections;
  private readonly port?: number;
  private open = false;

  constructor(scope: Construct, id: string, props: TierSecurityGroupProps) {
    super(scope, id);
    const { vpc, description, port } = props;
    refuse(this, [descriptionFault(description), portFault('port', port)]);
    this.securityGroup = new SecurityGroup(this, 'Group', { vpc, description, allowAllOutbound: false });
    keepClosedOutwards(this.securityGroup);
    this.connections = new Connections({ securityGroups: [this.securityGroup] });
    if (port !== undefined) this.port = port;
  }

  /** Admits another group on a TCP port, and lets that group out to this one. */
  allowFrom(peer: IConnectable, port: number | undefined = this.port): void {
    const number = this.known(port);
    this.connections.allowFrom(peer, Port.tcp(number), `tcp/${number} between tiers`);
  }

  /** Lets members talk to each other on a TCP port. */
  allowInternally(port: number | undefined = this.port): void {
    const number = this.known(port);
    this.connections.allowInternally(Port.tcp(number), `tcp/${number} among members`);
  }

  /**
   * Admits clients by address on a TCP port.
   *
   * @param cidr an IPv4 or IPv6 block in canonical form
   */
  allowFromCidr(cidr: string, port: number | undefined = this.port): void {
    const number = this.known(port);
    refuse(this, [peerFault('cidr', cidr), openPortFault(cidr, number, number)]);
    this.connections.allowFrom(peerOf(cidr), Port.tcp(number), `tcp/${number} from ${cidr}`);
  }

  /**
   * Admits everyone over IPv4 and IPv6; for the entrance of a public service, never for an administrative port.
   *
   * @param ports those of TCP
   * @param reason why the world is let in, a full sentence; it is kept with the finding that the rule packs raise
   * @param udpPorts those of UDP
   */
  allowFromAnywhere(ports: readonly number[], reason: string, udpPorts: readonly number[] = []): void {
    refuse(this, [
      ...ports.flatMap((port) => [portFault('port', port), openPortFault(anywhere[0], port, port)]),
      ...udpPorts.map((port) => portFault('port', port)),
      ports.length + udpPorts.length === 0 && 'ports are none; name at least one',
      reason.trim().length === 0 && 'reason is empty; say why the world is let in',
      this.open && 'allowFromAnywhere was called before; name all ports in one call',
    ]);
    this.open = true;
    for (const port of ports)
      for (const cidr of anywhere)
        this.connections.allowFrom(peerOf(cidr), Port.tcp(port), `tcp/${port} from anywhere`);
    for (const port of udpPorts)
      for (const cidr of anywhere)
        this.connections.allowFrom(peerOf(cidr), Port.udp(port), `udp/${port} from anywhere`);
    Validations.of(this.securityGroup).acknowledge({ id: 'AwsSolutions::AwsSolutions-EC23', reason });
  }

  /** Lets members open connections to addresses outside on a TCP port, such as 443 for packages and AWS services. */
  allowOutbound(port: number, cidrs: readonly string[] = anywhere): void {
    refuse(this, [portFault('port', port), ...cidrs.map((cidr) => peerFault('cidr', cidr))]);
    for (const cidr of cidrs) this.connections.allowTo(peerOf(cidr), Port.tcp(port), `tcp/${port} to ${cidr}`);
  }

  /** Lets another group ping members. The group is stateful, so the echo reply needs no rule. */
  allowPing(peer: IConnectable): void {
    this.connections.allowFrom(peer, Port.icmpPing(), 'Ping');
  }

  private known(port: number | undefined): number {
    refuse(this, [
      port === undefined && 'port is not given; name it in the props or at the rule',
      portFault('port', port),
    ]);
    return port!;
  }
}

const peerOf = (cidr: string): IPeer => (isIpv6(cidr) ? Peer.ipv6(cidr) : Peer.ipv4(cidr));

/**
 * EC2 lets everything out of a group whose template names no egress rule, and rules that name other groups are resources of
 * their own, which the group's template does not show. So it always names one, to nobody where there is no other.
 */
function keepClosedOutwards(group: ISecurityGroup): void {
  const resource = group.node.defaultChild as CfnSecurityGroup;
  const written = resource.securityGroupEgress;
  const nobody = {
    cidrIp: '127.0.0.1/32',
    ipProtocol: '-1',
    description: 'Nobody; no rule at all would mean everybody',
  };
  resource.securityGroupEgress = Lazy.uncachedAny({
    produce: (context) => {
      const rules = ((context.resolve(written) ?? []) as object[]).filter((rule) => !isPlaceholder(rule));
      return rules.length > 0 ? rules : [nobody];
    },
  });
}

/** What the CDK writes for the same purpose, and takes back too early. */
const isPlaceholder = (rule: { cidrIp?: unknown }): boolean => rule.cidrIp === '255.255.255.255/32';

function descriptionFault(description: string): string | undefined {
  const remedy = 'write 1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, saying who is behind the group';
  if (description.trim() === '') return `description is empty; ${remedy}`;
  if (description.length > 255) return `description has ${description.length} characters; ${remedy}`;
  const bad = /[^A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]/.exec(description);
  return bad ? `description is "${description}" with ${bad[0]}; ${remedy}` : undefined;
}
