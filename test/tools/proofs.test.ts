import { listening } from '../support/console';
import { catalogue } from '../../lib/catalogue';
import { judged, proofs, run, violations } from '../../tools/proofs';
import { accepted } from '../../tools/proofs/accepted';
import { endOfSupport } from '../../tools/proofs/end-of-support';
import { daysLeft, productsIn, statement } from '../../tools/proofs/support';
import { loadTemplates } from '../../tools/template/load';
import type { Resource, Template } from '../../tools/template/stack';

const find = (name: string, Resources: Record<string, Resource>, rest: object = {}): string[] =>
  violations(
    proofs.find((proof) => proof.name === name)!,
    [{ name: 'Stack', template: { Resources, ...rest } }],
  );
const deny = (action: string, ...resources: unknown[]) => ({
  PolicyDocument: {
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: action,
        Resource: resources,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  },
});
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queue = (properties: object = {}): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: { SqsManagedSseEnabled: true, ...properties },
});
const watched = (id: string): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
  },
});

describe.each(catalogue)('$name', ({ name }) => {
  describe.each(['sandbox', 'production'])('as %s', (profile) => {
    const templates = loadTemplates(name, [`profile=${profile}`]);
    test.each(proofs)('$promise', (proof) => {
      expect(judged(proof, name, templates).filter(({ reason }) => reason === undefined)).toEqual([]);
    });

    test('what was accepted is still there to be accepted', () => {
      const mine = accepted.filter(({ architecture }) => architecture === name);
      const reasons = proofs.flatMap((proof) => judged(proof, name, templates).map(({ reason }) => reason));
      expect(mine.filter(({ reason }) => !reasons.includes(reason))).toEqual([]);
    });
  });
});

test('with a certificate nothing is accepted any more: every door takes TLS', () => {
  const certificate = 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
  const templates = loadTemplates('three-tier-web', [`certificateArn=${certificate}`]);
  expect(proofs.flatMap((proof) => violations(proof, templates))).toEqual([]);
});

describe('encryption at rest', () => {
  test.each<[string, Resource, number]>([
    ['a bucket without encryption', { Type: 'AWS::S3::Bucket' }, 1],
    ['a bucket with it', { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: {} } }, 0],
    ['a queue without it', { Type: 'AWS::SQS::Queue' }, 1],
    ["a queue with the queue service's key", queue(), 0],
    ['a topic without a key', { Type: 'AWS::SNS::Topic' }, 1],
    [
      'a launch template that leaves the root disk to the image',
      { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: {} } },
      1,
    ],
    [
      'a launch template with one disk of two encrypted',
      {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: { LaunchTemplateData: { BlockDeviceMappings: [{ Ebs: { Encrypted: true } }, { Ebs: {} }] } },
      },
      1,
    ],
    ['a database without it', { Type: 'AWS::RDS::DBInstance', Properties: {} }, 1],
  ])('%s', (_what, resource, count) => {
    expect(find('encryption at rest', { Store: resource })).toEqual(
      Array(count).fill('Store: is not encrypted at rest'),
    );
  });
});

