import { CfnRoute } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { HandBuiltNetwork } from '../../constructs/network/hand-built-network';
import { forwarding, NatHostGroup } from '../../constructs/network/nat-host';
import { anywhere } from '../../constructs/network/ports';
import { mayForward } from '../../constructs/network/route-rules';
import { SmallHost } from '../../constructs/network/small-host';

export interface NatProps {
  readonly network: HandBuiltNetwork;
}

/** The way out of the private subnets: a host in a public one that forwards, and the route to it. Nothing comes in by it. */
export class Nat extends Construct {
  /** The public address that private hosts are seen by. */
  readonly address: string;
  readonly instanceId: string;

  constructor(scope: Construct, id: string, { network }: NatProps) {
    super(scope, id);
    const host = new SmallHost(this, 'Instance', {
      vpc: network.vpc,
      subnet: network.vpc.publicSubnets[0],
      securityGroup: new NatHostGroup(this, 'Group', {
        vpc: network.vpc,
        privateCidrs: network.cidrs('private'),
      }),
      userData: forwarding(),
      // It gets packets that are addressed to others.
      sourceDestCheck: false,
    });
    mayForward(host);
    this.address = host.addAddress(network.internet);
    this.instanceId = host.instanceId;

    new CfnRoute(this, 'WayOut', {
      routeTableId: network.privateRouteTableId,
      destinationCidrBlock: anywhere[0],
      instanceId: host.instanceId,
    });
  }
}
