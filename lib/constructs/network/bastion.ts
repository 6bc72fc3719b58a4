import type { Connections, IConnectable, IInstance, InstanceType, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { refuse } from '../faults';
import type { ShellKey } from './shell-key';
import { SmallHost } from './small-host';
import { TierSecurityGroup } from './tier-security-group';

export interface BastionProps {
  readonly vpc: IVpc;
  /** A public subnet. */
  readonly subnet: ISubnet;
  /** Blocks that may open SSH to it; at least one, and never the world. */
  readonly allowFrom: readonly string[];
  /**
   * What must be there before it has an address: the attachment of the internet gateway.
   * @default - what the subnet knows of its way to the internet
   */
  readonly internet?: IDependable;
  /**
   * The keys of the jump host and of the hosts behind it.
   * @default - none; EC2 Instance Connect puts one there for a minute
   */
  readonly key?: ShellKey;
  /**
   * The kind of host.
   * @default - t4g.nano
   */
  readonly instanceType?: InstanceType;
}

/**
 * A jump host: SSH from listed addresses to it, and from it on to hosts without public addresses. It can open nothing else
 * and loads nothing; `ssh -J` passes through it without leaving a key there.
 *
 * Session Manager does the same without an open port, a public address or a host to look after.
 *
 * @claims network-bastion, network-bastion-image
 */
export class Bastion extends Construct implements IConnectable {
  readonly host: IInstance;
  readonly connections: Connections;
  readonly key?: ShellKey;
  /** The public address. */
  readonly address: string;

  constructor(scope: Construct, id: string, props: BastionProps) {
    super(scope, id);
    const { vpc, subnet, allowFrom, key, instanceType } = props;
    refuse(this, [
      allowFrom.length === 0 &&
        'allowFrom is empty; list the addresses operators come from, such as 198.51.100.7/32, or use OperatorAccess.session(), which needs no open port',
    ]);
    const group = new TierSecurityGroup(this, 'Group', {
      vpc,
      description: 'The jump host: SSH from listed addresses',
      port: 22,
    });
    for (const range of allowFrom) group.allowFromCidr(range);
    this.connections = group.connections;
    const host = new SmallHost(this, 'Instance', {
      vpc,
      subnet,
      securityGroup: group.securityGroup,
      ...(instanceType && { instanceType }),
      ...(key && { keyPair: key.keyPair }),
    });
    this.host = host;
    this.address = host.addAddress(props.internet ?? subnet.internetConnectivityEstablished);
    if (key) this.key = key;
  }
}
