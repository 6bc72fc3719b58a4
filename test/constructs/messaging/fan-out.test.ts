import { Duration, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { FanOut, type FanOutProps } from '../../../lib/constructs/messaging/fan-out';
import { NoticeFilter } from '../../../lib/constructs/messaging/filter-policy';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

const make = (stack: Stack, props: Partial<FanOutProps> = {}) =>
  new FanOut(stack, 'Jobs', { alarms: new AlarmTopic(stack, 'Alarms'), ...props });

describe('FanOut', () => {
  test('gives every branch a queue, dead letters, an alarm and the bare message, all under one key [messaging-fanout, messaging-fanout-encrypted-queue]', () => {
    const template = templateOf((stack) => {
      const jobs = make(stack);
      jobs.branch('Small', { filter: NoticeFilter.byBody({ size: ['small'] }) });
      jobs.branch('Large', { consumerTimeout: Duration.minutes(1), maxReceiveCount: 5 });
    });
    template.resourceCountIs('AWS::SQS::Queue', 4);
    template.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^JobsNoticesKey'), 'Arn'] },
    });
    template.allResourcesProperties('AWS::SNS::Subscription', { RawMessageDelivery: true });
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription')).map(
      ({ Properties }) => Properties,
    );
    expect(
      subscriptions.map(({ Endpoint, FilterPolicy, RedrivePolicy }) => [
        text(Endpoint),
        FilterPolicy,
        text(RedrivePolicy.deadLetterTargetArn),
      ]),
    ).toEqual([
      [expect.stringMatching(/^<JobsSmallQueue/), { size: ['small'] }, expect.stringMatching(/^<JobsSmallDeadLetters/)],
      [expect.stringMatching(/^<JobsLargeQueue/), undefined, expect.stringMatching(/^<JobsLargeDeadLetters/)],
    ]);
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: Match.anyValue(), maxReceiveCount: 5 },
    });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.MetricName,
    );
    expect(alarms.filter((metric) => metric === 'ApproximateNumberOfMessagesVisible')).toHaveLength(2);
  });

  test('fails where the fault is: a branch that could not be worked, a filter that could never match', () => {
    expect(() => make(testStack()).branch('Small', { visibilityTimeout: Duration.seconds(5) })).toThrow(
      'Stack/Jobs/Small:\n  visibilityTimeout is 5 seconds, under six times',
    );
    const samples = [{ body: { size: 'small' } }];
    expect(() =>
      make(testStack(), { samples }).branch('Large', { filter: NoticeFilter.byBody({ size: ['large'] }) }),
    ).toThrow('Stack/Jobs/Notices:\n  subscriber Large has a filter that none of the samples passes');
  });
});
