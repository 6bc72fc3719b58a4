import { Template } from 'aws-cdk-lib/assertions';
import { QueueOperators, queueTag } from '../../../lib/constructs/messaging/queue-operators';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';
import { decide, type PolicyDocument } from '../../support/decide';

const stack = testStack();
const alarms = new AlarmTopic(stack, 'Alarms');
const jobs = new WorkQueue(stack, 'Jobs', { alarms });
const others = new WorkQueue(stack, 'Others', { alarms });
new QueueOperators(stack, 'Operators', { queues: [jobs] });
const template = Template.fromStack(stack);
const [policy] = Object.values(template.findResources('AWS::IAM::Policy')).map(
  ({ Properties }) => Properties.PolicyDocument as PolicyDocument,
);
/** A queue of this account, with the tag it has, if it has any. */
const ask = (action: string, tag?: string, policies: PolicyDocument['Statement'] = []) =>
  decide(
    { Statement: [...policy.Statement, ...policies] },
    {
      action: `sqs:${action}`,
      resource: 'arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:some-queue',
      context: tag === undefined ? {} : { [`aws:ResourceTag/${queueTag}`]: tag },
    },
  );

describe('QueueOperators', () => {
  test('tags the queues they look after, dead letters too, and no others [messaging-queue-tag-access]', () => {
    const tagged = Object.entries(template.findResources('AWS::SQS::Queue'))
      .filter(([, { Properties }]) => Properties.Tags?.some(({ Key }: { Key: string }) => Key === queueTag))
      .map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties.Tags[0].Value]);
    expect(tagged).toEqual([
      ['JobsDeadLetters', 'Stack/Operators'],
      ['JobsQueue', 'Stack/Operators'],
    ]);
    expect(others.queue).toBeDefined();
  });

  test('access follows the tag: a tagged queue opens, one without it or with another stays closed [messaging-queue-tag-access]', () => {
    for (const action of ['ReceiveMessage', 'StartMessageMoveTask', 'ListMessageMoveTasks', 'SendMessage']) {
      expect(ask(action, 'Stack/Operators')).toBe('allow');
      expect(ask(action, 'Stack/Others')).toBe('implicit deny');
      expect(ask(action)).toBe('implicit deny');
    }
    expect(ask('DeleteQueue', 'Stack/Operators')).toBe('implicit deny');
    expect(ask('PurgeQueue', 'Stack/Operators')).toBe('implicit deny');
  });

  test('operators change no tags, whatever else they are allowed: who may tag a queue opens it [messaging-queue-tag-access]', () => {
    const everything = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' };
    for (const action of ['TagQueue', 'UntagQueue']) {
      expect(ask(action, 'Stack/Operators', [everything])).toBe('explicit deny');
      expect(ask(action, undefined, [everything])).toBe('explicit deny');
    }
  });

  test('the role is for people of this account, whose own policies say who takes it on', () => {
    const roles = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith('Operators'));
    expect(roles[0][1].Properties.AssumeRolePolicyDocument.Statement[0].Principal).toEqual({
      AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
    });
  });

  test.each([
    [{ queues: [] }, 'queues are none; name those the operators look after'],
    [{ queues: [jobs], tag: 'a*' }, 'tag is "a*"; give 1 to 256 letters, digits, spaces and any of _ . : / = + - @'],
  ])('fails when there is nothing to look after, or no tag to know it by: %#', (props, fault) => {
    expect(() => new QueueOperators(testStack(), 'Operators', props)).toThrow(`Stack/Operators:\n  ${fault}`);
  });
});