describe('encryption in transit', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: {} } };
  const open = ['Door: has no policy that denies plain HTTP to everybody'];

  test('a bucket needs a policy that denies plain HTTP on itself and on its objects', () => {
    const policy = (...resources: unknown[]) => ({
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Door' }, ...deny('s3:*', ...resources) },
    });
    expect(find('encryption in transit', { Door: bucket })).toEqual(open);
    expect(find('encryption in transit', { Door: bucket, Policy: policy(arn('Door')) })).toEqual(open);
    expect(
      find('encryption in transit', {
        Door: bucket,
        Policy: policy(arn('Door'), { 'Fn::Join': ['', [arn('Door'), '/*']] }),
      }),
    ).toEqual([]);
  });

  test('the policy of another door does not help', () => {
    const policy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Other' }], ...deny('sqs:*', arn('Other')) },
    };
    expect(find('encryption in transit', { Door: queue(), Policy: policy })).toEqual(open);
  });

  test('a deny that names somebody, or that meets TLS too or only, closes no door to plain HTTP', () => {
    const weaker = [
      ['{"AWS":"*"}', '{"AWS":"arn:aws:iam::111122223333:root"}'],
      ['"aws:SecureTransport":"false"', '"aws:SecureTransport":"true"'],
      ['"aws:SecureTransport"', '"aws:ViaAWSService"'],
    ].map(([was, is]) => JSON.parse(JSON.stringify(deny('sqs:*', arn('Door'))).replace(was, is)) as object);
    const policy = (document: object) => ({
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Door' }], ...document },
    });
    expect(find('encryption in transit', { Door: queue(), Policy: policy(deny('sqs:*', arn('Door'))) })).toEqual([]);
    for (const document of weaker)
      expect(find('encryption in transit', { Door: queue(), Policy: policy(document) })).toEqual(open);
  });

  test('an allow is not a deny', () => {
    const allow = JSON.parse(JSON.stringify(deny('sqs:*', arn('Door'))).replace('Deny', 'Allow')) as object;
    const policy = { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Door' }], ...allow } };
    expect(find('encryption in transit', { Door: queue(), Policy: policy })).toEqual(open);
  });

  test('a listener that forwards HTTP is an open door, one that redirects is not', () => {
    const listener = (Type: string) => ({
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: { Protocol: 'HTTP', DefaultActions: [{ Type }] },
    });
    expect(find('encryption in transit', { Door: listener('forward') })).toEqual(['Door: forwards plain HTTP']);
    expect(find('encryption in transit', { Door: listener('redirect') })).toEqual([]);
  });

  test('every behaviour of a distribution counts', () => {
    const distribution = (other: string) => ({
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
          CacheBehaviors: [{ ViewerProtocolPolicy: other }],
        },
      },
    });
    expect(find('encryption in transit', { Door: distribution('allow-all') })).toEqual([
      'Door: serves viewers over plain HTTP',
    ]);
    expect(find('encryption in transit', { Door: distribution('https-only') })).toEqual([]);
  });
});

