import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AnyPrincipal, ArnPrincipal, Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { NoticeTopic } from '../../../lib/constructs/messaging/notice-topic';
import { OrderedQueue } from '../../../lib/constructs/messaging/ordered-queue';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';

type Add = (stack: Stack, also: PolicyStatementProps) => void;
const alarms = (stack: Stack) => new AlarmTopic(stack, 'Alarms');
const statement = (actions: string[], also: PolicyStatementProps) =>
  new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources: ['*'], ...also });

const topic: Add = (stack, also) => {
  const news = new NoticeTopic(stack, 'News', { alarms: alarms(stack) });
  news.topic.addToResourcePolicy(statement(['sns:Subscribe'], also));
};
const queue: Add = (stack, also) => {
  const jobs = new WorkQueue(stack, 'Jobs', { alarms: alarms(stack) });
  jobs.queue.addToResourcePolicy(statement(['sqs:SendMessage'], also));
};
const deadLetters: Add = (stack, also) => {
  const jobs = new WorkQueue(stack, 'Jobs', { alarms: alarms(stack) });
  jobs.deadLetterQueue.addToResourcePolicy(statement(['sqs:ReceiveMessage'], also));
};
const ordered: Add = (stack, also) => {
  const orders = new OrderedQueue(stack, 'Orders', { alarms: alarms(stack), contentBasedDeduplication: true });
  orders.queue.addToResourcePolicy(statement(['sqs:SendMessage'], also));
};
const synthesised = (add: Add, also: PolicyStatementProps = {}) => {
  const stack = testStack();
  add(stack, also);
  return () => Template.fromStack(stack);
};

describe('somebody adds a statement behind the back of', () => {
  test.each<[string, Add, string]>([
    [
      'a topic [messaging-topic-cross-account]',
      topic,
      'Stack/News/Topic/Policy/Resource lets everyone (Principal *) use the topic; name an account with admitAccount, or an organisation with admitOrganisation',
    ],
    [
      'a queue [messaging-queue-access]',
      queue,
      'Stack/Jobs/Queue/Policy/Resource lets everyone (Principal *) use the queue; name the accounts, or narrow it to an organisation',
    ],
    ['its dead letters [messaging-queue-access]', deadLetters, 'Stack/Jobs/DeadLetters/Policy/Resource lets everyone'],
    ['a FIFO queue', ordered, 'Stack/Orders/Queue/Policy/Resource lets everyone'],
  ])('%s', (_, add, message) => expect(synthesised(add)).toThrow(message));
});

describe('everyone is', () => {
  const notFrom = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
  const maybeFrom = { StringEqualsIfExists: { 'aws:SourceAccount': '222233334444' } };
  const named = new ArnPrincipal('arn:aws:iam::222233334444:root');
  test.each<[string, PolicyStatementProps]>([
    ['a star alone', { principals: [new StarPrincipal()] }],
    ['a star among names', { principals: [named, new AnyPrincipal()] }],
    ['everyone but one', { principals: [], notPrincipals: [named] }],
    ['everyone who uses TLS', { conditions: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['everyone outside an organisation', { conditions: notFrom }],
    ['everyone who does not say whence', { conditions: maybeFrom }],
    ['everyone from anywhere', { conditions: { ArnLike: { 'aws:SourceArn': ['arn:aws:s3:::the-files', '*'] } } }],
  ])('%s', (_, also) => expect(synthesised(queue, also)).toThrow('lets everyone'));
});

describe('not everyone is', () => {
  test.each<[string, PolicyStatementProps]>([
    ['who is refused', { effect: Effect.DENY }],
    ['an organisation', { conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }],
    ['what a bucket tells', { conditions: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::the-files' } } }],
    ['one account', { principals: [new ArnPrincipal('arn:aws:iam::222233334444:root')] }],
  ])('%s', (_, also) => expect(synthesised(queue, also)).not.toThrow());
});
