import { Stack } from 'aws-cdk-lib';
import {
  CfnInstanceConnectEndpoint,
  type Connections,
  type IConnectable,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { TierSecurityGroup } from './tier-security-group';

export interface ConnectEndpointProps {
  readonly vpc: IVpc;
  /** Where it stands: a private subnet, from which it reaches hosts of the whole VPC. */
  readonly subnet: ISubnet;
  /**
   * The port it opens on hosts: 22 for SSH, 3389 for RDP.
   * @default 22
   */
  readonly port?: number;
}

/**
 * An EC2 Instance Connect Endpoint: the way from the AWS API into a VPC, to hosts without public addresses. It costs nothing.
 *
 * A VPC takes one until the quota is raised, whatever its zones; `HostRules` refuses a second.
 *
 * @claims network-connect-endpoint
 */
export class ConnectEndpoint extends Construct implements IConnectable {
  readonly connections: Connections;
  readonly port: number;
  readonly endpointId: string;

  constructor(scope: Construct, id: string, { vpc, subnet, port = 22 }: ConnectEndpointProps) {
    super(scope, id);
    refuse(this, [
      ![22, 3389].includes(port) &&
        `port is ${port}; the endpoint opens 22 (SSH) or 3389 (RDP), so give one of the two`,
    ]);
    const group = new TierSecurityGroup(this, 'Group', {
      vpc,
      description: 'The Instance Connect Endpoint, from which shells are opened',
    });
    this.connections = group.connections;
    this.port = port;
    this.endpointId = new CfnInstanceConnectEndpoint(this, 'Resource', {
      subnetId: subnet.subnetId,
      securityGroupIds: [group.securityGroup.securityGroupId],
    }).ref;
  }

  get arn(): string {
    return Stack.of(this).formatArn({
      service: 'ec2',
      resource: 'instance-connect-endpoint',
      resourceName: this.endpointId,
    });
  }
}
