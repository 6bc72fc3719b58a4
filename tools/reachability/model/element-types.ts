import { rule } from '../space/traffic';
import { either, type Traffic } from '../space/traffic';

/** How a resource type says where in the network it stands. Paths of properties have dots between their levels. */
export interface ElementType {
  /** Property with its subnets. */
  readonly subnets: string;
  /** Type of the resource that holds the subnets, where `subnets` names one, and the property there. */
  readonly subnetGroup?: readonly [type: string, property: string];
  /** Property with its security groups. */
  readonly groups: string;
  /**
   * What it listens on: the port its properties or its engine say, certain traffic, or nothing.
   * @default - everything
   */
  readonly listens?: 'port' | 'nothing' | Traffic;
  /**
   * Whether it begins connections.
   * @default true
   */
  readonly opens?: boolean;
  /** Property that gives it a public address, and the value that does. */
  readonly isPublic?: readonly [property: string, value: string];
  /** Property that gives it IPv6 addresses in dual-stack subnets, and the value that does. */
  readonly hasV6?: readonly [property: string, value: RegExp];
  /** Whether it is several machines that may talk among themselves. @default false */
  readonly isFleet?: boolean;
  /** What it is, in a sentence. */
  readonly is: string;
}

const dual = /^(dual|ipv6)/i;
const redis: Traffic = either(rule('tcp', 6379, 6380), rule('tcp', 11_211, 11_211));
const brokers: Traffic = either(rule('tcp', 9092, 9098), either(rule('tcp', 2181, 2182), rule('tcp', 11_001, 11_002)));
const fileShares: Traffic = [445, 988, 2049, 111, 5985, 635, 20_001, 20_002, 20_003, 3260, 11_104, 11_105]
  .map((port) => either(rule('tcp', port, port), rule('udp', port, port)))
  .reduce(either, rule('tcp', 1018, 1023));

