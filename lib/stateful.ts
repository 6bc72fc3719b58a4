/** What production does with each stateful resource type when it leaves a template. Everything else is deleted. */
export const stateful: Readonly<Record<string, 'retain' | 'snapshot'>> = {
  'AWS::S3::Bucket': 'retain',
  'AWS::DynamoDB::Table': 'retain',
  'AWS::DynamoDB::GlobalTable': 'retain',
  'AWS::KMS::Key': 'retain',
  'AWS::Logs::LogGroup': 'retain',
  'AWS::SQS::Queue': 'retain',
  'AWS::SecretsManager::Secret': 'retain',
  'AWS::Cognito::UserPool': 'retain',
  'AWS::EFS::FileSystem': 'retain',
  'AWS::FSx::FileSystem': 'retain',
  'AWS::DirectoryService::MicrosoftAD': 'retain',
  'AWS::Backup::BackupVault': 'retain',
  'AWS::ECR::Repository': 'retain',
  'AWS::Kinesis::Stream': 'retain',
  // Deleted, it takes along the snapshots that wait for the archive.
  'AWS::DLM::LifecyclePolicy': 'retain',
  'AWS::EC2::Volume': 'snapshot',
  'AWS::RDS::DBInstance': 'snapshot',
  'AWS::RDS::DBCluster': 'snapshot',
  'AWS::ElastiCache::ReplicationGroup': 'snapshot',
  'AWS::Redshift::Cluster': 'snapshot',
};

/** Types the CDK keeps after an update so that one can go back to them; a sandbox takes them away all the same. */
export const keptForRollback: readonly string[] = [
  'AWS::Lambda::Version',
  'AWS::Lambda::LayerVersion',
  'AWS::ApiGateway::Deployment',
];
