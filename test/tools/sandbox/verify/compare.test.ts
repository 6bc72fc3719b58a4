import { missingIn, replacedBetween } from '../../../../tools/sandbox/verify/compare';

const resource = (id: string, ResourceType: string, PhysicalResourceId?: string, ResourceStatus = 'CREATE_COMPLETE') =>
  ({
    LogicalResourceId: id,
    ResourceType,
    PhysicalResourceId,
    ResourceStatus,
    LastUpdatedTimestamp: new Date(0),
  }) as never;

const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue' }, Topic: { Type: 'AWS::SNS::Topic' } } };

describe('a stack is complete when', () => {
  test('everything in its template was made', () => {
    const all = [
      resource('Queue', 'AWS::SQS::Queue', 'q'),
      resource('Topic', 'AWS::SNS::Topic', 't', 'UPDATE_COMPLETE'),
    ];
    expect(missingIn(template, all)).toEqual([]);
  });

  test.each([
    ['left out', [], 'Topic (AWS::SNS::Topic) is in the template and not in the stack'],
    [
      'passed over',
      [resource('Topic', 'AWS::SNS::Topic')],
      'Topic (AWS::SNS::Topic) has no physical id; nothing was made for it',
    ],
    [
      'something else',
      [resource('Topic', 'AWS::SQS::Queue', 'q')],
      'Topic is AWS::SNS::Topic in the template and AWS::SQS::Queue in the stack',
    ],
    ['half made', [resource('Topic', 'AWS::SNS::Topic', 't', 'CREATE_FAILED')], 'Topic is CREATE_FAILED'],
  ])('nothing is %s', (_what, topic, fault) => {
    expect(missingIn(template, [resource('Queue', 'AWS::SQS::Queue', 'q'), ...topic])).toEqual([fault]);
  });
});

describe('an update in place', () => {
  const before = [resource('Queue', 'AWS::SQS::Queue', 'q'), resource('Topic', 'AWS::SNS::Topic', 't')];

  test('leaves every stateful resource the one it was; others may be made anew', () => {
    expect(replacedBetween(before, [before[0], resource('Topic', 'AWS::SNS::Topic', 'other')])).toEqual([]);
  });

  test('is none where a queue is another one, or gone', () => {
    expect(replacedBetween(before, [resource('Queue', 'AWS::SQS::Queue', 'other')])).toEqual([
      'Queue (AWS::SQS::Queue) was q and is other',
    ]);
    expect(replacedBetween(before, [])).toEqual(['Queue (AWS::SQS::Queue) was q and is gone']);
  });
});
