import { Stack } from 'aws-cdk-lib';
import { Peer, type IPeer } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { managedPrefixLists } from './managed-prefix-lists';

/**
 * The addresses from which EC2 Instance Connect opens SSH: the prefix lists that AWS keeps for it in each Region, one for
 * IPv4 and one for IPv6. They have another id in every Region, so the deployment asks for them by name.
 *
 * @claims network-connect-public
 */
export class InstanceConnectRanges extends Construct {
  /** The lists as the other side of security group rules, IPv4 first. */
  readonly peers: readonly IPeer[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { region } = Stack.of(this);
    this.peers = managedPrefixLists(this, {
      Ipv4: `com.amazonaws.${region}.ec2-instance-connect`,
      Ipv6: `com.amazonaws.${region}.ipv6.ec2-instance-connect`,
    }).map((list) => Peer.prefixList(list));
  }
}
