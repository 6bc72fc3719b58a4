import { Duration, type Stack } from 'aws-cdk-lib';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { JobTime } from '../../../lib/constructs/messaging/job-time';
import { RouteTarget } from '../../../lib/constructs/messaging/route-target';
import { ScheduleRule, type ScheduleRuleProps } from '../../../lib/constructs/messaging/schedule-rule';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { templateOf, testStack } from '../../support/app';

const make = (stack: Stack, props: Partial<ScheduleRuleProps> = {}) => {
  const alarms = new AlarmTopic(stack, 'Alarms');
  return new ScheduleRule(stack, 'Rule', {
    description: 'Every night',
    when: JobTime.cron('0 3 * * ? *'),
    targets: [RouteTarget.queue(new WorkQueue(stack, 'Jobs', { alarms }).queue)],
    failures: new FailureQueue(stack, 'Failures', { alarms }),
    ...props,
  });
};
const rule = (props: Partial<ScheduleRuleProps> = {}) =>
  Object.values(templateOf((stack) => make(stack, props)).findResources('AWS::Events::Rule'))[0].Properties;

describe('ScheduleRule', () => {
  test('is a rule of the default bus with retries and a place for what fails [messaging-schedule-rule]', () => {
    const { ScheduleExpression, EventBusName, EventPattern, Targets } = rule();
    expect([ScheduleExpression, EventBusName, EventPattern]).toEqual(['cron(0 3 * * ? *)', undefined, undefined]);
    expect(Targets).toEqual([
      expect.objectContaining({
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^FailuresQueue/), 'Arn'] } },
      }),
    ]);
    expect(rule({ when: JobTime.rate(Duration.hours(1)) }).ScheduleExpression).toBe('rate(1 hour)');
  });

  test.each<[string, Partial<ScheduleRuleProps>, string]>([
    [
      'the calendar has five fields [messaging-schedule-rule]',
      { when: JobTime.cron('0 3 * * 1') },
      'Stack/Rule:\n  cron is "0 3 * * 1", which has 5 fields',
    ],
    [
      'both days are named [messaging-schedule-rule]',
      { when: JobTime.cron('0 3 1 * MON *') },
      'which says both days, 1 and MON; write ?',
    ],
    [
      'there is a time zone',
      { when: JobTime.cron('0 3 * * ? *', 'Asia/Tokyo') },
      'when is in Asia/Tokyo, but rules count in UTC; write it in UTC, or make a TimedJob',
    ],
    [
      'it happens once',
      { when: JobTime.once(new Date('2038-01-19T03:14:08Z')) },
      'when is at(2038-01-19T03:14:08), but rules happen again and again; make a TimedJob',
    ],
    ['nobody is told', { targets: [] }, 'targets is empty; say who is told'],
  ])('fails when %s', (_, props, message) => expect(() => make(testStack(), props)).toThrow(message));

  test('fails on a bus of its own, as the CDK says itself [messaging-schedule-rule]', () => {
    const stack = testStack();
    expect(
      () =>
        new Rule(stack, 'Rule', { eventBus: new EventBus(stack, 'Bus'), schedule: Schedule.rate(Duration.hours(1)) }),
    ).toThrow("Cannot associate rule with 'eventBus' when using 'schedule'");
  });
});