describe('dead letters [messaging-dead-letter-everywhere]', () => {
  type Case = [string, Record<string, Resource>, Record<string, Resource>, string];
  const kept = { Failures: queue(), Alarm: watched('Failures') };
  const toFailures = { deadLetterTargetArn: arn('Failures') };
  const toFunction = { Target: { Arn: arn('Function'), DeadLetterConfig: { Arn: arn('Failures') } } };
  const called = (service: string): Case => {
    const permission = (Properties: object): Record<string, Resource> => ({
      Edge: {
        Type: 'AWS::Lambda::Permission',
        Properties: { Principal: `${service}.amazonaws.com`, FunctionName: { Ref: 'Alias' } },
      },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' } } },
      Function: { Type: 'AWS::Lambda::Function', Properties },
    });
    return [
      `a function that ${service} may call by its alias`,
      permission({}),
      permission({ DeadLetterConfig: { TargetArn: arn('Failures') } }),
      `Edge: lets ${service}.amazonaws.com invoke asynchronously and has no dead-letter queue`,
    ];
  };
  const deadLettered = {
    Type: 'AWS::Lambda::Function',
    Properties: { DeadLetterConfig: { TargetArn: arn('Watched') } },
  };
  const handed = (when: string, to: string, properties: object): Record<string, Resource> => ({
    Edge: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'First' }, DestinationConfig: { [when]: { Destination: arn(to) } } },
    },
    [to]: { Type: 'AWS::Lambda::Function', Properties: properties },
    Watched: queue(),
    WatchedAlarm: watched('Watched'),
  });
  const edges: Case[] = [
    [
      'a subscription',
      { Edge: { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'sqs' } } },
      { Edge: { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'sqs', RedrivePolicy: toFailures } } },
      'Edge: delivers to sqs and has no dead-letter queue',
    ],
    [
      'a queue that feeds a function',
      { Edge: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: arn('Work') } }, Work: queue() },
      {
        Edge: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: arn('Work') } },
        Work: queue({ RedrivePolicy: toFailures }),
      },
      'Edge: reads a source and has no dead-letter queue',
    ],
    [
      'the target of a rule',
      { Edge: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: 'Target0' }] } } },
      {
        Edge: {
          Type: 'AWS::Events::Rule',
          Properties: { Targets: [{ Id: 'Target0', DeadLetterConfig: { Arn: arn('Failures') } }] },
        },
      },
      'Edge: delivers to Target0 and has no dead-letter queue',
    ],
    [
      'a schedule',
      { Edge: { Type: 'AWS::Scheduler::Schedule', Properties: { Target: {} } } },
      {
        Edge: {
          Type: 'AWS::Scheduler::Schedule',
          Properties: { Target: { DeadLetterConfig: { Arn: arn('Failures') } } },
        },
      },
      'Edge: calls its target and has no dead-letter queue',
    ],
    [
      'a rule over what devices send',
      { Edge: { Type: 'AWS::IoT::TopicRule', Properties: { TopicRulePayload: { Actions: [] } } } },
      {
        Edge: {
          Type: 'AWS::IoT::TopicRule',
          Properties: { TopicRulePayload: { ErrorAction: { Sqs: { QueueUrl: { Ref: 'Failures' } } } } },
        },
      },
      'Edge: hands on what devices send and has no dead-letter queue',
    ],
    [
      'a function with asynchronous settings',
      { Edge: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'Function' } } } },
      {
        Edge: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Function' },
            DestinationConfig: { OnFailure: { Destination: arn('Failures') } },
          },
        },
      },
      'Edge: invokes asynchronously and has no dead-letter queue',
    ],
    [
      'a function that S3 may call',
      {
        Edge: {
          Type: 'AWS::Lambda::Permission',
          Properties: { Principal: 's3.amazonaws.com', FunctionName: arn('Function') },
        },
        Function: { Type: 'AWS::Lambda::Function' },
      },
      {
        Edge: {
          Type: 'AWS::Lambda::Permission',
          Properties: { Principal: 's3.amazonaws.com', FunctionName: arn('Function') },
        },
        Function: { Type: 'AWS::Lambda::Function', Properties: { DeadLetterConfig: { TargetArn: arn('Failures') } } },
      },
      'Edge: lets s3.amazonaws.com invoke asynchronously and has no dead-letter queue',
    ],
    ...['sns', 'iot', 'events', 'logs', 'ses', 'config', 'codecommit'].map(called),
    [
      'a function that a schedule calls',
      {
        Edge: { Type: 'AWS::Scheduler::Schedule', Properties: toFunction },
        Function: { Type: 'AWS::Lambda::Function' },
        ...kept,
      },
      {
        Edge: { Type: 'AWS::Scheduler::Schedule', Properties: toFunction },
        Function: { Type: 'AWS::Lambda::Function', Properties: { DeadLetterConfig: { TargetArn: arn('Failures') } } },
      },
      'Edge: lets scheduler.amazonaws.com invoke asynchronously and has no dead-letter queue',
    ],
    [
      'a stream that feeds a function',
      { Edge: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: arn('Stream') } } },
      {
        Edge: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: arn('Stream'),
            DestinationConfig: { OnFailure: { Destination: arn('Failures') } },
          },
        },
      },
      'Edge: reads a source and has no dead-letter queue',
    ],
    [
      'a pipe from a queue',
      { Edge: { Type: 'AWS::Pipes::Pipe', Properties: { Source: arn('Work') } }, Work: queue() },
      {
        Edge: { Type: 'AWS::Pipes::Pipe', Properties: { Source: arn('Work') } },
        Work: queue({ RedrivePolicy: toFailures }),
      },
      'Edge: reads a source and has no dead-letter queue',
    ],
    [
      'a pipe from a stream',
      { Edge: { Type: 'AWS::Pipes::Pipe', Properties: { Source: arn('Stream') } } },
      {
        Edge: {
          Type: 'AWS::Pipes::Pipe',
          Properties: {
            Source: arn('Stream'),
            SourceParameters: { KinesisStreamParameters: { DeadLetterConfig: { Arn: arn('Failures') } } },
          },
        },
      },
      'Edge: reads a source and has no dead-letter queue',
    ],
    ...[
      {
        Type: 'AWS::S3::Bucket',
        Properties: { NotificationConfiguration: { QueueConfigurations: [{ Queue: arn('Work') }] } },
      },
      {
        Type: 'Custom::S3BucketNotifications',
        Properties: { NotificationConfiguration: { QueueConfigurations: [{ Events: [], QueueArn: arn('Work') }] } },
      },
    ].map((Edge): Case => [
      `a queue that a bucket tells (${Edge.Type})`,
      { Edge, Work: queue() },
      { Edge, Work: queue({ RedrivePolicy: toFailures }) },
      'Edge: tells Work and has no dead-letter queue',
    ]),
    [
      'a function that takes the results of another',
      { ...handed('OnSuccess', 'Next', {}), First: deadLettered },
      { ...handed('OnSuccess', 'Next', { DeadLetterConfig: { TargetArn: arn('Failures') } }), First: deadLettered },
      'Edge: lets lambda.amazonaws.com invoke asynchronously and has no dead-letter queue',
    ],
  ];

  test.each(edges)(
    '%s needs a dead-letter queue with an alarm [messaging-dead-letter-everywhere]',
    (_what, without, withQueue, fault) => {
      expect(find('dead letters', without)).toEqual([fault]);
      expect(find('dead letters', { ...withQueue, ...kept })).toEqual([]);
      expect(find('dead letters', { ...withQueue, Failures: queue() })).toEqual([
        'Failures: keeps failures, but no alarm watches it',
      ]);
      expect(find('dead letters', { ...withQueue, Failures: queue(), Alarm: watched('Other') })).toEqual([
        'Failures: keeps failures, but no alarm watches it',
      ]);
    },
  );

  describe('a place for failures that is no queue', () => {
    const edge = (worker: string): Record<string, Resource> => ({
      Edge: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: worker },
          DestinationConfig: { OnFailure: { Destination: arn('Failures') } },
        },
      },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Work' } } },
      Work: { Type: 'AWS::Lambda::Function' },
    });
    const alarm = (id: string, MetricName: string): Resource => ({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { MetricName, Dimensions: [{ Name: 'of', Value: { Ref: id } }] },
    });
    const named = (property: string): object => ({ [property]: { Ref: 'Failures' } });
    const fault = (text: string) => [`Failures: takes failures of Work, ${text}`];

    test.each([
      [
        'AWS::SNS::Topic',
        { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'email', ...named('TopicArn') } },
        alarm('Failures', 'NumberOfMessagesPublished'),
        'but nobody subscribes to it and no alarm watches it',
      ],
      [
        'AWS::Events::EventBus',
        { Type: 'AWS::Events::Rule', Properties: named('EventBusName') },
        alarm('Work', 'DestinationDeliveryFailures'),
        'but no rule reads them and no alarm watches Work',
      ],
      ['AWS::S3::Bucket', undefined, alarm('Work', 'AsyncEventsDropped'), 'which tells nobody: no alarm watches Work'],
    ] as const)('a %s', (Type, Listener, Alarm, text) => {
      for (const worker of ['Work', 'Alias']) {
        const parts = { ...edge(worker), Failures: { Type } };
        expect(find('dead letters', parts)).toEqual(fault(text));
        expect(find('dead letters', { ...parts, Alarm })).toEqual([]);
        expect(find('dead letters', { ...parts, Alarm: alarm('Work', 'Errors') })).toEqual([]);
        expect(find('dead letters', { ...parts, Alarm: alarm('Work', 'Duration') })).toEqual(fault(text));
        expect(find('dead letters', { ...parts, Alarm: alarm('Other', 'Errors') })).toEqual(fault(text));
        if (Listener) expect(find('dead letters', { ...parts, Listener })).toEqual([]);
      }
    });

    test('a listener of something else hears nothing', () => {
      const other = { Ref: 'Other' };
      const parts = (Type: string, Listener: Resource) => ({ ...edge('Work'), Failures: { Type }, Listener });
      const subscription = { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'email', TopicArn: other } };
      const rule = { Type: 'AWS::Events::Rule', Properties: { EventBusName: other } };
      expect(find('dead letters', parts('AWS::SNS::Topic', subscription))).toHaveLength(1);
      expect(find('dead letters', parts('AWS::Events::EventBus', rule))).toHaveLength(1);
    });

    test('a function that takes failures must keep its own', () => {
      const { Edge, ...rest } = handed('OnFailure', 'Next', {});
      const missing = ['Edge: lets lambda.amazonaws.com invoke asynchronously and has no dead-letter queue'];
      expect(find('dead letters', { Edge, ...rest, First: deadLettered })).toEqual(missing);
    });

    test('a stream whose failures go to a bucket is watched by the events that were handed on', () => {
      const parts = {
        Edge: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: arn('Stream'),
            FunctionName: { Ref: 'Work' },
            DestinationConfig: { OnFailure: { Destination: arn('Failures') } },
          },
        },
        Work: { Type: 'AWS::Lambda::Function' },
        Failures: { Type: 'AWS::S3::Bucket' },
      };
      expect(find('dead letters', parts)).toEqual(fault('which tells nobody: no alarm watches Work'));
      const Alarm = alarm('Work', 'OnFailureDestinationDeliveredEventCount');
      expect(find('dead letters', { ...parts, Alarm })).toEqual([]);
    });
  });

  test.each(['email', 'email-json', 'sms', 'application'])('people subscribed by %s need none', (Protocol) => {
    expect(find('dead letters', { Edge: { Type: 'AWS::SNS::Subscription', Properties: { Protocol } } })).toEqual([]);
  });
});

