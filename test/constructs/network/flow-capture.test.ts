import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { FlowCapture, FlowDestination, FlowSource } from '../../../lib/constructs/network/flow-capture';
import { testStack } from '../../support/app';

function setUp() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  return { stack, vpc, subnet: vpc.privateSubnets[0] };
}

const warnings = (stack: ReturnType<typeof testStack>): unknown[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => entry.data);

describe('FlowCapture', () => {
  test('packets of a VPC, a subnet or one interface are recorded, accepted and rejected alike [network-flow-log-levels]', () => {
    const { stack, vpc, subnet } = setUp();
    new FlowCapture(stack, 'Whole', { source: FlowSource.vpc(vpc) });
    new FlowCapture(stack, 'Part', { source: FlowSource.subnet(subnet) });
    new FlowCapture(stack, 'One', { source: FlowSource.networkInterface('eni-0a1b2c3d') });
    const template = Template.fromStack(stack);
    const logs = Object.values(template.findResources('AWS::EC2::FlowLog')).map(({ Properties }) => Properties);
    expect(logs.map(({ ResourceType }) => ResourceType)).toEqual(['VPC', 'Subnet', 'NetworkInterface']);
    expect(logs[2].ResourceId).toBe('eni-0a1b2c3d');
    for (const { TrafficType, MaxAggregationInterval } of logs)
      expect([TrafficType, MaxAggregationInterval]).toEqual(['ALL', 600]);
  });

  test.each([
    [Duration.minutes(1), 60],
    [Duration.minutes(10), 600],
  ])('records sum up %s [network-flow-log-levels]', (aggregation, seconds) => {
    const { stack, vpc } = setUp();
    new FlowCapture(stack, 'Capture', { source: FlowSource.vpc(vpc), aggregation });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::FlowLog', { MaxAggregationInterval: seconds });
  });

  test('fails when records are to sum up another span [network-flow-log-levels]', () => {
    const { stack, vpc } = setUp();
    expect(
      () => new FlowCapture(stack, 'Capture', { source: FlowSource.vpc(vpc), aggregation: Duration.minutes(5) }),
    ).toThrow('Stack/Capture:\n  aggregation is 5 minutes; records sum up 1 minute or 10 minutes');
  });

  test.each([['Whole'], ['Part']])(
    'a subnet that its VPC records already is warned of, also when %s comes last [network-flow-log-levels]',
    (last) => {
      const { stack, vpc, subnet } = setUp();
      const make = { Whole: () => FlowSource.vpc(vpc), Part: () => FlowSource.subnet(subnet) };
      for (const id of last === 'Part' ? (['Whole', 'Part'] as const) : (['Part', 'Whole'] as const))
        new FlowCapture(stack, id, { source: make[id]() });
      expect(warnings(stack)).toEqual([
        expect.stringContaining(
          'Stack/Vpc/PrivateSubnet1 is recorded by Stack/Whole already, as part of its VPC; leave one of them out, or say in twiceReason why both are wanted',
        ),
      ]);
    },
  );

  test('nothing is warned of that has its reason, and the reason is a sentence [network-flow-log-levels]', () => {
    const { stack, vpc, subnet } = setUp();
    new FlowCapture(stack, 'Whole', { source: FlowSource.vpc(vpc) });
    const part = (id: string, twiceReason: string) =>
      new FlowCapture(stack, id, { source: FlowSource.subnet(subnet), twiceReason });
    part('Part', 'An alarm needs these within minutes.');
    expect(warnings(stack)).toEqual([]);
    expect(() => part('Silent', ' ')).toThrow(
      'Stack/Silent:\n  twiceReason is empty; say why records are written twice, or leave it out',
    );
  });

  test('captures of different things are not warned of', () => {
    const { stack, vpc } = setUp();
    new FlowCapture(stack, 'Whole', { source: FlowSource.vpc(vpc) });
    new FlowCapture(stack, 'One', { source: FlowSource.networkInterface('eni-0a1b2c3d') });
    expect(warnings(stack)).toEqual([]);
  });
});

describe('FlowDestination', () => {
  test('a log group with its retention takes records through a role that only flow logs of this account assume and that writes only there [network-flow-log-destinations]', () => {
    const { stack, vpc } = setUp();
    const capture = new FlowCapture(stack, 'Capture', {
      source: FlowSource.vpc(vpc),
      destination: FlowDestination.logs(30),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.hasResourceProperties('AWS::EC2::FlowLog', { LogDestinationType: 'cloud-watch-logs' });
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': Match.anyValue() },
            },
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'].sort(),
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('CaptureLogs'), 'Arn'] },
          },
        ],
      },
    });
    expect(capture.logGroup).toBeDefined();
    expect(capture.bucket).toBeUndefined();
  });

  test('a private encrypted bucket takes records from the delivery service of this account, and deletes them by time [network-flow-log-destinations]', () => {
    const { stack, vpc } = setUp();
    const capture = new FlowCapture(stack, 'Capture', {
      source: FlowSource.vpc(vpc),
      destination: FlowDestination.s3(Duration.days(30)),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::FlowLog', { LogDestinationType: 's3' });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30 })] },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:PutObject',
            Principal: { Service: 'delivery.logs.amazonaws.com' },
            Condition: Match.objectLike({
              StringEquals: Match.objectLike({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }),
            }),
          }),
        ]),
      },
    });
    expect(capture.bucket).toBeDefined();
    expect(capture.logGroup).toBeUndefined();
  });

  test('a delivery stream takes records on to elsewhere [network-flow-log-destinations]', () => {
    const { stack, vpc } = setUp();
    const stream = new CfnDeliveryStream(stack, 'Stream');
    new FlowCapture(stack, 'Capture', { source: FlowSource.vpc(vpc), destination: FlowDestination.firehose(stream) });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::FlowLog', {
      LogDestinationType: 'kinesis-data-firehose',
      LogDestination: { 'Fn::GetAtt': ['Stream', 'Arn'] },
    });
  });
});
