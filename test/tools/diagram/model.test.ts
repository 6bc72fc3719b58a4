import { describe as sentences } from '../../../tools/diagram/describe';
import { labelLines } from '../../../tools/diagram/labels';
import { mermaidOf } from '../../../tools/diagram/mermaid';
import { pictureOf } from '../../../tools/diagram/model/build';
import { inWords } from '../../../tools/diagram/model/naming';
import { byName } from '../../../tools/diagram/model/order';
import { partsOf, type Picture } from '../../../tools/diagram/model/picture';
import { linesOf, widthOf } from '../../../tools/diagram/text';
import type { Resource } from '../../../tools/template/stack';
import { ref, Sketch } from '../reachability/sketch';

const drawn = (Resources: Record<string, Resource>): Picture =>
  pictureOf('test', [{ name: 'app', template: { Resources } }]);
const arrows = ({ edges, boxes }: Picture): string[] => {
  const names = new Map(boxes.map(({ id, name }) => [id, name]));
  return edges.map(({ from, to, kind, label }) => [names.get(from), kind, names.get(to), ...label].join(' '));
};
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const role = (service: string): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
  },
});
const worker = { Type: 'AWS::Lambda::Function', Properties: { Role: arn('WorkerRole'), Code: {} } };
const policy = (...statements: object[]): Resource => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: 'p',
    Roles: [{ Ref: 'WorkerRole' }],
    PolicyDocument: { Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) },
  },
});

