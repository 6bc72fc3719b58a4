import { Duration, Fn, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { AsyncDestination } from '../../../lib/constructs/serverless/async-destination';
import {
  KafkaConsumer,
  kafkaNetworkActions,
  type KafkaConsumerProps,
} from '../../../lib/constructs/serverless/kafka-consumer';
import { templateOf, testStack } from '../../support/app';

const clusterArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1a2b-3';
const reader = (stack: Stack, unscopedActions: readonly string[] = kafkaNetworkActions) =>
  new AppFunction(stack, 'Worker', { description: 'Works', code: Code.fromInline('x'), unscopedActions });
const make = (stack: Stack, props: (stack: Stack) => Partial<KafkaConsumerProps> = () => ({})): KafkaConsumer =>
  new KafkaConsumer(stack, 'Consumer', {
    clusterArn,
    topic: 'placed',
    consumer: reader(stack),
    onFailure: AsyncDestination.queue(new Queue(stack, 'Failed')),
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props(stack),
  });

describe('KafkaConsumer', () => {
  test('lets Lambda read a topic from its oldest record, and puts aside what it gives up; nobody may call the function [serverless-event-source-mapping]', () => {
    const template = templateOf((stack) => make(stack, () => ({ maxBatchingWindow: Duration.seconds(5) })));
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: clusterArn,
      Topics: ['placed'],
      AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: Match.stringLikeRegexp('^StackConsumer') },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Failed'), 'Arn'] } } },
    });
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    template.resourceCountIs('AWS::MSK::Cluster', 0);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'OffsetLag', Threshold: 10_000 });
  });

  test('its role may read this topic as this group, of this cluster alone [serverless-event-source-mapping]', () => {
    const template = templateOf((stack) => make(stack, () => ({ group: 'packing' })));
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const granted = policy.Properties.PolicyDocument.Statement.filter(({ Action }: any) =>
      JSON.stringify(Action).includes('kafka'),
    );
    expect(granted.map(({ Action, Resource }: any) => [Action, Resource])).toEqual([
      [
        [
          'kafka-cluster:Connect',
          'kafka-cluster:DescribeClusterDynamicConfiguration',
          'kafka:DescribeClusterV2',
          'kafka:GetBootstrapBrokers',
        ],
        clusterArn,
      ],
      [
        ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
        'arn:aws:kafka:eu-west-1:111122223333:topic/orders/1a2b-3/placed',
      ],
      [
        ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
        'arn:aws:kafka:eu-west-1:111122223333:group/orders/1a2b-3/packing',
      ],
    ]);
  });

  test('a cluster may be known only when it is deployed', () => {
    expect(() => make(testStack(), () => ({ clusterArn: Fn.importValue('Cluster') }))).not.toThrow();
  });

  test('fails with whatever Lambda would refuse, in one error [serverless-event-source-mapping]', () => {
    const stack = testStack();
    const few = reader(testStack(), kafkaNetworkActions.slice(1));
    const wrong = () => ({
      clusterArn: 'orders',
      topic: 'placed orders',
      group: '',
      consumer: few,
      onFailure: AsyncDestination.bus(new EventBus(stack, 'Bus')),
      batchSize: 10_001,
      maxBatchingWindow: Duration.seconds(301),
    });
    expect(() => make(stack, wrong)).toThrow(
      [
        'Stack/Consumer:',
        'clusterArn is orders; give that of a cluster of Amazon MSK, such as arn:aws:kafka:eu-west-1:111122223333:cluster/name/id',
        'topic is "placed orders"; give 1 to 249 letters, digits, points, hyphens and underscores',
        'group is ""; give 1 to 200 letters, digits and any of - / * : _ + = . @',
        'consumer Stack/Worker may not ec2:CreateNetworkInterface, by which Lambda stands in the network of the cluster; give it unscopedActions: [...kafkaNetworkActions]',
        'onFailure is a bus, to which Lambda tells nothing of streams; give a queue, a topic or a bucket',
        'batchSize is 10001; give a whole number from 1 to 10000',
        'maxBatchingWindow is 5 minutes 1 second; give 0 seconds to 5 minutes',
      ].join('\n  '),
    );
  });
});
