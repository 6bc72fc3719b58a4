import type { Properties } from '../../template/stack';

/** How a type of resource is shown. */
export interface Kind {
  readonly icon: string;
  readonly what: string;
}

const service = (icon: string, what: string): Kind => ({ icon: `architecture-service/${icon}`, what });
const part = (icon: string, what: string): Kind => ({ icon: `resource/${icon}`, what });

/** The types that are boxes of their own; everything else is folded into one of these. */
const primary: Readonly<Record<string, Kind>> = {
  'AWS::AmazonMQ::Broker': service('AmazonMQ', 'MQ broker'),
  'AWS::ApiGateway::RestApi': service('AmazonAPIGateway', 'REST API'),
  'AWS::ApiGatewayV2::Api': service('AmazonAPIGateway', 'HTTP API'),
  'AWS::AppConfig::Application': service('AWSAppConfig', 'AppConfig flags'),
  'AWS::AppRunner::Service': service('AWSAppRunner', 'App Runner service'),
  'AWS::AppSync::GraphQLApi': service('AWSAppSync', 'GraphQL API'),
  'AWS::Athena::WorkGroup': service('AmazonAthena', 'Athena workgroup'),
  'AWS::AutoScaling::AutoScalingGroup': service('AmazonEC2AutoScaling', 'Auto Scaling group'),
  'AWS::Backup::BackupVault': service('AWSBackup', 'Backup vault'),
  'AWS::Batch::JobQueue': service('AWSBatch', 'Batch job queue'),
  'AWS::Budgets::Budget': service('AWSBudgets', 'Budget'),
  'AWS::CE::AnomalyMonitor': service('AWSCostExplorer', 'Cost anomaly monitor'),
  'AWS::CloudFront::Distribution': service('AmazonCloudFront', 'CloudFront distribution'),
  'AWS::CloudTrail::Trail': service('AWSCloudTrail', 'CloudTrail trail'),
  'AWS::CodeBuild::Project': service('AWSCodeBuild', 'CodeBuild project'),
  'AWS::CodePipeline::Pipeline': service('AWSCodePipeline', 'CodePipeline pipeline'),
  'AWS::Cognito::IdentityPool': service('AmazonCognito', 'Cognito identity pool'),
  'AWS::Cognito::UserPool': service('AmazonCognito', 'Cognito user pool'),
  'AWS::Config::ConfigurationRecorder': service('AWSConfig', 'Config recorder'),
  'AWS::DAX::Cluster': part('AmazonDynamoDBAmazonDynamoDBAccelerator', 'DynamoDB Accelerator'),
  'AWS::DLM::LifecyclePolicy': part('AmazonElasticBlockStoreSnapshot', 'Snapshot plan'),
  'AWS::DocDB::DBCluster': service('AmazonDocumentDB', 'DocumentDB cluster'),
  'AWS::DynamoDB::GlobalTable': service('AmazonDynamoDB', 'DynamoDB table'),
  'AWS::DynamoDB::Table': service('AmazonDynamoDB', 'DynamoDB table'),
  'AWS::EC2::ClientVpnEndpoint': service('AWSClientVPN', 'Client VPN endpoint'),
  'AWS::EC2::CustomerGateway': part('AmazonVPCCustomerGateway', 'Customer gateway'),
  'AWS::EC2::EgressOnlyInternetGateway': part('AmazonVPCInternetGateway', 'Egress-only internet gateway'),
  'AWS::EC2::Instance': service('AmazonEC2', 'EC2 instance'),
  'AWS::EC2::InternetGateway': part('AmazonVPCInternetGateway', 'Internet gateway'),
  'AWS::EC2::NatGateway': part('AmazonVPCNATGateway', 'NAT gateway'),
  'AWS::EC2::TransitGateway': service('AWSTransitGateway', 'Transit gateway'),
  'AWS::EC2::VPCEndpoint': part('AmazonVPCEndpoints', 'VPC endpoint'),
  'AWS::EC2::VPCPeeringConnection': part('AmazonVPCPeeringConnection', 'VPC peering'),
  'AWS::EC2::VPNGateway': part('AmazonVPCVPNGateway', 'VPN gateway'),
  'AWS::EC2::Volume': part('AmazonElasticBlockStoreVolume', 'EBS volume'),
  'AWS::ECR::Repository': service('AmazonElasticContainerRegistry', 'ECR repository'),
  'AWS::ECS::Service': service('AmazonElasticContainerService', 'ECS service'),
  'AWS::EFS::FileSystem': service('AmazonEFS', 'EFS file system'),
  'AWS::EKS::Cluster': service('AmazonElasticKubernetesService', 'EKS cluster'),
  'AWS::ElastiCache::CacheCluster': service('AmazonElastiCache', 'ElastiCache cluster'),
  'AWS::ElastiCache::ReplicationGroup': service('AmazonElastiCache', 'ElastiCache cluster'),
  'AWS::ElastiCache::ServerlessCache': service('AmazonElastiCache', 'ElastiCache cache'),
  'AWS::ElasticBeanstalk::Environment': service('AWSElasticBeanstalk', 'Beanstalk environment'),
  'AWS::ElasticLoadBalancing::LoadBalancer': part('ElasticLoadBalancingClassicLoadBalancer', 'Classic Load Balancer'),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': part(
    'ElasticLoadBalancingApplicationLoadBalancer',
    'Application Load Balancer',
  ),
  'AWS::Events::EventBus': service('AmazonEventBridge', 'Event bus'),
  'AWS::FSx::FileSystem': service('AmazonFSx', 'FSx file system'),
  'AWS::GlobalAccelerator::Accelerator': service('AWSGlobalAccelerator', 'Global Accelerator'),
  'AWS::Glue::Database': service('AWSGlue', 'Glue database'),
  'AWS::Glue::Job': service('AWSGlue', 'Glue job'),
  'AWS::GuardDuty::Detector': service('AmazonGuardDuty', 'GuardDuty detector'),
  'AWS::IAM::User': part('User', 'IAM user'),
  'AWS::ImageBuilder::ImagePipeline': service('AmazonEC2ImageBuilder', 'Image pipeline'),
  'AWS::IoT::TopicRule': service('AWSIoTCore', 'IoT rule'),
  'AWS::Kinesis::Stream': service('AmazonKinesisDataStreams', 'Kinesis stream'),
  'AWS::KinesisFirehose::DeliveryStream': service('AmazonDataFirehose', 'Firehose stream'),
  'AWS::Lambda::Function': service('AWSLambda', 'Lambda function'),
  'AWS::MSK::Cluster': service('AmazonManagedStreamingforApacheKafka', 'MSK cluster'),
  'AWS::MSK::ServerlessCluster': service('AmazonManagedStreamingforApacheKafka', 'MSK cluster'),
  'AWS::MemoryDB::Cluster': service('AmazonMemoryDB', 'MemoryDB cluster'),
  'AWS::MediaConvert::Queue': service('AWSElementalMediaConvert', 'MediaConvert queue'),
  'AWS::Neptune::DBCluster': service('AmazonNeptune', 'Neptune cluster'),
  'AWS::NetworkFirewall::Firewall': service('AWSNetworkFirewall', 'Network Firewall'),
  'AWS::OpenSearchService::Domain': service('AmazonOpenSearchService', 'OpenSearch domain'),
  'AWS::Pipes::Pipe': part('AmazonEventBridgePipes', 'EventBridge pipe'),
  'AWS::RDS::DBCluster': service('AmazonAurora', 'Aurora cluster'),
  'AWS::RDS::DBInstance': service('AmazonRDS', 'RDS instance'),
  'AWS::RDS::DBProxy': part('AmazonRDSProxyInstance', 'RDS Proxy'),
  'AWS::Redshift::Cluster': service('AmazonRedshift', 'Redshift cluster'),
  'AWS::Route53::HealthCheck': part('AmazonRoute53ReadinessChecks', 'Health check'),
  'AWS::Route53::HostedZone': service('AmazonRoute53', 'Hosted zone'),
  'AWS::Route53Resolver::FirewallRuleGroup': part('AmazonRoute53ResolverDNSFirewall', 'DNS firewall'),
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': part('AmazonRoute53ResolverQueryLogging', 'Query log'),
  'AWS::S3::Bucket': service('AmazonSimpleStorageService', 'S3 bucket'),
  'AWS::SES::ConfigurationSet': service('AmazonSimpleEmailService', 'SES configuration set'),
  'AWS::SES::EmailIdentity': service('AmazonSimpleEmailService', 'SES identity'),
  'AWS::SNS::Topic': service('AmazonSimpleNotificationService', 'SNS topic'),
  'AWS::SQS::Queue': service('AmazonSimpleQueueService', 'SQS queue'),
  'AWS::Scheduler::Schedule': part('AmazonEventBridgeScheduler', 'Schedule'),
  'AWS::SecretsManager::Secret': service('AWSSecretsManager', 'Secret'),
  'AWS::Serverless::Function': service('AWSLambda', 'Lambda function'),
  'AWS::StepFunctions::StateMachine': service('AWSStepFunctions', 'State machine'),
  'AWS::WAFv2::WebACL': service('AWSWAF', 'Web ACL'),
};

