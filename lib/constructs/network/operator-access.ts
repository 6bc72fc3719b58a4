import { Stack, Validations } from 'aws-cdk-lib';
import {
  Port,
  type Connections,
  type IConnectable,
  type IKeyPair,
  type ISecurityGroup,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import type { Bastion } from './bastion';
import type { ConnectEndpoint } from './connect-endpoint';
import type { InstanceConnectRanges } from './instance-connect-ranges';
import { mayOpenSessions, mayOpenTunnels, maySendKeys } from './operator-rights';
import type { SessionLog } from './session-log';
import { ShellKey } from './shell-key';
import { TierSecurityGroup } from './tier-security-group';

/** What a way of access may change. */
export interface AccessHost {
  /** The construct the host is made in; what this host alone needs is made below it. */
  readonly scope: Construct;
  readonly vpc: IVpc;
  readonly role: IRole;
  readonly connections: Connections;
}

/** What a way of access puts on a host. */
export interface AccessParts {
  readonly keyPair?: IKeyPair;
  /** A group for shells alone. */
  readonly group?: ISecurityGroup;
}

export interface OperatorOptions {
  /**
   * Who may open shells on these hosts, and by this right on no others.
   * @default - whoever is allowed to elsewhere
   */
  readonly operators?: readonly IGrantable[];
}

export interface SessionOptions extends OperatorOptions {
  /**
   * The private way to Systems Manager, for hosts that have none through NAT: interface endpoints for `ssm` and `ssmmessages`,
   * and for `logs` where sessions are written down.
   * @default - hosts get there through NAT; refused where the network has no way out
   */
  readonly endpoints?: readonly IConnectable[];
  /**
   * Where sessions are written down; the operators may then open no others.
   * @default - CloudTrail alone records who opened which session
   */
  readonly log?: SessionLog;
}

export interface SshOptions extends OperatorOptions {
  /**
   * The user of the host's system that operators may become.
   * @default ec2-user
   */
  readonly user?: string;
}

export interface KeyPairOptions {
  /** Blocks that may open port 22; at least one, and never the world. */
  readonly allowFrom: readonly string[];
  /**
   * Who may read the private half.
   * @default - whoever is allowed to elsewhere
   */
  readonly readers?: readonly IGrantable[];
}

/**
 * How a person gets a shell on a host.
 *
 * The first two open no port to any address and are the ones to take. With the others port 22 is open to addresses that are
 * named one by one, and never to the world.
 *
 * @claims network-session-access, network-connect-endpoint, network-connect-public, network-bastion, network-key-pair,
 * compute-session-access, compute-admin-port-guard, operations-session-access
 */
export class OperatorAccess {
  /**
   * AWS Systems Manager Session Manager: no port, no key, no public address; IAM decides who may, CloudTrail records who did.
   *
   * The host needs a way to `ssm` and `ssmmessages` on port 443, through NAT or `endpoints`. Its role gets the five actions
   * sessions need; the managed policy `AmazonSSMManagedInstanceCore` would also let it read every parameter.
   */
  static session(options: SessionOptions = {}): OperatorAccess {
    return new OperatorAccess((host) => openSessions(host, options));
  }

  /** SSH or RDP through an EC2 Instance Connect Endpoint, from its security group and from nowhere else; the host needs no public address. */
  static connectEndpoint(endpoint: ConnectEndpoint, options: SshOptions = {}): OperatorAccess {
    return new OperatorAccess((host) => {
      host.connections.allowFrom(endpoint, Port.tcp(endpoint.port), 'Shells through the Instance Connect Endpoint');
      mayOpenTunnels(host.scope, endpoint, options);
      return {};
    });
  }

  /** EC2 Instance Connect to a public address: a key that lives for a minute, and port 22 open to the service's own addresses. */
  static instanceConnect(ranges: InstanceConnectRanges, options: SshOptions = {}): OperatorAccess {
    return new OperatorAccess((host) => {
      for (const peer of ranges.peers)
        host.connections.allowFrom(peer, Port.tcp(22), 'Shells through EC2 Instance Connect');
      maySendKeys(host.scope, options);
      return {};
    });
  }

  /**
   * SSH by way of a jump host: port 22 opens to the jump host's group alone. Where the jump host has a key pair, operators may
   * read its private half, which fits both hosts; where not, EC2 Instance Connect puts a key on both for a minute.
   */
  static bastion(bastion: Bastion, options: SshOptions = {}): OperatorAccess {
    return new OperatorAccess((host) => {
      host.connections.allowFrom(bastion, Port.tcp(22), 'Shells from the jump host');
      const { key } = bastion;
      if (key) {
        for (const operator of options.operators ?? []) key.grantRead(operator);
        return { keyPair: key.keyPair };
      }
      maySendKeys(host.scope, options);
      maySendKeys(bastion, options);
      return {};
    });
  }

  /**
   * SSH straight to the host with a key pair of its own, from known ranges only, by a security group of its own. Whoever reads
   * the private half can log in.
   */
  static keyPair(options: KeyPairOptions): OperatorAccess {
    return new OperatorAccess((host) => openSsh(host, options));
  }

  /** No shell. */
  static none(): OperatorAccess {
    return new OperatorAccess(() => ({}));
  }

  /** Opens the way to a host. */
  readonly open: (host: AccessHost) => AccessParts;

  private constructor(open: (host: AccessHost) => AccessParts) {
    this.open = open;
  }
}

function openSessions(host: AccessHost, { endpoints = [], log, operators }: SessionOptions): AccessParts {
  const { scope, vpc, role, connections } = host;
  refuse(scope, [
    endpoints.length === 0 &&
      isClosed(vpc) &&
      'sessions have no way out of this network, whose subnets are all isolated; give endpoints for ssm and ssmmessages, or NAT',
  ]);
  const instances = Stack.of(role).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['ssm:UpdateInstanceInformation'], resources: [instances] }),
  );
  Validations.of(role).acknowledge({
    id: wildcardFinding(role, instances),
    reason:
      'An instance has its id only once it runs, so its role cannot name it; with this action it tells Systems Manager about an instance of this account and Region, and changes nothing.',
  });
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      resources: ['*'],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason:
      'The agent of Session Manager opens its channels before it has a name to be limited to, so these four actions take no resource; they let the instance offer a session and nothing else.',
  });
  log?.grantWrite(role);
  for (const endpoint of endpoints) connections.allowTo(endpoint, Port.tcp(443), 'Sessions by interface endpoint');
  mayOpenSessions(scope, operators ?? [], log);
  return {};
}

const isClosed = ({ isolatedSubnets, privateSubnets, publicSubnets }: IVpc): boolean =>
  isolatedSubnets.length > 0 && privateSubnets.length + publicSubnets.length === 0;

function openSsh({ scope, vpc }: AccessHost, { allowFrom, readers }: KeyPairOptions): AccessParts {
  refuse(scope, [
    allowFrom.length === 0 &&
      'allowFrom is empty; name the ranges that may open port 22, or use OperatorAccess.session()',
  ]);
  const group = new TierSecurityGroup(scope, 'Ssh', { vpc, description: 'Shells by SSH from known ranges', port: 22 });
  for (const range of allowFrom) group.allowFromCidr(range);
  const { keyPair } = new ShellKey(scope, 'Key', { ...(readers && { readers }) });
  return { keyPair, group: group.securityGroup };
}