describe('arrows', () => {
  test('what carries the tag of a backup plan is backed up to its vault, which is copied to another by its name', () => {
    const tagged = (Value: string) => ({ Tags: [{ Key: 'backup', Value }] });
    const picture = drawn({
      Kept: { Type: 'AWS::DynamoDB::Table', Properties: tagged('daily') },
      Scratch: { Type: 'AWS::DynamoDB::Table', Properties: tagged('never') },
      Here: { Type: 'AWS::Backup::BackupVault', Properties: { BackupVaultName: 'here' } },
      There: { Type: 'AWS::Backup::BackupVault', Properties: { BackupVaultName: 'there' } },
      Plan: {
        Type: 'AWS::Backup::BackupPlan',
        Properties: {
          BackupPlan: {
            BackupPlanRule: [
              {
                TargetBackupVault: { Ref: 'Here' },
                CopyActions: [
                  {
                    DestinationBackupVaultArn: {
                      'Fn::Sub': 'arn:aws:backup:${AWS::Region}:${AWS::AccountId}:backup-vault:there',
                    },
                  },
                ],
              },
            ],
          },
        },
      },
      Selected: {
        Type: 'AWS::Backup::BackupSelection',
        Properties: {
          BackupPlanId: { Ref: 'Plan' },
          BackupSelection: {
            ListOfTags: [{ ConditionKey: 'backup', ConditionType: 'STRINGEQUALS', ConditionValue: 'daily' }],
          },
        },
      },
    });
    expect(arrows(picture)).toEqual(['Here data There copies', 'Kept data Here backed up']);
  });

  test('a volume with the tag of a plan is drawn into it, and a server that attaches it to the volume', () => {
    const tagged = (Value: string) => ({ Tags: [{ Key: 'kept', Value }] });
    const picture = drawn({
      Data: { Type: 'AWS::EC2::Volume', Properties: tagged('daily') },
      Scratch: { Type: 'AWS::EC2::Volume', Properties: tagged('never') },
      Plan: {
        Type: 'AWS::DLM::LifecyclePolicy',
        Properties: { PolicyDetails: { TargetTags: [{ Key: 'kept', Value: 'daily' }] } },
      },
      Server: { Type: 'AWS::EC2::Instance', Properties: {} },
      Attached: {
        Type: 'AWS::EC2::VolumeAttachment',
        Properties: { InstanceId: { Ref: 'Server' }, VolumeId: { Ref: 'Scratch' }, Device: '/dev/sdf' },
      },
    });
    expect(arrows(picture).filter((arrow) => arrow.includes(' data '))).toEqual([
      'Data data Plan snapshots',
      'Server data Scratch attached',
    ]);
  });

  test('mail goes through a configuration set, by the rights of who sends it, and the set tells what became of it', () => {
    const named = (kind: string, id: string) => ({
      'Fn::Sub': `arn:aws:ses:\${AWS::Region}:\${AWS::AccountId}:${kind}/\${${id}}`,
    });
    const picture = drawn({
      WorkerRole: role('lambda.amazonaws.com'),
      Worker: worker,
      Rights: policy({
        Action: 'ses:SendEmail',
        Resource: [named('identity', 'Shop'), named('configuration-set', 'Set')],
      }),
      Shop: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'shop.example' } },
      Set: { Type: 'AWS::SES::ConfigurationSet' },
      Events: { Type: 'AWS::SNS::Topic' },
      Told: {
        Type: 'AWS::SES::ConfigurationSetEventDestination',
        Properties: {
          ConfigurationSetName: { Ref: 'Set' },
          EventDestination: { MatchingEventTypes: ['bounce'], SnsDestination: { TopicARN: { Ref: 'Events' } } },
        },
      },
    });
    expect(arrows(picture).sort()).toEqual([
      'Set event Events what became of it',
      'Worker event Set sends mail',
      'Worker event Shop sends mail',
    ]);
  });

  test('a rule hears what its pattern names, and an address of a function is the function, whoever posts to it', () => {
    const picture = drawn({
      WorkerRole: role('lambda.amazonaws.com'),
      Worker: worker,
      Door: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: arn('Worker') } },
      News: { Type: 'AWS::SNS::Topic' },
      Told: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: { Ref: 'News' },
          Protocol: 'https',
          Endpoint: { 'Fn::GetAtt': ['Door', 'FunctionUrl'] },
        },
      },
      Photos: { Type: 'AWS::S3::Bucket' },
      Arrivals: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [{ Ref: 'Photos' }] } } },
          Targets: [{ Id: 'a', Arn: { Ref: 'News' } }],
        },
      },
    });
    expect(arrows(picture).sort()).toEqual([
      'Arrivals event News',
      'Clients call Worker HTTPS',
      'News event Worker',
      'Photos event Arrivals',
    ]);
  });

  test('a network asks its firewall and the private zones it sees, and its questions go to the log; helpers are folded into them', () => {
    const attribute = (id: string) => ({ 'Fn::GetAtt': [id, 'Id'] });
    const picture = drawn({
      Net: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Inside: {
        Type: 'AWS::Route53::HostedZone',
        Properties: { Name: 'corp.internal.', VPCs: [{ VPCId: { Ref: 'Net' }, VPCRegion: 'eu-west-1' }] },
      },
      Outside: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com.' } },
      Www: { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: { Ref: 'Inside' }, Name: 'www', Type: 'A' } },
      Wall: { Type: 'AWS::Route53Resolver::FirewallRuleGroup' },
      Place: {
        Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
        Properties: { FirewallRuleGroupId: attribute('Wall'), VpcId: { Ref: 'Net' }, Priority: 101 },
      },
      Queries: { Type: 'AWS::Route53Resolver::ResolverQueryLoggingConfig' },
      Logged: {
        Type: 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
        Properties: { ResolverQueryLogConfigId: attribute('Queries'), ResourceId: { Ref: 'Net' } },
      },
    });
    const [vpc] = picture.frames.filter(({ kind }) => kind === 'vpc');
    const names = new Map(picture.boxes.map(({ id, name, what }) => [id, `${name}, ${what}`]));
    expect(picture.edges.map(({ from, kind, to, label }) => [from === vpc.id, kind, names.get(to), ...label])).toEqual([
      [true, 'route', 'Inside, Private hosted zone', 'names'],
      [true, 'log', 'Queries, Query log', 'queries'],
      [true, 'route', 'Wall, DNS firewall', 'asked first'],
    ]);
    expect(picture.boxes.map(({ note }) => note).filter(Boolean)).toEqual(['corp.internal', 'example.com']);
    const parts = Object.fromEntries(partsOf(picture).map(({ name, resources }) => [name, resources.length]));
    expect(parts).toMatchObject({ Inside: 2, Outside: 1, Wall: 2, Queries: 2 });
  });

  test('a group of servers says how many there are, and how far apart its template has them stand', () => {
    const fleet = (template: string, sizes: object): Resource => ({
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: { ...sizes, LaunchTemplate: { LaunchTemplateId: { Ref: template } } },
    });
    const { boxes } = drawn({
      Plan: { Type: 'AWS::EC2::PlacementGroup', Properties: { Strategy: 'partition' } },
      Near: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: { LaunchTemplateData: { Placement: { GroupName: { Ref: 'Plan' } } } },
      },
      Any: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: {} } },
      A: fleet('Near', { MinSize: '1', MaxSize: '6' }),
      B: fleet('Any', { MinSize: '2', MaxSize: '2' }),
      C: fleet('Any', {}),
    });
    expect(boxes.map(({ name, note }) => [name, note])).toEqual([
      ['A', '1 to 6 instances, partition group'],
      ['B', '2 instances'],
      ['C', undefined],
    ]);
  });

  test('a zone delegates to another, and answers by checks of what they ask, of alarms and of each other', () => {
    const check = (HealthCheckConfig: object) => ({
      Type: 'AWS::Route53::HealthCheck',
      Properties: { HealthCheckConfig },
    });
    const id = (of: string) => ({ 'Fn::GetAtt': [of, 'HealthCheckId'] });
    const picture = drawn({
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: arn('Worker'), AuthType: 'AWS_IAM' } },
      Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com.' } },
      Lab: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'lab.example.com.' } },
      Page: check({
        Type: 'HTTPS_STR_MATCH',
        FullyQualifiedDomainName: {
          'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Url', 'FunctionUrl'] }] }],
        },
      }),
      All: check({ Type: 'CALCULATED', ChildHealthChecks: [id('Page')] }),
      Delegation: {
        Type: 'AWS::Route53::RecordSet',
        Properties: {
          HostedZoneId: { Ref: 'Zone' },
          Type: 'NS',
          ResourceRecords: [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['Lab', 'NameServers'] }] }],
        },
      },
      Www: {
        Type: 'AWS::Route53::RecordSetGroup',
        Properties: { HostedZoneId: { Ref: 'Zone' }, RecordSets: [{ Type: 'A', HealthCheckId: id('All') }] },
      },
    });
    expect(arrows(picture).filter((arrow) => !arrow.startsWith('Clients'))).toEqual([
      'All alarm Zone',
      'Page alarm All',
      'Page call Worker HTTPS',
      'Zone route Lab delegates',
    ]);
    const parts = Object.fromEntries(partsOf(picture).map(({ name, resources }) => [name, resources.length]));
    expect(parts).toMatchObject({ Zone: 3, Lab: 1 });
  });

  test('a distribution calls a function by its address, of which it is given the host', () => {
    const picture = drawn({
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: arn('Worker'), AuthType: 'AWS_IAM' } },
      Edge: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Origins: [
              {
                Id: 'feed',
                DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Url', 'FunctionUrl'] }] }] },
                OriginAccessControlId: 'a',
                CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
              },
            ],
            DefaultCacheBehavior: { TargetOriginId: 'feed' },
          },
        },
      },
    });
    expect(arrows(picture)).toContain('Edge call Worker signed');
  });

  test('of a group of origins the first answers its paths, and the second when that is down', () => {
    const bucket = { Type: 'AWS::S3::Bucket' };
    const origin = (id: string) => ({ Id: `of-${id}`, DomainName: { 'Fn::GetAtt': [id, 'RegionalDomainName'] } });
    const picture = drawn({
      Main: bucket,
      Spare: bucket,
      Edge: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Origins: [origin('Main'), origin('Spare')],
            OriginGroups: {
              Items: [{ Id: 'both', Members: { Items: [{ OriginId: 'of-Main' }, { OriginId: 'of-Spare' }] } }],
            },
            DefaultCacheBehavior: { TargetOriginId: 'both' },
            CacheBehaviors: [{ PathPattern: '/assets/*', TargetOriginId: 'of-Spare' }],
          },
        },
      },
    });
    expect(arrows(picture).filter((one) => one.startsWith('Edge'))).toEqual([
      'Edge call Main /*',
      'Edge call Spare /* in an outage, /assets/*',
    ]);
  });

  test('a distribution says on which way it signs, and on which it encrypts fields of forms', () => {
    const picture = drawn({
      Page: { Type: 'AWS::S3::Bucket' },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
      Edge: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Origins: [
              { Id: 'page', DomainName: { 'Fn::GetAtt': ['Page', 'RegionalDomainName'] }, OriginAccessControlId: 'a' },
              { Id: 'api', DomainName: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
            ],
            DefaultCacheBehavior: { TargetOriginId: 'page' },
            CacheBehaviors: [{ TargetOriginId: 'api', PathPattern: '/forms*', FieldLevelEncryptionId: 'f' }],
          },
        },
      },
    });
    expect(arrows(picture)).toEqual(
      expect.arrayContaining(['Edge call Page /*, signed reads', 'Edge call API /forms*, fields encrypted']),
    );
  });

  test('an accelerator is called on its ports, and leads to a Region as its dial says', () => {
    const ports = (...numbers: number[]) => numbers.map((port) => ({ FromPort: port, ToPort: port }));
    const listener = (Protocol: string, PortRanges: unknown) => ({
      Type: 'AWS::GlobalAccelerator::Listener',
      Properties: { AcceleratorArn: { Ref: 'World' }, Protocol, PortRanges },
    });
    const picture = drawn({
      Entry: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Type: 'network' } },
      World: { Type: 'AWS::GlobalAccelerator::Accelerator', Properties: { Name: 'world' } },
      Streams: listener('TCP', [...ports(443), { FromPort: 4000, ToPort: 4009 }]),
      Datagrams: listener('UDP', ports(7)),
      Here: {
        Type: 'AWS::GlobalAccelerator::EndpointGroup',
        Properties: {
          ListenerArn: { Ref: 'Streams' },
          TrafficDialPercentage: 50,
          EndpointConfigurations: [{ EndpointId: { Ref: 'Entry' } }],
        },
      },
    });
    expect(arrows(picture)).toEqual(['World call Entry dial 50 %', 'Clients call World TCP 443, 4000-4009 UDP 7']);
    expect(Object.fromEntries(partsOf(picture).map(({ name, resources }) => [name, resources.length]))).toMatchObject({
      World: 4,
    });
  });

  test('what bakes images leads to who launches them and to who hears of them, and who refreshes a group to the group', () => {
    const parameter = '/imagebuilder/page';
    const hears = (source: string, name: string) => ({
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: [source], detail: { name: [name] } }, Targets: [] },
    });
    const template = (ImageId: string) => ({
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { ImageId } },
    });
    const group = (id: string) => ({
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: { MinSize: '1', MaxSize: '1', LaunchTemplate: { LaunchTemplateId: { Ref: id }, Version: '1' } },
    });
    const picture = drawn({
      Places: {
        Type: 'AWS::ImageBuilder::DistributionConfiguration',
        Properties: { Name: 'places', Distributions: [{ SsmParameterConfigurations: [{ ParameterName: parameter }] }] },
      },
      Pipeline: {
        Type: 'AWS::ImageBuilder::ImagePipeline',
        Properties: { Name: 'pipeline', DistributionConfigurationArn: arn('Places') },
      },
      Baked: hears('aws.ssm', parameter),
      Others: hears('aws.ssm', '/imagebuilder/other'),
      Elsewhere: hears('aws.batch', parameter),
      Newest: template(`resolve:ssm:${parameter}`),
      Plain: template('resolve:ssm:/aws/service/ami'),
      Fleet: group('Newest'),
      Old: group('Plain'),
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Policy: policy({
        Effect: 'Allow',
        Action: ['autoscaling:StartInstanceRefresh', 'autoscaling:CompleteLifecycleAction'],
        Resource: {
          'Fn::Sub':
            'arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/${Fleet}',
        },
      }),
    });
    expect(arrows(picture)).toEqual([
      'Pipeline event Baked',
      'Pipeline event Fleet image',
      'Worker call Fleet refreshes',
    ]);
  });

  test('what an accelerator alone brings from the internet is told by its own arrows', () => {
    const sketch = new Sketch()
      .vpc('A', '10.0.0.0/16')
      .subnet('A1', '10.0.1.0/24')
      .igw('Igw', 'A')
      .group('Open', 'A', [['tcp 443', '0.0.0.0/0']])
      .host('Host', 'A1', 'Open')
      .add('World', 'GlobalAccelerator::Accelerator', { Name: 'world' })
      .add('Pages', 'GlobalAccelerator::Listener', {
        AcceleratorArn: ref('World'),
        Protocol: 'TCP',
        PortRanges: [{ FromPort: 443, ToPort: 443 }],
      })
      .add('Here', 'GlobalAccelerator::EndpointGroup', {
        ListenerArn: ref('Pages'),
        EndpointConfigurations: [{ EndpointId: ref('Host') }],
      });
    expect(arrows(drawn(sketch.resources))).toEqual(['World call Host dial 100 %', 'Clients call World TCP 443']);
  });

  test('a load balancer says whether its addresses are such as others keep in lists', () => {
    const balancer = (Scheme: string, ...SubnetMappings: readonly object[]) => ({
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Type: 'network', Scheme, ...(SubnetMappings.length > 0 && { SubnetMappings }) },
    });
    const own = { AllocationId: 'eipalloc-1' };
    const picture = drawn({
      Any: balancer('internet-facing'),
      Given: balancer('internet-facing', { SubnetId: 'subnet-1' }),
      One: balancer('internet-facing', own),
      Two: balancer('internet-facing', own, own),
      Inner: balancer('internal'),
    });
    expect(Object.fromEntries(picture.boxes.map(({ name, note }) => [name, note]))).toEqual({
      Any: 'internet-facing',
      Given: 'internet-facing',
      One: '1 Elastic IP',
      Two: '2 Elastic IPs',
      Inner: 'internal',
    });
  });

  test('a mapping is an event, and the grant it needs is no second arrow', () => {
    const picture = drawn({
      Jobs: { Type: 'AWS::SQS::Queue' },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Grants: policy({ Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: arn('Jobs') }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: arn('Jobs'), FunctionName: { Ref: 'Worker' } },
      },
    });
    expect(arrows(picture)).toEqual(['Jobs event Worker']);
    expect(picture.edges[0].because).toEqual([{ stack: 'app', logicalId: 'Mapping', rule: 'EventSourceArn' }]);
  });

  test('a pipe carries the changes of a table to a queue, and what it could not to another', () => {
    const stream = { 'Fn::GetAtt': ['Orders', 'StreamArn'] };
    const picture = drawn({
      Orders: { Type: 'AWS::DynamoDB::Table', Properties: { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } } },
      Next: { Type: 'AWS::SQS::Queue' },
      Aside: { Type: 'AWS::SQS::Queue' },
      WorkerRole: role('pipes.amazonaws.com'),
      Grants: policy(
        { Action: 'dynamodb:GetRecords', Resource: stream },
        { Action: 'sqs:SendMessage', Resource: [arn('Next'), arn('Aside')] },
      ),
      Pipe: {
        Type: 'AWS::Pipes::Pipe',
        Properties: {
          RoleArn: arn('WorkerRole'),
          Source: stream,
          SourceParameters: { DynamoDBStreamParameters: { DeadLetterConfig: { Arn: arn('Aside') } } },
          Target: arn('Next'),
        },
      },
    });
    expect(arrows(picture)).toEqual(['Orders event Pipe', 'Pipe failure Aside failed records', 'Pipe event Next']);
  });

  test('a rule over what devices send tells a function, and a queue of what it could not', () => {
    const picture = drawn({
      Aside: { Type: 'AWS::SQS::Queue' },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Rule: {
        Type: 'AWS::IoT::TopicRule',
        Properties: {
          TopicRulePayload: {
            Actions: [{ Lambda: { FunctionArn: arn('Worker') } }],
            ErrorAction: { Sqs: { QueueUrl: { Ref: 'Aside' }, RoleArn: 'arn:aws:iam::111122223333:role/r' } },
          },
        },
      },
    });
    expect(arrows(picture).sort()).toEqual(['Rule event Worker', 'Rule failure Aside']);
    expect(picture.boxes.map(({ what }) => what)).toContain('IoT rule');
  });

  test('a grant says what may be done, and names its statement', () => {
    const picture = drawn({
      Table: { Type: 'AWS::DynamoDB::Table' },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Grants: policy({ Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: arn('Table') }),
    });
    expect(arrows(picture)).toEqual(['Worker data Table reads writes']);
    expect(picture.edges[0].because).toEqual([{ stack: 'app', logicalId: 'Grants', rule: 'Statement[0]' }]);
  });

  test('what works with the replica of a table, in another Region, works with the table', () => {
    const picture = drawn({
      Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'eu-west-1' }] } },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Grants: policy({
        Action: 'dynamodb:Query',
        Resource: { 'Fn::Sub': 'arn:aws:dynamodb:us-east-1:${AWS::AccountId}:table/${Table}' },
      }),
    });
    expect(arrows(picture)).toEqual(['Worker data Table reads a copy']);
  });

  test('a load balancer invokes the functions of its rules, and what a function may do with a file system stands beside it', () => {
    const picture = drawn({
      Door: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Type: 'application' } },
      Http: {
        Type: 'AWS::ElasticLoadBalancingV2::Listener',
        Properties: { LoadBalancerArn: { Ref: 'Door' }, Port: 80 },
      },
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: {
          ListenerArn: { Ref: 'Http' },
          Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Targets' } }],
        },
      },
      Targets: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: { TargetType: 'lambda', Targets: [{ Id: arn('Worker') }] },
      },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Rights: policy({ Action: ['elasticfilesystem:ClientMount'], Resource: arn('Files') }),
      Files: { Type: 'AWS::EFS::FileSystem', Properties: { Encrypted: true } },
    });
    expect(arrows(picture)).toEqual(['Door call Worker invokes', 'Worker data Files reads']);
  });

  test('nothing is drawn for what a role may do to everything', () => {
    const picture = drawn({
      Table: { Type: 'AWS::DynamoDB::Table' },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Grants: policy({ Action: 'xray:PutTraceSegments', Resource: '*' }),
    });
    expect(arrows(picture)).toEqual([]);
  });

  test('failures go to the dead letters, after as many tries as the queue allows', () => {
    const picture = drawn({
      Jobs: {
        Type: 'AWS::SQS::Queue',
        Properties: { RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 3 } },
      },
      Dead: { Type: 'AWS::SQS::Queue' },
    });
    expect(arrows(picture)).toEqual(['Jobs failure Dead after 3 tries']);
    expect(picture.boxes.find(({ name }) => name === 'Dead')!.what).toBe('Dead-letter queue');
  });

  test('what a topic cannot deliver goes the way of the queue, where both have the same dead letters', () => {
    const redrive = { deadLetterTargetArn: arn('Dead') };
    const picture = drawn({
      News: { Type: 'AWS::SNS::Topic' },
      Jobs: { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { ...redrive, maxReceiveCount: 1 } } },
      Dead: { Type: 'AWS::SQS::Queue' },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'News' }, Protocol: 'sqs', Endpoint: arn('Jobs'), RedrivePolicy: redrive },
      },
    });
    expect(arrows(picture)).toEqual(['Jobs failure Dead after 1 try', 'News event Jobs']);
    expect(picture.edges[0].because.map(({ logicalId }) => logicalId)).toEqual(['Jobs', 'Subscription']);
  });

  test('what leaves by a host that forwards goes through it, as through a gateway', () => {
    const inside = (name: string, CidrBlock: string, target: object): Record<string, Resource> => ({
      [name]: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock } },
      [`${name}Table`]: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
      [`${name}Association`]: {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: { Ref: name }, RouteTableId: { Ref: `${name}Table` } },
      },
      [`${name}Route`]: {
        Type: 'AWS::EC2::Route',
        Properties: { RouteTableId: { Ref: `${name}Table` }, DestinationCidrBlock: '0.0.0.0/0', ...target },
      },
    });
    const host = (SubnetId: string, more: object = {}): Resource => ({
      Type: 'AWS::EC2::Instance',
      Properties: { SubnetId: { Ref: SubnetId }, SecurityGroupIds: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }], ...more },
    });
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    const picture = drawn({
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Gateway: { Type: 'AWS::EC2::InternetGateway' },
      Attachment: {
        Type: 'AWS::EC2::VPCGatewayAttachment',
        Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Gateway' } },
      },
      ...inside('Outer', '10.0.0.0/24', { GatewayId: { Ref: 'Gateway' } }),
      ...inside('Inner', '10.0.1.0/24', { InstanceId: { Ref: 'Forwarder' } }),
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          VpcId: { Ref: 'Vpc' },
          GroupDescription: 'all',
          SecurityGroupIngress: [{ ...rule, CidrIp: '10.0.1.0/24' }],
          SecurityGroupEgress: [{ ...rule, CidrIp: '0.0.0.0/0' }],
        },
      },
      Forwarder: host('Outer', { SourceDestCheck: false }),
      Address: { Type: 'AWS::EC2::EIP', Properties: { InstanceId: { Ref: 'Forwarder' } } },
      Worker: host('Inner'),
    });
    expect(arrows(picture)).toEqual([
      'Forwarder traffic Internet gateway TCP 443',
      'Internet gateway traffic Internet',
      'Worker traffic Forwarder TCP 443',
    ]);
  });

  test('what appliances read goes by the endpoint of their balancer, and that to the balancer in another network', () => {
    const vpc = (name: string, block: string): Record<string, Resource> => ({
      [name]: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: `${block}/16` } },
    });
    const subnet = (name: string, VpcId: string, CidrBlock: string, route?: object): Record<string, Resource> => ({
      [name]: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: VpcId }, CidrBlock } },
      [`${name}Table`]: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: VpcId } } },
      [`${name}Used`]: {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: { Ref: name }, RouteTableId: { Ref: `${name}Table` } },
      },
      ...(route && {
        [`${name}Route`]: {
          Type: 'AWS::EC2::Route',
          Properties: { RouteTableId: { Ref: `${name}Table` }, DestinationCidrBlock: '0.0.0.0/0', ...route },
        },
      }),
    });
    const picture = drawn({
      ...vpc('Read', '10.0.0.0'),
      ...vpc('Apart', '10.1.0.0'),
      Gateway: { Type: 'AWS::EC2::InternetGateway' },
      Attachment: {
        Type: 'AWS::EC2::VPCGatewayAttachment',
        Properties: { VpcId: { Ref: 'Read' }, InternetGatewayId: { Ref: 'Gateway' } },
      },
      ...subnet('Outer', 'Read', '10.0.0.0/24', { GatewayId: { Ref: 'Gateway' } }),
      ...subnet('Inner', 'Read', '10.0.1.0/24', { VpcEndpointId: { Ref: 'Endpoint' } }),
      ...subnet('Inspection', 'Apart', '10.1.0.0/24'),
      EdgeTable: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Read' } } },
      Edge: {
        Type: 'AWS::EC2::GatewayRouteTableAssociation',
        Properties: { GatewayId: { Ref: 'Gateway' }, RouteTableId: { Ref: 'EdgeTable' } },
      },
      EdgeRoute: {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { Ref: 'EdgeTable' },
          DestinationCidrBlock: '10.0.1.0/24',
          VpcEndpointId: { Ref: 'Endpoint' },
        },
      },
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: { Type: 'gateway', Subnets: [{ Ref: 'Inspection' }] },
      },
      Service: {
        Type: 'AWS::EC2::VPCEndpointService',
        Properties: { GatewayLoadBalancerArns: [{ Ref: 'Balancer' }] },
      },
      Endpoint: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: {
          VpcId: { Ref: 'Read' },
          VpcEndpointType: 'GatewayLoadBalancer',
          SubnetIds: [{ Ref: 'Outer' }],
          ServiceName: { 'Fn::Sub': 'com.amazonaws.vpce.${AWS::Region}.${Service}' },
        },
      },
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          VpcId: { Ref: 'Read' },
          GroupDescription: 'page',
          SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' }],
          SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '127.0.0.1/32' }],
        },
      },
      Page: {
        Type: 'AWS::EC2::Instance',
        Properties: {
          NetworkInterfaces: [
            {
              DeviceIndex: '0',
              AssociatePublicIpAddress: true,
              SubnetId: { Ref: 'Inner' },
              GroupSet: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
            },
          ],
        },
      },
    });
    expect(arrows(picture)).toEqual([
      'Endpoint traffic Balancer every packet, and back',
      'Endpoint traffic Page TCP 80',
      'Internet gateway traffic Endpoint',
      'Internet traffic Internet gateway',
    ]);
    const endpoint = picture.boxes.find(({ name }) => name === 'Endpoint')!;
    expect(endpoint.what).toBe('Gateway Load Balancer endpoint');
    expect(picture.frames.find(({ id }) => id === endpoint.frame)!.kind).toBe('public');
  });

  test('an arrow ends where its resource is folded into another', () => {
    const picture = drawn({
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
      Orders: { Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId: { Ref: 'Api' }, ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, PathPart: 'orders' } }, // prettier-ignore
      Get: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResourceId: { Ref: 'Orders' },
          HttpMethod: 'GET',
          Integration: {
            Uri: { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${Live}/invocations' },
          },
        },
      },
      Worker: worker,
      WorkerRole: role('lambda.amazonaws.com'),
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Worker' }, Name: 'live' } },
    });
    expect(arrows(picture)).toEqual(['API call Worker GET /orders', 'Clients call API HTTPS']);
  });

  test('a private API has no clients outside', () => {
    const api = { Type: 'AWS::ApiGateway::RestApi', Properties: { EndpointConfiguration: { Types: ['PRIVATE'] } } };
    expect(arrows(drawn({ Api: api }))).toEqual([]);
  });
});