/** Types that are folded into what they serve, and are boxes where they serve nothing that has one. */
const spare: Readonly<Record<string, Kind>> = {
  'AWS::CloudFormation::Stack': part('AWSCloudFormationStack', 'Nested stack'),
  'AWS::CertificateManager::Certificate': service('AWSCertificateManager', 'Certificate'),
  'AWS::CloudFront::Function': part('AmazonCloudFrontFunctions', 'CloudFront function'),
  'AWS::EC2::SecurityGroup': part('Firewall', 'Security group'),
  'AWS::ECS::Cluster': service('AmazonElasticContainerService', 'ECS cluster'),
  'AWS::ECS::TaskDefinition': part('AmazonElasticContainerServiceTask', 'ECS task'),
  'AWS::Events::Rule': service('AmazonEventBridge', 'EventBridge rule'),
  'AWS::IAM::Group': service('AWSIdentityandAccessManagement', 'IAM group'),
  'AWS::IAM::Role': part('AWSIdentityAccessManagementRole', 'IAM role'),
  'AWS::KMS::Key': service('AWSKeyManagementService', 'KMS key'),
  'AWS::Logs::LogGroup': part('AmazonCloudWatchLogs', 'Log group'),
  'AWS::SSM::Parameter': part('AWSSystemsManagerParameterStore', 'Parameter'),
};

