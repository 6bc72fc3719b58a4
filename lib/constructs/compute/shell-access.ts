import { Stack, Validations } from 'aws-cdk-lib';
import {
  CfnInstanceConnectEndpoint,
  KeyPair,
  KeyPairType,
  Port,
  type Connections,
  type IKeyPair,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { TierSecurityGroup } from '../network/tier-security-group';

/** What a way of access may change. */
export interface ShellAccessHost {
  /** Below which it makes what it needs. */
  readonly template: Construct;
  readonly vpc: IVpc;
  readonly role: IRole;
  readonly connections: Connections;
}

/** What a way of access puts on an instance. */
export interface ShellAccessParts {
  readonly keyPair?: IKeyPair;
  /** A group for shells alone. */
  readonly group?: ISecurityGroup;
}

/**
 * How a person gets a shell on an instance.
 *
 * @claims compute-session-access, compute-admin-port-guard
 */
export abstract class ShellAccess {
  /**
   * AWS Systems Manager Session Manager: no port, no key, no public address; IAM decides who may, CloudTrail records who did.
   *
   * The instance needs a way out to `ssm` and `ssmmessages` on port 443, through NAT or interface endpoints. The role gets the
   * five actions sessions need; the managed policy `AmazonSSMManagedInstanceCore` would also let it read every parameter.
   */
  static sessionManager(): ShellAccess {
    return new SessionManager();
  }

  /**
   * An EC2 Instance Connect Endpoint: SSH on port 22 from the endpoint's own security group and from nowhere else, with a key
   * that lives for a minute. One endpoint per VPC and subnet; it costs nothing.
   *
   * @param subnet where the endpoint stands; a private one
   */
  static instanceConnect(subnet: ISubnet): ShellAccess {
    return new InstanceConnect(subnet);
  }

  /**
   * SSH with a key pair whose private half EC2 puts into Parameter Store and nowhere else, from known ranges only, by a
   * security group of its own. Whoever reads that parameter can log in; Session Manager needs no key.
   *
   * @param from blocks that may open port 22; at least one, and never the world
   */
  static keyPair(from: readonly string[]): ShellAccess {
    return new KeyPairAccess(from);
  }

  /** No shell. */
  static none(): ShellAccess {
    return new NoAccess();
  }

  /** Opens the way. */
  abstract open(host: ShellAccessHost): ShellAccessParts;
}

class SessionManager extends ShellAccess {
  open({ role }: ShellAccessHost): ShellAccessParts {
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
    return {};
  }
}

class InstanceConnect extends ShellAccess {
  constructor(private readonly subnet: ISubnet) {
    super();
  }

  open({ template, vpc, connections }: ShellAccessHost): ShellAccessParts {
    const group = new TierSecurityGroup(template, 'Connect', {
      vpc,
      description: 'The Instance Connect Endpoint, from which shells are opened',
    });
    connections.allowFrom(group, Port.tcp(22), 'Shells through the Instance Connect Endpoint');
    new CfnInstanceConnectEndpoint(template, 'ConnectEndpoint', {
      subnetId: this.subnet.subnetId,
      securityGroupIds: [group.securityGroup.securityGroupId],
    });
    return {};
  }
}

class KeyPairAccess extends ShellAccess {
  constructor(private readonly from: readonly string[]) {
    super();
  }

  open({ template, vpc }: ShellAccessHost): ShellAccessParts {
    refuse(template, [
      this.from.length === 0 &&
        'access is by key pair from nowhere; name the ranges that may open port 22, or use ShellAccess.sessionManager()',
    ]);
    const group = new TierSecurityGroup(template, 'Ssh', {
      vpc,
      description: 'Shells by SSH from known ranges',
      port: 22,
    });
    for (const range of this.from) group.allowFromCidr(range);
    return {
      keyPair: new KeyPair(template, 'Key', { type: KeyPairType.ED25519 }),
      group: group.securityGroup,
    };
  }
}

class NoAccess extends ShellAccess {
  open(): ShellAccessParts {
    return {};
  }
}
