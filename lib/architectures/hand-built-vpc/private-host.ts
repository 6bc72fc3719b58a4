import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { HandBuiltNetwork } from '../../constructs/network/hand-built-network';
import type { OperatorAccess } from '../../constructs/network/operator-access';
import { SmallHost } from '../../constructs/network/small-host';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { ports } from './ports';

export interface PrivateHostProps {
  readonly network: HandBuiltNetwork;
  /** How operators get a shell on it. */
  readonly access: OperatorAccess;
}

/** A host without a public address, as databases and workers are: it loads its updates by HTTPS and admits operators. */
export class PrivateHost extends Construct {
  readonly instanceId: string;
  /** Its only address. */
  readonly address: string;

  constructor(scope: Construct, id: string, { network, access }: PrivateHostProps) {
    super(scope, id);
    const { vpc } = network;
    const group = new TierSecurityGroup(this, 'Group', {
      vpc,
      description: 'Private host: SSH from the jump host only',
    });
    group.allowOutbound(ports.https, network.everywhere);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const { keyPair } = access.open({ scope: this, vpc, role, connections: group.connections });
    const host = new SmallHost(this, 'Instance', {
      vpc,
      subnet: vpc.isolatedSubnets[0],
      securityGroup: group.securityGroup,
      role,
      ...(keyPair && { keyPair }),
    });
    this.instanceId = host.instanceId;
    this.address = host.instancePrivateIp;
  }
}
