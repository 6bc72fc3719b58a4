import { Duration, type Stack } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue } from 'aws-cdk-lib/aws-sqs';
import { OrderedQueue, type OrderedQueueProps } from '../../../lib/constructs/messaging/ordered-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf, testStack } from '../../support/app';

const make = (stack: Stack, props: Partial<OrderedQueueProps> = {}) =>
  new OrderedQueue(stack, 'Orders', {
    alarms: new AlarmTopic(stack, 'Alarms'),
    contentBasedDeduplication: true,
    ...props,
  });
const synthesise = (props: Partial<OrderedQueueProps> = {}) => templateOf((stack) => make(stack, props));

describe('OrderedQueue', () => {
  test.each([true, false])(
    'is FIFO by name and by setting, and says whether contents are compared: %s [messaging-queue-fifo]',
    (contentBasedDeduplication) => {
      const queues = Object.values(synthesise({ contentBasedDeduplication }).findResources('AWS::SQS::Queue'));
      const queue = queues.find(({ Properties }) => Properties.RedrivePolicy)!.Properties;
      expect(queue).toMatchObject({
        FifoQueue: true,
        QueueName: expect.stringMatching(/^Stack-Orders-[0-9A-F]{8}\.fifo$/),
        ContentBasedDeduplication: contentBasedDeduplication,
        DeduplicationScope: 'queue',
        FifoThroughputLimit: 'perQueue',
      });
    },
  );

  test('its dead-letter queue is FIFO too, and takes messages from it only [messaging-queue-dead-letter]', () => {
    const queues = Object.values(synthesise().findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties);
    expect(queues.map(({ FifoQueue }) => FifoQueue)).toEqual([true, true]);
    const deadLetters = queues.find(({ RedriveAllowPolicy }) => RedriveAllowPolicy)!;
    const { QueueName } = queues.find(({ RedrivePolicy }) => RedrivePolicy)!;
    expect(JSON.stringify(deadLetters.RedriveAllowPolicy.sourceQueueArns)).toContain(`:${QueueName}"`);
  });

  test('high throughput counts and compares by message group [messaging-queue-fifo]', () => {
    synthesise({
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    }).hasResourceProperties('AWS::SQS::Queue', {
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  test('fails when throughput counts by group but duplicates are sought in the whole queue [messaging-queue-fifo]', () => {
    expect(() => make(testStack(), { fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID })).toThrow(
      'Stack/Orders:\n  fifoThroughputLimit is perMessageGroupId while deduplicationScope is queue; give DeduplicationScope.MESSAGE_GROUP with it',
    );
  });

  test('fails on the same faults as a standard queue [messaging-queue-visibility]', () => {
    expect(() => make(testStack(), { visibilityTimeout: Duration.seconds(59) })).toThrow(
      "visibilityTimeout is 59 seconds, under six times the function's timeout of 10 seconds",
    );
  });

  test('the CDK itself wants a name that ends in .fifo [messaging-queue-fifo]', () => {
    expect(() => new Queue(testStack(), 'Orders', { fifo: true, queueName: 'orders' })).toThrow(".fifo'");
  });

  test('both queues are encrypted and refuse plain HTTP [messaging-queue-encryption]', () => {
    const template = synthesise();
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
  });
});
