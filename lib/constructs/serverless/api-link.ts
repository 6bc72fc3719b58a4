import { VpcLink, type IVpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Connections,
  type IConnectable,
  type ISecurityGroup,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { TierSecurityGroup } from '../network/tier-security-group';

export interface ApiLinkProps {
  readonly vpc: IVpc;
  /** Where the link has its interfaces: private subnets of two or more zones. */
  readonly subnets: SubnetSelection;
}

/**
 * The way of APIs into a network: to load balancers and services that have no public address. It has a security group of its own,
 * which a balancer admits (`Exposure.internal([link])`); left to itself, the CDK makes a link without any, which opens nothing on a
 * listener that is closed.
 *
 * It serves REST and HTTP APIs alike: it is a VPC link of the second version, which leads to any number of balancers. For a REST API
 * give it to `ApiTarget.linkedProxy`.
 *
 * @claims serverless-integration-private
 */
export class ApiLink extends Construct implements IConnectable {
  readonly link: IVpcLink;
  readonly connections: Connections;
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { vpc, subnets: selection }: ApiLinkProps) {
    super(scope, id);
    const { subnets } = vpc.selectSubnets(selection);
    const publicIds = vpc.publicSubnets.map(({ subnetId }) => subnetId);
    refuse(this, [
      subnets.length < 2 &&
        `subnets are ${subnets.length}; give one in each of two or more zones, or the API fails with its zone`,
      subnets.some(({ subnetId }) => publicIds.includes(subnetId)) &&
        'subnets are public, which an API does not need to get in; give private ones',
    ]);
    const group = new TierSecurityGroup(this, 'Group', { vpc, description: 'The way of APIs into the network' });
    this.securityGroup = group.securityGroup;
    this.connections = group.connections;
    this.link = new VpcLink(this, 'Link', { vpc, subnets: { subnets }, securityGroups: [group.securityGroup] });
  }
}