const balancers: Readonly<Record<string, Kind>> = {
  network: part('ElasticLoadBalancingNetworkLoadBalancer', 'Network Load Balancer'),
  gateway: part('ElasticLoadBalancingGatewayLoadBalancer', 'Gateway Load Balancer'),
};

export const isPrimary = (type: string): boolean => type in primary;
/** Whether a type is a box where it serves nothing that has one. */
export const isSpare = (type: string): boolean => type in spare;
/** Every type that is shown as a box of its own. */
export const primaryTypes: readonly string[] = Object.keys(primary);

/** How a resource is shown; its properties tell kinds of one type apart. */
export function kindOf(type: string, properties: Properties = {}): Kind {
  const kind = primary[type] ?? spare[type] ?? unknownKind(type);
  switch (type) {
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return balancers[String(properties.Type)] ?? kind;
    case 'AWS::ApiGatewayV2::Api':
      return properties.ProtocolType === 'WEBSOCKET' ? { ...kind, what: 'WebSocket API' } : kind;
    case 'AWS::EC2::VPCEndpoint':
      return { ...kind, what: `${inWords(String(properties.VpcEndpointType ?? 'Gateway'))} endpoint` };
    case 'AWS::Route53::HostedZone':
      return 'VPCs' in properties ? { ...kind, what: 'Private hosted zone' } : kind;
    case 'AWS::SQS::Queue':
      return properties.FifoQueue === true ? { ...kind, what: 'FIFO queue' } : kind;
    case 'AWS::SNS::Topic':
      return properties.FifoTopic === true ? { ...kind, what: 'FIFO topic' } : kind;
    case 'AWS::EC2::NatGateway':
      return properties.ConnectivityType === 'private' ? { ...kind, what: 'Private NAT gateway' } : kind;
    case 'AWS::RDS::DBCluster':
    case 'AWS::RDS::DBInstance':
      return databaseKind(kind, String(properties.Engine ?? ''));
    default:
      return kind;
  }
}

function databaseKind(kind: Kind, engine: string): Kind {
  const [, aurora, brand] = /^(aurora-)?(postgres|mysql|mariadb|oracle|sqlserver)/.exec(engine) ?? [];
  const names: Readonly<Record<string, string>> = {
    postgres: 'PostgreSQL',
    mysql: 'MySQL',
    mariadb: 'MariaDB',
    oracle: 'Oracle',
    sqlserver: 'SQL Server',
  };
  return brand === undefined ? kind : { ...kind, what: `${aurora ? 'Aurora' : 'RDS'} ${names[brand]}` };
}

/** `AWS::Glue::Crawler` is shown as what its name says. */
function unknownKind(type: string): Kind {
  const [, , ...rest] = type.split('::');
  const words = inWords(rest.join(' ') || type.replace(/^Custom::/, ''));
  return { icon: 'resource/GenericApplication', what: words };
}

/** Alarms and dashboards watch other boxes; all of a stack are one box. */
export const isWatching = (type: string): boolean => /^AWS::CloudWatch::(Alarm|CompositeAlarm|Dashboard)$/.test(type);

export const alarmKind: Kind = service('AmazonCloudWatch', 'CloudWatch alarms');

const inWords = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2');
