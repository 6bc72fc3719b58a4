import { missingIn, updateFrom } from '../../../../tools/sandbox/verify/compare';

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

describe('an update', () => {
  const of = (seconds: number) => ({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: seconds } },
      Topic: { Type: 'AWS::SNS::Topic' },
    },
  });
  const queue = (id: string, status?: string) => resource('Queue', 'AWS::SQS::Queue', id, status);
  const topic = (id: string, status?: string) => resource('Topic', 'AWS::SNS::Topic', id, status);
  const before = { template: of(30), resources: [queue('q'), topic('t')] };
  const after = (...resources: never[]) => ({ template: of(60), resources });

  test('counts what it changed in more than tags', () => {
    const done = [queue('q', 'UPDATE_COMPLETE'), topic('t', 'UPDATE_COMPLETE')];
    expect(updateFrom(before, after(...done))).toEqual({ inPlace: 1, added: 0, removed: 0, replaced: 0, faults: [] });
  });

  test('counts what came, went and is another one', () => {
    const alarm = resource('Alarm', 'AWS::CloudWatch::Alarm', 'a');
    const done = [queue('q', 'UPDATE_COMPLETE'), topic('other'), alarm];
    expect(updateFrom(before, after(...done))).toMatchObject({ inPlace: 1, added: 1, removed: 0, replaced: 1 });
    expect(
      updateFrom({ ...before, resources: [...before.resources, alarm] }, after(...done.slice(0, 2))),
    ).toMatchObject({
      ...{ added: 0, removed: 1 },
    });
  });

  test('is none where the template changed and the resource did not', () => {
    expect(updateFrom(before, after(queue('q'), topic('t'))).faults).toEqual([
      'Queue (AWS::SQS::Queue) was to be updated, and is CREATE_COMPLETE',
    ]);
  });

  test('leaves every stateful resource the one it was; others may be made anew', () => {
    expect(updateFrom(before, after(queue('q', 'UPDATE_COMPLETE'), topic('other'))).faults).toEqual([]);
    expect(updateFrom(before, after(queue('other'), topic('t'))).faults).toEqual([
      'Queue (AWS::SQS::Queue) was q and is other',
    ]);
    expect(updateFrom(before, after(topic('t'))).faults).toEqual(['Queue (AWS::SQS::Queue) was q and is gone']);
  });
});