describe('operations', () => {
  const group = (properties: object) => ({ Type: 'AWS::Logs::LogGroup', Properties: properties });
  const logging = (LogGroup: unknown) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { LoggingConfig: { LogGroup } },
  });

  test('a function logs to a group of the stack, and the group expires', () => {
    expect(find('owned logs', { F: { Type: 'AWS::Lambda::Function' } })).toEqual([
      'F: logs to a group that the stack does not own',
    ]);
    expect(find('owned logs', { F: logging('/aws/lambda/f') })).toEqual([
      'F: logs to a group that the stack does not own',
    ]);
    expect(find('owned logs', { F: logging({ Ref: 'G' }), G: group({}) })).toEqual(['G: keeps logs for ever']);
    expect(find('owned logs', { F: logging({ Ref: 'G' }), G: group({ RetentionInDays: 7 }) })).toEqual([]);
  });

  test('an alarm is heard by a topic of the stack, by a scaling policy, by a deployment that rolls back, or by a rule', () => {
    const alarm = (action?: unknown) => ({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { AlarmActions: action === undefined ? undefined : [action] },
    });
    const unheard = ['A: goes off unheard: none of its actions is a topic of the stack'];
    expect(find('heard alarms', { A: alarm() })).toEqual(unheard);
    expect(find('heard alarms', { A: alarm({ Ref: 'Q' }), Q: queue() })).toEqual(unheard);
    expect(find('heard alarms', { A: alarm({ Ref: 'T' }), T: { Type: 'AWS::SNS::Topic' } })).toEqual([]);
    expect(find('heard alarms', { A: alarm({ Ref: 'P' }), P: { Type: 'AWS::AutoScaling::ScalingPolicy' } })).toEqual(
      [],
    );
    const group = {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: { AlarmConfiguration: { Alarms: [{ Name: { Ref: 'A' } }] } },
    };
    expect(find('heard alarms', { A: alarm(), D: group })).toEqual([]);
    const rule = (alarmArn: unknown, Targets: unknown[]) => ({
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { resources: [alarmArn] }, Targets },
    });
    const own = { 'Fn::GetAtt': ['A', 'Arn'] };
    expect(find('heard alarms', { A: alarm(), R: rule(own, [{ Arn: 'f' }]) })).toEqual([]);
    expect(find('heard alarms', { A: alarm(), R: rule(own, []) })).toEqual(unheard);
    expect(find('heard alarms', { A: alarm(), R: rule({ 'Fn::GetAtt': ['B', 'Arn'] }, [{ Arn: 'f' }]) })).toEqual(
      unheard,
    );
  });

  test('a runtime past its end, or one nobody dated, is refused, wherever a helper looks it up [serverless-runtime-supported]', () => {
    const running = (Runtime: unknown) => ({ F: { Type: 'AWS::Lambda::Function', Properties: { Runtime } } });
    expect(find('supported runtimes', running('nodejs24.x'))).toEqual([]);
    expect(find('supported runtimes', running('nodejs20.x'))).toEqual([
      'F: runs on nodejs20.x, which is unsupported or not in the dated table',
    ]);
    expect(find('supported runtimes', running('cobol85'))).toHaveLength(1);
    const mapped = { 'Fn::FindInMap': ['Latest', { Ref: 'AWS::Region' }, 'value'] };
    const mapping = (value: string) => ({
      Mappings: { Latest: { 'eu-west-1': { value: 'nodejs24.x' }, 'cn-north-1': { value } } },
    });
    expect(find('supported runtimes', running(mapped), mapping('nodejs24.x'))).toEqual([]);
    expect(find('supported runtimes', running(mapped), mapping('nodejs18.x'))).toHaveLength(1);
  });

  test('the days a runtime has left are counted to its end of support [serverless-runtime-supported]', () => {
    const template: Template = {
      Resources: { F: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs22.x' } } },
    };
    const [used] = productsIn(template);
    expect(used).toEqual({ logicalId: 'F', product: 'nodejs22.x', until: '2027-04-30' });
    expect(daysLeft(used, new Date('2027-04-20'))).toBe(10);
    expect(daysLeft({ ...used, until: 'open' }, new Date('2027-04-20'))).toBeUndefined();
  });

  test.each<[string, object, string[]]>([
    ['AWS::RDS::DBInstance', { Engine: 'postgres', EngineVersion: '16.4' }, []],
    ['AWS::RDS::DBInstance', { Engine: 'postgres', EngineVersion: '12.7' }, ['postgres 12.7']],
    ['AWS::RDS::DBInstance', { Engine: 'postgres' }, []],
    ['AWS::RDS::DBCluster', { Engine: 'aurora-mysql', EngineVersion: '8.0.mysql_aurora.3.08.0' }, []],
    [
      'AWS::RDS::DBCluster',
      { Engine: 'aurora-mysql', EngineVersion: '5.7.mysql_aurora.2.11.1' },
      ['aurora-mysql 5.7.mysql_aurora.2.11.1'],
    ],
    ['AWS::ElastiCache::ReplicationGroup', { EngineVersion: '5.0.6' }, ['redis 5.0.6']],
    ['AWS::ElastiCache::ReplicationGroup', { Engine: 'valkey', EngineVersion: '8.0' }, []],
    ['AWS::EKS::Cluster', { Version: '1.34' }, []],
    ['AWS::EKS::Cluster', { Version: 1.31 }, ['eks 1.31']],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'OpenSearch_2.19' }, []],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'OpenSearch_2.9' }, ['opensearch 2.9']],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'OpenSearch_1.3' }, []],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'OpenSearch_1.2' }, ['opensearch 1.2']],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'Elasticsearch_7.10' }, []],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'Elasticsearch_7.4' }, ['elasticsearch 7.4']],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'Elasticsearch_6.8' }, []],
    ['AWS::OpenSearchService::Domain', { EngineVersion: 'Elasticsearch_6.7' }, ['elasticsearch 6.7']],
    ['AWS::RDS::DBInstance', { Engine: 'mariadb', EngineVersion: '10.11.6' }, []],
    ['AWS::RDS::DBInstance', { Engine: 'mariadb', EngineVersion: '10.5.28' }, ['mariadb 10.5.28']],
    ['AWS::DocDB::DBCluster', { EngineVersion: '3.6.0' }, ['docdb 3.6.0']],
    ['AWS::Elasticsearch::Domain', {}, ['elasticsearch 1.5']],
    ['AWS::EC2::Instance', { ImageId: { Ref: 'Image' } }, ['amzn2']],
    [
      'AWS::EC2::LaunchTemplate',
      {
        LaunchTemplateData: {
          ImageId: '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64}}',
        },
      },
      [],
    ],
    ['AWS::EC2::Instance', { ImageId: 'ami-12345678' }, []],
  ])('%s %j past its end of support is refused', (Type, Properties, products) => {
    const Parameters = {
      Image: {
        Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: '/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2',
      },
    };
    expect(find('supported runtimes', { R: { Type, Properties } }, { Parameters })).toEqual(
      products.map((product) => `R: runs on ${product}, which is unsupported or not in the dated table`),
    );
  });

  test('every end of support is a day or open, and stands once, below the page of AWS that says it [serverless-runtime-supported]', () => {
    const rows = endOfSupport.tables.flatMap(({ page, ends }) => Object.entries(ends).map((row) => [page, ...row]));
    for (const [page, product, until] of rows) {
      expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[^ ]+\.html$/);
      expect([product, until === 'open' || new Date(until).toISOString().startsWith(until)]).toEqual([product, true]);
    }
    expect(new Set(rows.map(([, product]) => product)).size).toBe(rows.length);
  });

  test('every function of the catalogue is in the statement of what runs on what [serverless-runtime-supported]', () => {
    for (const { name } of catalogue) {
      const stacks = loadTemplates(name);
      const functions = stacks.flatMap(({ template }) =>
        Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function'),
      );
      const rows = statement(stacks);
      const users = rows.filter(({ product }) => !/^(al|amzn)/.test(product)).flatMap((row) => row.users);
      expect([name, users.length]).toEqual([name, functions.length]);
      expect(rows.filter(({ until }) => until === 'unknown')).toEqual([]);
    }
  });

  test('a literal name is found by what AWS calls the identifier of its type; a reference, or a name within a parent, is none', () => {
    const stage = { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'A' }, StageName: 'live' } };
    expect(find('no physical names', { S: stage })).toEqual([]);
    expect(find('no physical names', { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'mine' } } })).toEqual([
      'B: has the physical name BucketName: mine',
    ]);
    expect(
      find('no physical names', {
        B: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'F' } } },
      }),
    ).toEqual([]);
  });
});

describe('the command', () => {
  const said = listening();

  test('asks for a target', () => {
    expect(run([])).toBe(2);
    expect(said[0]).toMatch(/^say what to look at/);
  });

  test('says what is supported until when', () => {
    run(['orders-api'], new Date('2026-11-21'));
    expect(said.join('\n')).toMatch(/nodejs24\.x +supported until 2028-04-30, used by 5/);
    expect(said.join('\n')).not.toContain('ends in');
  });

  test('ends with 2 and one error for what is no template', () => {
    expect(run(['nowhere'])).toBe(2);
    expect(said).toEqual([expect.stringMatching(/^nowhere is neither an architecture nor a file/)]);
  });

  test('warns of a runtime half a year before its end [serverless-runtime-supported]', () => {
    run(['orders-api'], new Date('2028-03-01'));
    expect(said.join('\n')).toMatch(/orders-api\/.*: support of nodejs24.x ends in 60 days/);
  });
});