describe('boxes', () => {
  test('helpers are folded into what they serve, and what serves the deployment into what it works on', () => {
    const picture = drawn({
      Files: { Type: 'AWS::S3::Bucket' },
      FilesPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Files' }, PolicyDocument: { Statement: [] } },
      },
      Emptied: { Type: 'Custom::Empty', Properties: { ServiceToken: arn('Emptier'), BucketName: { Ref: 'Files' } } },
      Emptier: { Type: 'AWS::Lambda::Function', Properties: { Role: arn('EmptierRole'), Code: {} } },
      EmptierRole: role('lambda.amazonaws.com'),
    });
    expect(picture.boxes.map(({ name }) => name)).toEqual(['Files']);
    expect(
      partsOf(picture)
        .find(({ name }) => name === 'Files')!
        .resources.map(({ logicalId }) => logicalId),
    ).toEqual(['Files', 'Emptied', 'Emptier', 'EmptierRole', 'FilesPolicy']);
  });

  test('a type nobody has heard of is folded into its neighbour or the stack, never lost', () => {
    const picture = drawn({ Thing: { Type: 'AWS::New::Thing' }, Key: { Type: 'AWS::KMS::Key' } });
    expect(
      partsOf(picture).flatMap(({ name, resources }) => resources.map(({ logicalId }) => `${name}: ${logicalId}`)),
    ).toEqual(['AWS Cloud: Thing', 'Key: Key']);
  });

  test('names are plain words, sorted as people do', () => {
    expect(['DeadLetters', 'Jobs480p', 'DynamoDb', 'OrdersApi', 'DNS'].map(inWords)).toEqual([
      'Dead letters',
      'Jobs480p',
      'DynamoDB',
      'Orders API',
      'DNS',
    ]);
    expect(['Jobs1080p', 'Jobs480p', 'Jobs'].sort(byName)).toEqual(['Jobs', 'Jobs480p', 'Jobs1080p']);
  });
});

