import { gap, split } from './text';

/** What a resource is known by once it is deployed, as text with gaps. */
export interface Identity {
  /** The physical name or id. */
  readonly name: string;
  /** The ARN, for the types whose shape is known. */
  readonly arn?: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What an identity is made from. */
export interface IdentitySource {
  readonly type: string;
  readonly label: string;
  /** The name the stack is deployed under, where it is known. */
  readonly stack?: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly urlSuffix: string;
  /** A property as text with gaps; undefined where it is not set. */
  readonly property: (name: string) => string | undefined;
}

interface Shape {
  /** After `arn:partition:`; `@` is `region:account`, `#` the account, `$` the physical name. */
  readonly arn?: string;
  /** The property that fixes the physical name. */
  readonly name?: string;
  /** What `Ref` gives. @default 'name' */
  readonly ref?: 'name' | 'arn';
  /** The attribute that is the ARN. @default 'Arn' */
  readonly arnAttribute?: string;
  /** Attributes that are the physical name. */
  readonly nameAttributes?: readonly string[];
  /** Whether the service makes the name up by itself, not from the stack's name. */
  readonly opaque?: true;
}

const shapes: Readonly<Record<string, Shape>> = {
  'AWS::ApiGateway::RestApi': { arn: 'apigateway:%::/restapis/$', opaque: true, nameAttributes: ['RestApiId'] },
  'AWS::ApiGateway::Stage': { name: 'StageName' },
  'AWS::ApiGatewayV2::Stage': { name: 'StageName' },
  'AWS::ApiGatewayV2::Api': { arn: 'apigateway:%::/apis/$', opaque: true, nameAttributes: ['ApiId'] },
  'AWS::AppConfig::Application': { arn: 'appconfig:@:application/$', opaque: true, nameAttributes: ['ApplicationId'] },
  'AWS::AppSync::GraphQLApi': { arn: 'appsync:@:apis/$', opaque: true, ref: 'arn', nameAttributes: ['ApiId'] },
  'AWS::Athena::WorkGroup': { arn: 'athena:@:workgroup/$', name: 'Name' },
  'AWS::Backup::BackupVault': {
    arn: 'backup:@:backup-vault:$',
    name: 'BackupVaultName',
    arnAttribute: 'BackupVaultArn',
    nameAttributes: ['BackupVaultName'],
  },
  'AWS::CertificateManager::Certificate': { arn: 'acm:@:certificate/$', opaque: true, ref: 'arn' },
  'AWS::CloudFront::Distribution': { arn: 'cloudfront::#:distribution/$', opaque: true, nameAttributes: ['Id'] },
  'AWS::CloudTrail::Trail': { arn: 'cloudtrail:@:trail/$', name: 'TrailName' },
  'AWS::CloudWatch::Alarm': { arn: 'cloudwatch:@:alarm:$', name: 'AlarmName' },
  'AWS::CodeBuild::Project': { arn: 'codebuild:@:project/$', name: 'Name' },
  'AWS::CodePipeline::Pipeline': { arn: 'codepipeline:@:$', name: 'Name' },
  'AWS::Cognito::IdentityPool': { arn: 'cognito-identity:@:identitypool/$', opaque: true },
  'AWS::Cognito::UserPool': { arn: 'cognito-idp:@:userpool/$', opaque: true, nameAttributes: ['UserPoolId'] },
  'AWS::EC2::Volume': { arn: 'ec2:@:volume/$', opaque: true, nameAttributes: ['VolumeId'] },
  'AWS::EC2::Instance': { arn: 'ec2:@:instance/$', opaque: true, nameAttributes: ['InstanceId'] },
  'AWS::EC2::VPCEndpoint': { arn: 'ec2:@:vpc-endpoint/$', opaque: true, nameAttributes: ['Id'] },
  'AWS::ECR::Repository': { arn: 'ecr:@:repository/$', name: 'RepositoryName' },
  'AWS::ECS::Cluster': { arn: 'ecs:@:cluster/$', name: 'ClusterName' },
  'AWS::EFS::FileSystem': {
    arn: 'elasticfilesystem:@:file-system/$',
    opaque: true,
    nameAttributes: ['FileSystemId'],
  },
  'AWS::EFS::AccessPoint': {
    arn: 'elasticfilesystem:@:access-point/$',
    opaque: true,
    nameAttributes: ['AccessPointId'],
  },
  'AWS::Events::EventBus': { arn: 'events:@:event-bus/$', name: 'Name', nameAttributes: ['Name'] },
  'AWS::Events::Connection': { arn: 'events:@:connection/$', name: 'Name' },
  'AWS::Events::ApiDestination': { arn: 'events:@:api-destination/$', name: 'Name' },
  'AWS::Glue::Database': { arn: 'glue:@:database/$' },
  'AWS::IAM::OIDCProvider': { arn: 'iam::#:oidc-provider/$', ref: 'arn' },
  'AWS::IAM::SAMLProvider': { arn: 'iam::#:saml-provider/$', name: 'Name', ref: 'arn' },
  'AWS::ImageBuilder::Component': { arn: 'imagebuilder:@:component/$/x/1', opaque: true, ref: 'arn' },
  'AWS::ImageBuilder::ImagePipeline': { arn: 'imagebuilder:@:image-pipeline/$', opaque: true, ref: 'arn' },
  'AWS::KMS::Key': { arn: 'kms:@:key/$', opaque: true, nameAttributes: ['KeyId'] },
  'AWS::KMS::ReplicaKey': { arn: 'kms:@:key/$', opaque: true, nameAttributes: ['KeyId'] },
  'AWS::KMS::Alias': { arn: 'kms:@:$', name: 'AliasName' },
  'AWS::Kinesis::Stream': { arn: 'kinesis:@:stream/$', name: 'Name' },
  'AWS::KinesisFirehose::DeliveryStream': { arn: 'firehose:@:deliverystream/$', name: 'DeliveryStreamName' },
  'AWS::MediaConvert::Queue': { arn: 'mediaconvert:@:queues/$', name: 'Name' },
  'AWS::Lambda::Function': { arn: 'lambda:@:function:$', name: 'FunctionName' },
  'AWS::Serverless::Function': { arn: 'lambda:@:function:$', name: 'FunctionName' },
  'AWS::Pipes::Pipe': { arn: 'pipes:@:pipe/$', name: 'Name' },
  'AWS::RDS::DBInstance': {
    arn: 'rds:@:db:$',
    name: 'DBInstanceIdentifier',
    arnAttribute: 'DBInstanceArn',
  },
  'AWS::RDS::DBCluster': { arn: 'rds:@:cluster:$', name: 'DBClusterIdentifier', arnAttribute: 'DBClusterArn' },
  'AWS::S3::AccessPoint': { arn: 's3:@:accesspoint/$', name: 'Name' },
  'AWS::SNS::Topic': {
    arn: 'sns:@:$',
    name: 'TopicName',
    ref: 'arn',
    arnAttribute: 'TopicArn',
    nameAttributes: ['TopicName'],
  },
  'AWS::Scheduler::ScheduleGroup': { arn: 'scheduler:@:schedule-group/$', name: 'Name' },
  'AWS::StepFunctions::Activity': { arn: 'states:@:activity:$', name: 'Name', ref: 'arn', nameAttributes: ['Name'] },
  'AWS::StepFunctions::StateMachine': {
    arn: 'states:@:stateMachine:$',
    name: 'StateMachineName',
    ref: 'arn',
    nameAttributes: ['Name'],
  },
};

/** What a resource will be known by. */
export function identityOf(source: IdentitySource): Identity {
  const special = specialIdentities[source.type];
  if (special) return special(source);
  const shape = shapes[source.type];
  if (!shape) {
    const name = gap('name', source.label);
    return { name, ref: name, attributes: {} };
  }
  const name = (shape.name && source.property(shape.name)) ?? madeUp(source, shape.opaque);
  const arn = shape.arn && arnFrom(source, shape.arn, name);
  return {
    name,
    ...(arn !== undefined && { arn }),
    ref: shape.ref === 'arn' ? arn! : name,
    attributes: {
      ...(arn !== undefined && { [shape.arnAttribute ?? 'Arn']: arn }),
      ...Object.fromEntries((shape.nameAttributes ?? []).map((attribute) => [attribute, name])),
    },
  };
}

/** The ARN of a resource of a stack, written like the shapes above. */
export function arnFrom(
  { partition, region, account }: Pick<IdentitySource, 'partition' | 'region' | 'account'>,
  shape: string,
  name: string,
): string {
  const parts: Readonly<Record<string, string>> = { '@': `${region}:${account}`, '#': account, '%': region, $: name };
  return `arn:${partition}:${shape.replace(/[@#%$]/g, (part) => parts[part])}`;
}

const madeUp = ({ label, stack }: IdentitySource, opaque?: boolean): string =>
  gap('name', label, opaque || stack === undefined ? '' : `${stack}-`);

const specialIdentities: Readonly<Record<string, (source: IdentitySource) => Identity>> = {
  'AWS::IAM::Role': (source) => iamIdentity(source, 'role', 'RoleName', 'RoleId'),
  'AWS::IAM::User': (source) => iamIdentity(source, 'user', 'UserName'),
  'AWS::IAM::Group': (source) => iamIdentity(source, 'group', 'GroupName'),
  'AWS::IAM::InstanceProfile': (source) => iamIdentity(source, 'instance-profile', 'InstanceProfileName'),
  'AWS::IAM::ManagedPolicy': (source) => {
    const { name, arn } = iamIdentity(source, 'policy', 'ManagedPolicyName');
    return { name, arn: arn!, ref: arn!, attributes: { PolicyArn: arn! } };
  },
  'AWS::S3::Bucket': (source) => {
    const prefix = source.property('BucketNamePrefix');
    // A name of the account's own namespace ends with where it is.
    const own = prefix === undefined ? undefined : `${prefix}-${source.account}-${source.region}-an`;
    const name = source.property('BucketName') ?? own ?? madeUp(source);
    const arn = arnFrom(source, 's3:::$', name);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  },
  'AWS::SQS::Queue': (source) => {
    const name = source.property('QueueName') ?? madeUp(source);
    const arn = arnFrom(source, 'sqs:@:$', name);
    const url = `https://sqs.${source.region}.${source.urlSuffix}/${source.account}/${name}`;
    return { name, arn, ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  'AWS::Logs::LogGroup': (source) => {
    const name = source.property('LogGroupName') ?? madeUp(source);
    const arn = arnFrom(source, 'logs:@:log-group:$', name);
    return { name, arn, ref: name, attributes: { Arn: `${arn}:*` } };
  },
  'AWS::SecretsManager::Secret': (source) => {
    const given = source.property('Name');
    const name = given === undefined ? madeUp(source, true) : `${given}-${gap('name', `${source.label}.suffix`)}`;
    const arn = arnFrom(source, 'secretsmanager:@:secret:$', name);
    return { name, arn, ref: arn, attributes: { Id: arn } };
  },
  'AWS::SecretsManager::SecretTargetAttachment': (source) => {
    const arn = source.property('SecretId') ?? gap('unknown', `${source.label}.Arn`);
    return { name: arn, arn, ref: arn, attributes: { Id: arn } };
  },
  'AWS::SSM::Parameter': (source) => {
    const name = source.property('Name') ?? madeUp(source);
    return { name, arn: arnFrom(source, 'ssm:@:parameter/$', name.replace(/^\//, '')), ref: name, attributes: {} };
  },
  'AWS::DynamoDB::Table': tableIdentity,
  'AWS::DynamoDB::GlobalTable': tableIdentity,
  'AWS::Events::Rule': (source) => {
    const name = source.property('Name') ?? madeUp(source);
    const bus = last(source.property('EventBusName'));
    const arn = arnFrom(source, 'events:@:rule/$', bus === undefined || bus === 'default' ? name : `${bus}/${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  },
  'AWS::Scheduler::Schedule': (source) => {
    const name = source.property('Name') ?? madeUp(source);
    const arn = arnFrom(source, 'scheduler:@:schedule/$', `${source.property('GroupName') ?? 'default'}/${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  },
  'AWS::Lambda::Alias': (source) => qualified(source, source.property('Name'), 'AliasArn'),
  'AWS::Lambda::Version': (source) => qualified(source, gap('name', `${source.label}.Version`), 'FunctionArn'),
  'AWS::ECS::TaskDefinition': (source) => {
    const family = source.property('Family') ?? madeUp(source);
    const arn = arnFrom(source, 'ecs:@:task-definition/$', `${family}:${gap('name', `${source.label}.revision`)}`);
    return { name: family, arn, ref: arn, attributes: { TaskDefinitionArn: arn } };
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (source) => {
    const name = source.property('Name') ?? madeUp(source);
    const kind = { network: 'net', gateway: 'gwy' }[source.property('Type') ?? ''] ?? 'app';
    return balancing(source, 'LoadBalancer', 'loadbalancer/$', name, `${kind}/${name}`);
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': (source) => {
    const name = source.property('Name') ?? madeUp(source);
    return balancing(source, 'TargetGroup', 'targetgroup/$', name, name);
  },
  'AWS::WAFv2::WebACL': (source) => {
    const name = source.property('Name') ?? madeUp(source);
    const scope = source.property('Scope') === 'CLOUDFRONT' ? 'global' : 'regional';
    const id = gap('name', `${source.label}.Id`);
    const arn = arnFrom(source, 'wafv2:@:$', `${scope}/webacl/${name}/${id}`);
    return { name, arn, ref: `${name}|${id}|${scope}`, attributes: { Arn: arn, Id: id } };
  },
  'AWS::ECS::Service': (source) => {
    const name = source.property('ServiceName') ?? madeUp(source);
    const cluster = last(source.property('Cluster')) ?? 'default';
    const arn = arnFrom(source, 'ecs:@:service/$', `${cluster}/${name}`);
    return { name, arn, ref: arn, attributes: { ServiceArn: arn, Name: name } };
  },
};

function iamIdentity(source: IdentitySource, kind: string, nameFrom: string, id?: string): Identity {
  const name = source.property(nameFrom) ?? madeUp(source);
  const path = source.property('Path') ?? '/';
  const arn = arnFrom(source, `iam::#:${kind}$`, path + name);
  return {
    name,
    arn,
    ref: name,
    attributes: { Arn: arn, ...(id !== undefined && { [id]: gap('name', `${source.label}.${id}`) }) },
  };
}

function tableIdentity(source: IdentitySource): Identity {
  const name = source.property('TableName') ?? madeUp(source);
  const arn = arnFrom(source, 'dynamodb:@:table/$', name);
  const stream = `${arn}/stream/${gap('name', `${source.label}.stream`)}`;
  return { name, arn, ref: name, attributes: { Arn: arn, StreamArn: stream } };
}

/** Load balancers and target groups carry an id after their name. */
function balancing(source: IdentitySource, kind: string, shape: string, name: string, full: string): Identity {
  const path = `${full}/${gap('name', `${source.label}.id`)}`;
  const arn = arnFrom(source, `elasticloadbalancing:@:${shape}`, path);
  const fullName = kind === 'TargetGroup' ? `targetgroup/${path}` : path;
  return { name, arn, ref: arn, attributes: { [`${kind}Arn`]: arn, [`${kind}FullName`]: fullName } };
}

/** The name at the end of an ARN, or the name itself. */
const last = (nameOrArn: string | undefined): string | undefined =>
  nameOrArn === undefined ? undefined : split(nameOrArn, '/').at(-1);

/** A version or alias: its function's ARN with a qualifier. */
function qualified(source: IdentitySource, qualifier = gap('name', source.label), attribute: string): Identity {
  const given = source.property('FunctionName') ?? gap('unknown', `${source.label}.FunctionName`);
  const arn = `${given.startsWith('arn:') ? given : arnFrom(source, 'lambda:@:function:$', given)}:${qualifier}`;
  return { name: qualifier, arn, ref: arn, attributes: { [attribute]: arn, Version: qualifier } };
}

/** The types whose ARN is known. */
export const knownTypes: readonly string[] = [...Object.keys(shapes), ...Object.keys(specialIdentities)];
