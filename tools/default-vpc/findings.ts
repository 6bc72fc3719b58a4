import {
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  paginateDescribeNetworkInterfaces,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';

/** What belongs to a default VPC and goes with it. */
export interface DefaultVpc {
  readonly vpcId: string;
  readonly gatewayIds: readonly string[];
  readonly subnetIds: readonly string[];
  /** Why it must stay, one sentence for each kind of thing that somebody put into it. */
  readonly inUse: readonly string[];
}

/** The id of a Region's default VPC; nothing where there is none. */
export async function defaultVpcIn(ec2: EC2Client): Promise<string | undefined> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: [where('is-default', 'true')] }));
  return Vpcs[0]?.VpcId;
}

/** What there is of a default VPC, and what keeps it from being removed. */
export async function look(ec2: EC2Client, vpcId: string): Promise<DefaultVpc> {
  const Filters = [where('vpc-id', vpcId)];
  const { InternetGateways = [] } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: [where('attachment.vpc-id', vpcId)] }),
  );
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters }));
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
  return {
    vpcId,
    gatewayIds: InternetGateways.map(({ InternetGatewayId }) => InternetGatewayId!),
    subnetIds: Subnets.map(({ SubnetId }) => SubnetId!).sort(),
    inUse: [
      ...kept('network interfaces', await interfacesIn(ec2, Filters), 'move or delete what they belong to'),
      ...kept(
        'security groups of its own',
        SecurityGroups.filter(({ GroupName }) => GroupName !== 'default').map(({ GroupId }) => GroupId!),
        'delete them',
      ),
      ...kept(
        'route tables beside the main one',
        RouteTables.filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main)).map(
          ({ RouteTableId }) => RouteTableId!,
        ),
        'delete them',
      ),
      ...kept(
        'network ACLs beside the default one',
        NetworkAcls.filter(({ IsDefault }) => !IsDefault).map(({ NetworkAclId }) => NetworkAclId!),
        'delete them',
      ),
      ...kept(
        'endpoints',
        VpcEndpoints.filter(({ State }) => State?.toLowerCase() !== 'deleted').map(
          ({ VpcEndpointId }) => VpcEndpointId!,
        ),
        'delete them',
      ),
      ...kept('peerings', await peeringsOf(ec2, vpcId), 'delete them'),
    ],
  };
}

async function interfacesIn(ec2: EC2Client, Filters: Filter[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters }))
    for (const { NetworkInterfaceId, Description } of NetworkInterfaces)
      found.push(Description ? `${NetworkInterfaceId} (${Description})` : NetworkInterfaceId!);
  return found;
}

async function peeringsOf(ec2: EC2Client, vpcId: string): Promise<string[]> {
  const sides = ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'];
  const answers = await Promise.all(
    sides.map((side) => ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters: [where(side, vpcId)] }))),
  );
  return answers
    .flatMap(({ VpcPeeringConnections = [] }) => VpcPeeringConnections)
    .filter(({ Status }) => !gone.has(Status?.Code ?? ''))
    .map(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId!);
}

const gone = new Set(['deleted', 'deleting', 'rejected', 'failed', 'expired']);

const where = (Name: string, value: string): Filter => ({ Name, Values: [value] });

const kept = (what: string, ids: readonly string[], remedy: string): string[] =>
  ids.length === 0 ? [] : [`it has ${what}: ${ids.join(', ')}; ${remedy}, then run this again`];