/** Every type with interfaces in a VPC that needs no more words than these. */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  'AWS::Lambda::Function': {
    subnets: 'VpcConfig.SubnetIds',
    groups: 'VpcConfig.SecurityGroupIds',
    listens: 'nothing',
    hasV6: ['VpcConfig.Ipv6AllowedForDualStack', /true/],
    is: 'a function',
  },
  'AWS::ApiGatewayV2::VpcLink': {
    subnets: 'SubnetIds',
    groups: 'SecurityGroupIds',
    listens: 'nothing',
    is: 'a VPC link',
  },
  'AWS::AppRunner::VpcConnector': {
    subnets: 'Subnets',
    groups: 'SecurityGroups',
    listens: 'nothing',
    is: 'a VPC connector',
  },
  'AWS::CodeBuild::Project': {
    subnets: 'VpcConfig.Subnets',
    groups: 'VpcConfig.SecurityGroupIds',
    listens: 'nothing',
    is: 'a build',
  },
  'AWS::Batch::ComputeEnvironment': {
    subnets: 'ComputeResources.Subnets',
    groups: 'ComputeResources.SecurityGroupIds',
    isFleet: true,
    is: 'a compute environment',
  },
  'AWS::EC2::InstanceConnectEndpoint': {
    subnets: 'SubnetId',
    groups: 'SecurityGroupIds',
    listens: 'nothing',
    is: 'a connect endpoint',
  },
  'AWS::ECS::Service': {
    subnets: 'NetworkConfiguration.AwsvpcConfiguration.Subnets',
    groups: 'NetworkConfiguration.AwsvpcConfiguration.SecurityGroups',
    isPublic: ['NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED'],
    isFleet: true,
    is: 'a service',
  },
  'AWS::EKS::Cluster': {
    subnets: 'ResourcesVpcConfig.SubnetIds',
    groups: 'ResourcesVpcConfig.SecurityGroupIds',
    listens: rule('tcp', 443),
    is: 'a cluster',
  },
  'Custom::AWSCDK-EKS-Cluster': {
    subnets: 'Config.resourcesVpcConfig.subnetIds',
    groups: 'Config.resourcesVpcConfig.securityGroupIds',
    listens: rule('tcp', 443),
    is: 'a cluster',
  },
  'AWS::RDS::DBInstance': {
    subnets: 'DBSubnetGroupName',
    subnetGroup: ['AWS::RDS::DBSubnetGroup', 'SubnetIds'],
    groups: 'VPCSecurityGroups',
    listens: 'port',
    isPublic: ['PubliclyAccessible', 'true'],
    hasV6: ['NetworkType', dual],
    is: 'a database',
  },
  'AWS::RDS::DBCluster': {
    subnets: 'DBSubnetGroupName',
    subnetGroup: ['AWS::RDS::DBSubnetGroup', 'SubnetIds'],
    groups: 'VpcSecurityGroupIds',
    listens: 'port',
    isPublic: ['PubliclyAccessible', 'true'],
    hasV6: ['NetworkType', dual],
    is: 'a database',
  },
  'AWS::RDS::DBProxy': {
    subnets: 'VpcSubnetIds',
    groups: 'VpcSecurityGroupIds',
    listens: 'port',
    is: 'a database proxy',
  },
  'AWS::DocDB::DBCluster': {
    subnets: 'DBSubnetGroupName',
    subnetGroup: ['AWS::DocDB::DBSubnetGroup', 'SubnetIds'],
    groups: 'VpcSecurityGroupIds',
    listens: 'port',
    is: 'a database',
  },
  'AWS::Neptune::DBCluster': {
    subnets: 'DBSubnetGroupName',
    subnetGroup: ['AWS::Neptune::DBSubnetGroup', 'SubnetIds'],
    groups: 'VpcSecurityGroupIds',
    listens: 'port',
    is: 'a database',
  },
  'AWS::Redshift::Cluster': {
    subnets: 'ClusterSubnetGroupName',
    subnetGroup: ['AWS::Redshift::ClusterSubnetGroup', 'SubnetIds'],
    groups: 'VpcSecurityGroupIds',
    listens: 'port',
    isPublic: ['PubliclyAccessible', 'true'],
    is: 'a data warehouse',
  },
  'AWS::RedshiftServerless::Workgroup': {
    subnets: 'SubnetIds',
    groups: 'SecurityGroupIds',
    listens: 'port',
    isPublic: ['PubliclyAccessible', 'true'],
    is: 'a data warehouse',
  },
  'AWS::ElastiCache::CacheCluster': {
    subnets: 'CacheSubnetGroupName',
    subnetGroup: ['AWS::ElastiCache::SubnetGroup', 'SubnetIds'],
    groups: 'VpcSecurityGroupIds',
    listens: 'port',
    opens: false,
    hasV6: ['NetworkType', dual],
    is: 'a cache',
  },
  'AWS::ElastiCache::ReplicationGroup': {
    subnets: 'CacheSubnetGroupName',
    subnetGroup: ['AWS::ElastiCache::SubnetGroup', 'SubnetIds'],
    groups: 'SecurityGroupIds',
    listens: 'port',
    opens: false,
    hasV6: ['NetworkType', dual],
    is: 'a cache',
  },
  'AWS::ElastiCache::ServerlessCache': {
    subnets: 'SubnetIds',
    groups: 'SecurityGroupIds',
    listens: redis,
    opens: false,
    is: 'a cache',
  },
  'AWS::MemoryDB::Cluster': {
    subnets: 'SubnetGroupName',
    subnetGroup: ['AWS::MemoryDB::SubnetGroup', 'SubnetIds'],
    groups: 'SecurityGroupIds',
    listens: 'port',
    opens: false,
    is: 'a database',
  },
  'AWS::DAX::Cluster': {
    subnets: 'SubnetGroupName',
    subnetGroup: ['AWS::DAX::SubnetGroup', 'SubnetIds'],
    groups: 'SecurityGroupIds',
    listens: rule('tcp', 8111, 9111),
    opens: false,
    is: 'a cache',
  },
  'AWS::OpenSearchService::Domain': {
    subnets: 'VPCOptions.SubnetIds',
    groups: 'VPCOptions.SecurityGroupIds',
    listens: either(rule('tcp', 443), rule('tcp', 80)),
    opens: false,
    is: 'a search domain',
  },
  'AWS::Elasticsearch::Domain': {
    subnets: 'VPCOptions.SubnetIds',
    groups: 'VPCOptions.SecurityGroupIds',
    listens: either(rule('tcp', 443), rule('tcp', 80)),
    opens: false,
    is: 'a search domain',
  },
  'AWS::MSK::Cluster': {
    subnets: 'BrokerNodeGroupInfo.ClientSubnets',
    groups: 'BrokerNodeGroupInfo.SecurityGroups',
    listens: brokers,
    opens: false,
    is: 'a message broker',
  },
  'AWS::AmazonMQ::Broker': {
    subnets: 'SubnetIds',
    groups: 'SecurityGroups',
    isPublic: ['PubliclyAccessible', 'true'],
    opens: false,
    is: 'a message broker',
  },
  'AWS::FSx::FileSystem': {
    subnets: 'SubnetIds',
    groups: 'SecurityGroupIds',
    listens: fileShares,
    is: 'a file system',
  },
  'AWS::DMS::ReplicationInstance': {
    subnets: 'ReplicationSubnetGroupIdentifier',
    subnetGroup: ['AWS::DMS::ReplicationSubnetGroup', 'SubnetIds'],
    groups: 'VpcSecurityGroupIds',
    listens: 'nothing',
    isPublic: ['PubliclyAccessible', 'true'],
    is: 'a replication instance',
  },
  'AWS::SageMaker::NotebookInstance': { subnets: 'SubnetId', groups: 'SecurityGroupIds', is: 'a notebook' },
  'AWS::MWAA::Environment': {
    subnets: 'NetworkConfiguration.SubnetIds',
    groups: 'NetworkConfiguration.SecurityGroupIds',
    is: 'a workflow environment',
  },
  'AWS::Route53Resolver::ResolverEndpoint': {
    subnets: 'IpAddresses',
    groups: 'SecurityGroupIds',
    listens: either(rule('tcp', 53), rule('udp', 53)),
    is: 'a resolver endpoint',
  },
  'AWS::EC2::VPCEndpoint': {
    subnets: 'SubnetIds',
    groups: 'SecurityGroupIds',
    opens: false,
    hasV6: ['IpAddressType', dual],
    is: 'an endpoint',
  },
};
