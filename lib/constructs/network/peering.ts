import { Stack, Token } from 'aws-cdk-lib';
import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  CfnVPC,
  CfnVPCPeeringConnection,
  type ISecurityGroup,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { isNoAccount, refuse } from '../faults';
import { PeeringNames } from './peering-names';
import { PeeringRoutes, type PeeringSide } from './peering-routes';
import { peerHas } from './peering-rules';
import { portFault } from './ports';
import { blocksOf, type NamedBlocks } from './vpc-blocks';

/** The other network of a peering, where it stands in another Region or account, or was made elsewhere. */
export interface RemoteNetwork {
  /** The VPC, `vpc-…`. */
  readonly vpcId: string;
  /** All its IPv4 blocks, in canonical form. */
  readonly cidrs: readonly string[];
  /**
   * Its Region.
   * @default - that of the stack
   */
  readonly region?: string;
  /**
   * The account it belongs to, 12 digits; `acceptanceRoleArn` must be given too.
   * @default - that of the stack
   */
  readonly account?: string;
  /**
   * A role of that account by which the connection is accepted, see `PeeringAcceptanceRole`.
   * @default - none, within one account
   */
  readonly acceptanceRoleArn?: string;
}

export interface PeeringProps {
  /** The network that asks; it stands in the stack's account and Region. */
  readonly requester: PeeringSide;
  /** The network that is asked. */
  readonly accepter: PeeringSide | RemoteNetwork;
  /**
   * Whether public host names of the other side resolve to private addresses. A side in another Region or account needs a
   * `PeeringNames` of its own.
   * @default false
   */
  readonly privateNames?: boolean;
}

/**
 * Joins the private addresses of two VPCs, in one Region and account or across them: the connection, and in every chosen
 * table of the sides that are of this app a route for each block of the other.
 *
 * It joins these two and nothing behind them: no third network, and neither internet gateway, NAT, endpoints nor VPN of the
 * other side. Traffic never leaves Amazon's network; it is surely encrypted only across Regions and between Nitro instances.
 *
 * @claims network-peering, network-peering-overlap, network-peering-sg, network-peering-regions, network-peering-accounts,
 * network-peering-dns
 */
export class Peering extends Construct {
  /** The connection, `pcx-…`. */
  readonly peeringId: string;
  /** The blocks of the side that asks, for the routes of a side elsewhere. */
  readonly requesterCidrs: readonly string[];
  private readonly connection: CfnVPCPeeringConnection;
  private readonly remote?: RemoteNetwork;
  private readonly isInOneRegion: boolean;

  constructor(scope: Construct, id: string, props: PeeringProps) {
    super(scope, id);
    const { requester, accepter, privateNames = false } = props;
    const remote = 'vpcId' in accepter ? accepter : undefined;
    const { region } = Stack.of(this);
    refuse(this, [
      'vpc' in accepter && requester.vpc === accepter.vpc
        ? `requester and accepter are both ${requester.vpc.node.path}; a peering joins two VPCs, so name another one`
        : undefined,
      'vpc' in accepter ? strayFault(accepter.vpc, Stack.of(this)) : undefined,
      ...(remote ? remoteFaults(remote, requester.vpc) : []),
      ...(privateNames ? [requester, accepter].map((side) => ('vpc' in side ? nameFault(side.vpc) : undefined)) : []),
    ]);

    const own: NamedBlocks = { name: requester.vpc.node.path, cidrs: requester.cidrs ?? blocksOf(requester.vpc) };
    const peer: NamedBlocks =
      'vpc' in accepter
        ? { name: accepter.vpc.node.path, cidrs: accepter.cidrs ?? blocksOf(accepter.vpc) }
        : { name: remote!.vpcId, cidrs: remote!.cidrs };
    this.isInOneRegion = remote?.region === undefined || remote.region === region;
    this.connection = new CfnVPCPeeringConnection(this, 'Connection', {
      vpcId: requester.vpc.vpcId,
      peerVpcId: 'vpc' in accepter ? accepter.vpc.vpcId : accepter.vpcId,
      ...(!this.isInOneRegion && { peerRegion: remote!.region }),
      ...(remote?.account && { peerOwnerId: remote.account, peerRoleArn: remote.acceptanceRoleArn }),
    });
    this.peeringId = this.connection.ref;
    this.requesterCidrs = own.cidrs;
    if (remote) {
      this.remote = remote;
      peerHas(this.connection, peer);
    }

    new PeeringRoutes(this, 'FromRequester', { ...requester, peeringId: this.peeringId, peer });
    if ('vpc' in accepter)
      new PeeringRoutes(this, 'FromAccepter', { ...accepter, peeringId: this.peeringId, peer: own });
    if (privateNames)
      new PeeringNames(this, 'Names', {
        peeringId: this.peeringId,
        ...(remote && (!this.isInOneRegion || remote.account) && { sides: ['requester'] }),
      });
  }