describe('text', () => {
  const picture = drawn({ Jobs: { Type: 'AWS::SQS::Queue' }, News: { Type: 'AWS::SNS::Topic', Properties: { Subscription: [{ Protocol: 'sqs', Endpoint: arn('Jobs') }] } } }); // prettier-ignore

  test('says in sentences what there is and what connects to what', () => {
    expect(sentences(picture)).toEqual([
      'In the AWS Cloud: Jobs (SQS queue) and News (SNS topic).',
      'News (SNS topic) sends to Jobs (SQS queue).',
    ]);
  });

  test('is Mermaid, in which no name can break the syntax', () => {
    const odd = { ...picture, boxes: picture.boxes.map((box) => ({ ...box, name: `"${box.name}"` })) };
    expect(mermaidOf(odd)).toBe(
      [
        'flowchart TB',
        '  subgraph n0["AWS Cloud"]',
        '    n1["#34;Jobs#34;<br/>SQS queue"]',
        '    n2["#34;News#34;<br/>SNS topic"]',
        '  end',
        '  n2 --> n1',
      ].join('\n'),
    );
  });

  test('is broken where it may be, and cut where it must be', () => {
    expect(linesOf('Application Load Balancer', 11.5, 100)).toEqual(['Application Load', 'Balancer']);
    const [line] = linesOf('Unbreakable'.repeat(5), 11.5, 100, false, 1);
    expect(line).toMatch(/…$/);
    expect(widthOf(line, 11.5)).toBeLessThanOrEqual(100);
  });

  test('methods of one path share a line', () => {
    expect(labelLines({ kind: 'call', label: ['GET /a', 'GET /b', 'POST /a'] })).toEqual(['GET, POST /a', 'GET /b']);
  });
});
