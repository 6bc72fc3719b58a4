import type { Properties } from '../../template/stack';
import type { EdgeKind } from './picture';

/** An arrow a resource's own properties imply. Ends are values as the template has them; `self` is the resource. */
export interface Link {
  readonly from: unknown;
  readonly to: unknown;
  readonly kind: EdgeKind;
  readonly label?: string;
  /** The property that says so. */
  readonly rule: string;
}

export const self = Symbol('the resource itself');

/** An end as the template has it, references and all: for values that only a deployment can take apart. */
export class Written {
  constructor(readonly value: unknown) {}
}

const map = (value: unknown): Properties => (typeof value === 'object' && value !== null ? (value as Properties) : {});
const list = (value: unknown): Properties[] => (Array.isArray(value) ? value.map(map) : []);
const items = (value: unknown): unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];

/** Where failures go after so many tries. */
function redrive(from: unknown, policy: unknown, rule: string): Link[] {
  const { deadLetterTargetArn, maxReceiveCount } = map(typeof policy === 'string' ? parsed(policy) : policy);
  if (deadLetterTargetArn === undefined) return [];
  const tries = Number(maxReceiveCount);
  const label = tries > 0 ? `after ${tries} ${tries === 1 ? 'try' : 'tries'}` : 'undelivered';
  return [{ from, to: deadLetterTargetArn, kind: 'failure', label, rule }];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** `HTTPS_STR_MATCH` is `HTTPS`. */
const protocolOf = (type: unknown): string => String(type).replace(/_.*/, '');

/** `s3:ObjectCreated:*` is `object created`. */
const eventsOf = (events: unknown): string =>
  [...new Set(items(events).map((event) => String(event).replace(/^s3:/, '').split(':')[0]))].map(spaced).join(', ');
const spaced = (word: string): string => word.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** Code on the way of a request through a distribution, by the paths it is run for; that of all others by its hook. */
function hooks(config: Properties): Link[] {
  return [config.DefaultCacheBehavior, ...list(config.CacheBehaviors)].map(map).flatMap((behaviour) =>
    [...list(behaviour.FunctionAssociations), ...list(behaviour.LambdaFunctionAssociations)].map((one) => ({
      from: self,
      to: (one.FunctionARN ?? one.LambdaFunctionARN) as unknown,
      kind: 'call',
      label: String(behaviour.PathPattern ?? one.EventType).replace('-', ' '),
      rule: 'FunctionAssociations',
    })),
  );
}

function notifications(bucket: unknown, configuration: unknown): Link[] {
  const kinds = [
    ['TopicConfigurations', ['TopicArn', 'Topic']],
    ['QueueConfigurations', ['QueueArn', 'Queue']],
    ['LambdaFunctionConfigurations', ['LambdaFunctionArn']],
    ['LambdaConfigurations', ['Function']],
  ] as const;
  return kinds.flatMap(([name, targets]) =>
    list(map(configuration)[name]).flatMap((one) =>
      targets.flatMap((target): Link[] => {
        const rule = `NotificationConfiguration.${name}`;
        const label = eventsOf(one.Events ?? one.Event);
        return one[target] === undefined ? [] : [{ from: bucket, to: one[target], kind: 'event', label, rule }];
      }),
    ),
  );
}

function destinations(properties: Properties): Link[] {
  const { OnFailure, OnSuccess } = map(properties.DestinationConfig);
  const from = properties.FunctionName as unknown;
  const retries = Number(properties.MaximumRetryAttempts ?? 2);
  const label = `after ${retries + 1} tries`;
  return [
    { from, to: map(OnFailure).Destination, kind: 'failure', label, rule: 'DestinationConfig.OnFailure' },
    { from, to: map(OnSuccess).Destination, kind: 'event', label: 'success', rule: 'DestinationConfig.OnSuccess' },
  ];
}

/** Targets of a rule or schedule, with where their failures go. */
const target = (one: Properties, rule: string, label?: string): Link[] => [
  { from: self, to: one.Arn, kind: 'event', rule, ...(label !== undefined && { label }) },
  {
    from: self,
    to: map(one.DeadLetterConfig).Arn,
    kind: 'failure',
    label: 'undelivered',
    rule: `${rule}.DeadLetterConfig`,
  },
];

/** What a rule of a bus of one's own hears; where that is much, how much. */
function happenings({ EventBusName, EventPattern }: Properties): string | undefined {
  const types = items(map(EventPattern)['detail-type']).filter((type) => typeof type === 'string');
  if (EventBusName === undefined || types.length === 0) return undefined;
  return types.length < 3 ? types.join(', ') : `${types.length} kinds of events`;
}

const attribute = (properties: Properties, key: string): unknown =>
  list(properties.LoadBalancerAttributes).find(({ Key }) => Key === key)?.Value;

/** What each type of resource says about arrows. Properties are resolved; ends that name nothing drawn come to nothing. */
/** By type: what its properties imply, resolved and as they are written. */
export const links: Readonly<Record<string, (properties: Properties, written: Properties) => readonly Link[]>> = {
  'AWS::ApiGateway::Stage': (p) => [
    {
      from: p.RestApiId,
      to: map(p.AccessLogSetting).DestinationArn,
      kind: 'log',
      label: 'access logs',
      rule: 'AccessLogSetting',
    },
  ],
  'AWS::ApiGatewayV2::Stage': (p) => [
    {
      from: p.ApiId,
      to: map(p.AccessLogSettings).DestinationArn,
      kind: 'log',
      label: 'access logs',
      rule: 'AccessLogSettings',
    },
  ],
  'AWS::EC2::VolumeAttachment': (p) => [
    { from: p.InstanceId, to: p.VolumeId, kind: 'data', label: 'attached', rule: 'VolumeId' },
  ],
  'AWS::AppConfig::Environment': (p) =>
    list(p.Monitors).map(({ AlarmArn }) => ({
      from: AlarmArn as unknown,
      to: p.ApplicationId as unknown,
      kind: 'alarm',
      label: 'takes changes back',
      rule: 'Monitors',
    })),
  'AWS::AppSync::DataSource': (p) => [
    { from: p.ApiId, to: map(p.LambdaConfig).LambdaFunctionArn, kind: 'call', rule: 'LambdaConfig' },
    { from: p.ApiId, to: map(p.DynamoDBConfig).TableName, kind: 'data', rule: 'DynamoDBConfig' },
  ],
  'AWS::AutoScaling::AutoScalingGroup': (p) =>
    list(p.NotificationConfigurations).map((one) => ({
      from: self,
      to: one.TopicARN as unknown,
      kind: 'alarm',
      label: 'launches, terminations',
      rule: 'NotificationConfigurations',
    })),
  'AWS::CloudFront::Distribution': (p) => [
    {
      from: self,
      to: map(map(p.DistributionConfig).Logging).Bucket,
      kind: 'log',
      label: 'access logs',
      rule: 'Logging',
    },
    { from: map(p.DistributionConfig).WebACLId, to: self, kind: 'call', label: 'filters', rule: 'WebACLId' },
    ...hooks(map(p.DistributionConfig)),
  ],
  'AWS::CloudTrail::Trail': (p) => [{ from: self, to: p.S3BucketName, kind: 'log', rule: 'S3BucketName' }],
  'AWS::Budgets::Budget': (p) => {
    const rule = 'NotificationsWithSubscribers';
    const told = list(p[rule]).flatMap(({ Subscribers }) => list(Subscribers));
    const topics = told
      .filter(({ SubscriptionType }) => SubscriptionType === 'SNS')
      .map(({ Address }) => Address as unknown);
    // Each notice names its subscribers anew.
    const once = [...new Map(topics.map((topic) => [JSON.stringify(topic), topic])).values()];
    return once.map((to): Link => ({ from: self, to, kind: 'alarm', rule }));
  },
  'AWS::CloudWatch::Alarm': (p) =>
    ['AlarmActions', 'OKActions', 'InsufficientDataActions'].flatMap((rule) =>
      items(p[rule]).map((to): Link => ({ from: self, to, kind: 'alarm', rule })),
    ),
  'AWS::CloudWatch::CompositeAlarm': (p) =>
    items(p.AlarmActions).map((to) => ({ from: self, to, kind: 'alarm', rule: 'AlarmActions' })),
  'AWS::DynamoDB::Table': (p) => [
    {
      from: self,
      to: map(p.KinesisStreamSpecification).StreamArn,
      kind: 'event',
      label: 'changes',
      rule: 'KinesisStreamSpecification',
    },
  ],
  'AWS::EC2::FlowLog': (p) => [
    {
      from: p.ResourceId,
      to: p.LogDestination ?? p.LogGroupName,
      kind: 'log',
      label: 'flow logs',
      rule: 'LogDestination',
    },
  ],
  'AWS::Route53::HealthCheck': ({ HealthCheckConfig }, written) => {
    const { AlarmIdentifier, ChildHealthChecks, Type } = map(HealthCheckConfig);
    const host = new Written(map(written.HealthCheckConfig).FullyQualifiedDomainName);
    return [
      { from: self, to: host, kind: 'call', label: protocolOf(Type), rule: 'FullyQualifiedDomainName' },
      { from: map(AlarmIdentifier).Name, to: self, kind: 'alarm', rule: 'AlarmIdentifier' },
      ...items(ChildHealthChecks).map((child): Link => ({
        from: child,
        to: self,
        kind: 'alarm',
        rule: 'ChildHealthChecks',
      })),
    ];
  },
  'AWS::Route53::RecordSetGroup': (p) =>
    list(p.RecordSets).map(({ HealthCheckId }) => ({
      from: HealthCheckId as unknown,
      to: p.HostedZoneId as unknown,
      kind: 'alarm',
      rule: 'HealthCheckId',
    })),
  'AWS::Route53::RecordSet': (p, written) => [
    { from: p.HealthCheckId, to: p.HostedZoneId, kind: 'alarm', rule: 'HealthCheckId' },
    ...(p.Type === 'NS'
      ? [
          {
            from: p.HostedZoneId as unknown,
            to: new Written(written.ResourceRecords),
            kind: 'route',
            label: 'delegates',
            rule: 'ResourceRecords',
          } as const,
        ]
      : []),
  ],
  'AWS::Route53::HostedZone': (p) =>
    list(p.VPCs).map((vpc) => ({ from: vpc.VPCId as unknown, to: self, kind: 'route', label: 'names', rule: 'VPCs' })),
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': (p) => [
    { from: p.VpcId, to: p.FirewallRuleGroupId, kind: 'route', label: 'asked first', rule: 'VpcId' },
  ],
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': (p) => [
    { from: p.ResourceId, to: p.ResolverQueryLogConfigId, kind: 'log', label: 'queries', rule: 'ResourceId' },
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (p) =>
    String(attribute(p, 'access_logs.s3.enabled')) === 'true'
      ? [
          {
            from: self,
            to: attribute(p, 'access_logs.s3.bucket'),
            kind: 'log',
            label: 'access logs',
            rule: 'access_logs.s3.bucket',
          },
        ]
      : [],
  // Functions are called by Lambda's own API, which no route tells of.
  'AWS::ElasticLoadBalancingV2::TargetGroup': (p) =>
    p.TargetType === 'lambda'
      ? list(p.Targets).map(({ Id }): Link => ({ from: self, to: Id, kind: 'call', label: 'invokes', rule: 'Targets' }))
      : [],
  'AWS::Backup::BackupPlan': (p) =>
    list(map(p.BackupPlan).BackupPlanRule).flatMap((rule) =>
      list(rule.CopyActions).map(({ DestinationBackupVaultArn }): Link => ({
        from: rule.TargetBackupVault,
        to: DestinationBackupVaultArn,
        kind: 'data',
        label: 'copies',
        rule: 'CopyActions',
      })),
    ),
  'AWS::Events::Rule': (p) => [
    { from: p.EventBusName, to: self, kind: 'event', rule: 'EventBusName' },
    // What a pattern names is what it hears of.
    { from: p.EventPattern, to: self, kind: 'event', rule: 'EventPattern' },
    ...list(p.Targets).flatMap((one, i) => target(one, `Targets[${i}]`, happenings(p))),
  ],
  'AWS::IoT::TopicRule': ({ TopicRulePayload }) => {
    const { Actions, ErrorAction } = map(TopicRulePayload);
    return [
      ...list(Actions).map((action): Link => ({
        from: self,
        to: deviceTarget(action),
        kind: 'event',
        rule: 'Actions',
      })),
      { from: self, to: deviceTarget(map(ErrorAction)), kind: 'failure', rule: 'ErrorAction' },
    ];
  },
  'AWS::KinesisFirehose::DeliveryStream': (p) => [
    {
      from: map(p.KinesisStreamSourceConfiguration).KinesisStreamARN,
      to: self,
      kind: 'event',
      rule: 'KinesisStreamSourceConfiguration',
    },
    ...['S3DestinationConfiguration', 'ExtendedS3DestinationConfiguration'].map((rule): Link => ({
      from: self,
      to: map(p[rule]).BucketARN,
      kind: 'log',
      rule,
    })),
  ],
  'AWS::Lambda::EventInvokeConfig': destinations,
  'AWS::Lambda::EventSourceMapping': (p) => [
    { from: p.EventSourceArn, to: p.FunctionName, kind: 'event', rule: 'EventSourceArn' },
    {
      from: p.FunctionName,
      to: map(map(p.DestinationConfig).OnFailure).Destination,
      kind: 'failure',
      label: 'failed batches',
      rule: 'DestinationConfig.OnFailure',
    },
  ],
  'AWS::Lambda::Function': (p) => [
    {
      from: self,
      to: map(p.DeadLetterConfig).TargetArn,
      kind: 'failure',
      label: 'failed events',
      rule: 'DeadLetterConfig',
    },
  ],
  'AWS::Logs::SubscriptionFilter': (p) => [
    { from: p.LogGroupName, to: p.DestinationArn, kind: 'log', label: 'log lines', rule: 'DestinationArn' },
  ],
  'AWS::Pipes::Pipe': (p) => [
    { from: p.Source, to: self, kind: 'event', rule: 'Source' },
    { from: self, to: p.Enrichment, kind: 'call', label: 'enriches', rule: 'Enrichment' },
    { from: self, to: p.Target, kind: 'event', rule: 'Target' },
    ...Object.entries(map(p.SourceParameters)).map(([name, source]): Link => ({
      from: self,
      to: map(map(source).DeadLetterConfig).Arn,
      kind: 'failure',
      label: 'failed records',
      rule: `SourceParameters.${name}.DeadLetterConfig`,
    })),
  ],
  'AWS::S3::Bucket': (p) => [
    ...notifications(self, p.NotificationConfiguration),
    {
      from: self,
      to: map(p.LoggingConfiguration).DestinationBucketName,
      kind: 'log',
      label: 'access logs',
      rule: 'LoggingConfiguration',
    },
    ...list(map(p.ReplicationConfiguration).Rules).map((rule): Link => ({
      from: self,
      to: map(rule.Destination).Bucket,
      kind: 'data',
      label: 'replicates',
      rule: 'ReplicationConfiguration',
    })),
  ],
  'AWS::SES::ConfigurationSetEventDestination': (p) => {
    const { SnsDestination, EventBridgeDestination, KinesisFirehoseDestination } = map(p.EventDestination);
    const to = [
      map(SnsDestination).TopicARN,
      map(EventBridgeDestination).EventBusArn,
      map(KinesisFirehoseDestination).DeliveryStreamARN,
    ];
    return [{ from: p.ConfigurationSetName, to, kind: 'event', label: 'what became of it', rule: 'EventDestination' }];
  },
  'AWS::SNS::Subscription': (p) => [
    {
      from: p.TopicArn,
      to: p.Endpoint,
      kind: 'event',
      ...(p.FilterPolicy !== undefined && { label: 'filtered' }),
      rule: 'Endpoint',
    },
    ...redrive(p.TopicArn, p.RedrivePolicy, 'RedrivePolicy'),
  ],
  'AWS::SNS::Topic': (p) =>
    list(p.Subscription).map((one): Link => ({ from: self, to: one.Endpoint, kind: 'event', rule: 'Subscription' })),
  'AWS::SQS::Queue': (p) => redrive(self, p.RedrivePolicy, 'RedrivePolicy'),
  'AWS::Scheduler::Schedule': (p) => target(map(p.Target), 'Target'),
  'AWS::WAFv2::WebACLAssociation': (p) => [
    { from: p.WebACLArn, to: p.ResourceArn, kind: 'call', label: 'filters', rule: 'ResourceArn' },
  ],
  'Custom::S3BucketNotifications': (p) => notifications(p.BucketName, p.NotificationConfiguration),
};

/** Whom an action of an IoT rule tells. Of a state machine it has the name only, which is a part of its ARN. */
function deviceTarget(action: Readonly<Record<string, unknown>>): unknown {
  const { Lambda, Sqs, Sns, StepFunctions } = action;
  return map(Lambda).FunctionArn ?? map(Sqs).QueueUrl ?? map(Sns).TargetArn ?? map(StepFunctions).StateMachineName;
}