  /**
   * Lets members of one security group reach members of another on a TCP port, across the peering. Only within one Region do
   * the two sides know each other's groups.
   *
   * @param from who opens connections: a group of this app, or the id of one on the remote side
   * @param to who answers, likewise
   */
  allow(from: ISecurityGroup | string, to: ISecurityGroup | string, port: number): void {
    const named = [from, to].find((group) => typeof group === 'string');
    refuse(this, [
      portFault('port', port),
      !this.isInOneRegion &&
        `a rule would name ${named ?? 'a group'} of ${this.remote!.region}; across Regions groups are not known, so admit addresses: allowFromCidr('${this.remote!.cidrs[0]}')`,
      ...[from, to].map(
        (group) =>
          typeof group === 'string' &&
          !/^sg-[0-9a-f]{8,17}$/.test(group) &&
          `a group is ${group}; give the id of a group on the remote side, such as sg-0123456789abcdef0, or a group of this app`,
      ),
      typeof from === 'string' &&
        typeof to === 'string' &&
        `${from} and ${to} are both given by id; the rules of this side need a group of this app`,
    ]);
    const rules = new Construct(this, `${labelOf(from)}To${labelOf(to)}${port}`);
    const tcp = { ipProtocol: 'tcp', fromPort: port, toPort: port, description: `tcp/${port} across a peering` };
    if (typeof to !== 'string')
      new CfnSecurityGroupIngress(rules, 'In', {
        ...tcp,
        groupId: to.securityGroupId,
        sourceSecurityGroupId: idOf(from),
        ...(typeof from === 'string' && this.remote?.account && { sourceSecurityGroupOwnerId: this.remote.account }),
      }).addResourceDependency(this.connection);
    if (typeof from !== 'string' && !from.allowAllOutbound) this.letOut(rules, from, to, tcp);
  }

  /** An outbound rule cannot say whose account a group is of, so towards another account it names addresses. */
  private letOut(
    rules: Construct,
    from: ISecurityGroup,
    to: ISecurityGroup | string,
    tcp: { readonly ipProtocol: string; readonly fromPort: number; readonly toPort: number },
  ): void {
    const out = { ...tcp, groupId: from.securityGroupId };
    if (typeof to !== 'string' || this.remote?.account === undefined) {
      new CfnSecurityGroupEgress(rules, 'Out', { ...out, destinationSecurityGroupId: idOf(to) }).addResourceDependency(
        this.connection,
      );
      return;
    }
    for (const cidrIp of this.remote.cidrs) new CfnSecurityGroupEgress(rules, `Out${cidrIp}`, { ...out, cidrIp });
  }
}

const idOf = (group: ISecurityGroup | string): string => (typeof group === 'string' ? group : group.securityGroupId);

const labelOf = (group: ISecurityGroup | string): string =>
  typeof group === 'string'
    ? group
    : group.node.path
        .split('/')
        .slice(1)
        .join('')
        .replace(/Group$/, '');

/** A VPC in another Region cannot get its routes from this stack. */
function strayFault(vpc: IVpc, stack: Stack): string | undefined {
  const { region } = vpc.env;
  return Token.isUnresolved(region) || Token.isUnresolved(stack.region) || region === stack.region
    ? undefined
    : `accepter is ${vpc.node.path} in ${region}, while the stack is in ${stack.region}; give its vpcId, cidrs and region, and put PeeringRoutes into a stack of ${region}`;
}

function remoteFaults({ vpcId, cidrs, account, acceptanceRoleArn }: RemoteNetwork, own: IVpc): (string | false)[] {
  const [, roleAccount] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/.+$/.exec(acceptanceRoleArn ?? '') ?? [];
  const role = acceptanceRoleArn !== undefined && !Token.isUnresolved(acceptanceRoleArn);
  return [
    !Token.isUnresolved(vpcId) &&
      !/^vpc-[0-9a-f]{8,17}$/.test(vpcId) &&
      `accepter has vpcId ${vpcId}; give an id such as vpc-0123456789abcdef0`,
    vpcId === own.vpcId && `requester and accepter are both ${vpcId}; a peering joins two VPCs, so name another one`,
    cidrs.length === 0 && `accepter ${vpcId} has no cidrs; name all its IPv4 blocks, which routes lead to`,
    account !== undefined &&
      acceptanceRoleArn === undefined &&
      `accepter is of account ${account} without acceptanceRoleArn; name the role there by which CloudFormation accepts, as PeeringAcceptanceRole makes it`,
    account === undefined &&
      acceptanceRoleArn !== undefined &&
      `accepter has acceptanceRoleArn ${acceptanceRoleArn} without account; name the account too, or leave the role out within one account`,
    account !== undefined && isNoAccount(account) && `accepter is of account ${account}; write its 12 digits`,
    role &&
      roleAccount === undefined &&
      `acceptanceRoleArn is ${acceptanceRoleArn}; write arn:aws:iam::${account ?? '111122223333'}:role/ and its name`,
    role &&
      roleAccount !== undefined &&
      account !== undefined &&
      roleAccount !== account &&
      `acceptanceRoleArn is a role of ${roleAccount}, but the VPC belongs to ${account}; name a role of ${account}`,
  ];
}

function nameFault(vpc: IVpc): string | undefined {
  const resource = vpc.node.defaultChild;
  if (!(resource instanceof CfnVPC)) return undefined;
  return resource.enableDnsSupport !== false && resource.enableDnsHostnames === true
    ? undefined
    : `privateNames needs enableDnsSupport and enableDnsHostnames on ${vpc.node.path}; switch both on`;
}
