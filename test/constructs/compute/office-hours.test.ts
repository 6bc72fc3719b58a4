import { Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DataVolume } from '../../../lib/constructs/compute/data-volume';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { OfficeHours, OfficeServers } from '../../../lib/constructs/compute/office-hours';
import type { SecureInstance } from '../../../lib/constructs/compute/secure-instance';
import { WorkingHours, type WorkingHoursProps } from '../../../lib/constructs/compute/working-hours';
import { templateOf, testStack } from '../../support/app';
import { Parts } from './parts';

const berlin: WorkingHoursProps = { days: 'MON-FRI', from: '08:00', to: '18:30', timeZone: 'Europe/Berlin' };
const made = (of?: OfficeServers, hours = berlin): Template =>
  templateOf((stack) => {
    const parts = new Parts(stack);
    new OfficeHours(stack, 'Hours', {
      of: of ?? OfficeServers.named(parts.instance().instance),
      hours: new WorkingHours(hours),
      alarms: parts.alarms,
    });
  });
const refusal =
  (of?: OfficeServers, hours: Partial<WorkingHoursProps> = {}) =>
  () =>
    made(of, { ...berlin, ...hours });
const schedules = (template: Template) =>
  Object.values(template.findResources('AWS::Scheduler::Schedule')).map(({ Properties }) => Properties);

describe('OfficeHours', () => {
  test('servers start and stop at times of the week in a named time zone, within the minute [compute-start-stop-schedule]', () => {
    const found = schedules(made());
    expect(
      found.map(({ ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow }) => [
        ScheduleExpression,
        ScheduleExpressionTimezone,
        FlexibleTimeWindow,
      ]),
    ).toEqual([
      ['cron(0 8 ? * MON-FRI *)', 'Europe/Berlin', { Mode: 'OFF' }],
      ['cron(30 18 ? * MON-FRI *)', 'Europe/Berlin', { Mode: 'OFF' }],
    ]);
    for (const { Target } of found) expect(Target.RetryPolicy.MaximumEventAgeInSeconds).toBe(3600);
  });

  test('the Scheduler calls EC2 for named servers by itself, and may do so for these alone [compute-start-stop-schedule]', () => {
    const template = made();
    const id = { Ref: expect.stringMatching('^ServerInstance') };
    expect(schedules(template).map(({ Target: { Arn, Input } }) => [Arn, Input])).toEqual(
      ['startInstances', 'stopInstances'].map((action) => [
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:scheduler:::aws-sdk:ec2:${action}`]] },
        { 'Fn::Join': ['', ['{"InstanceIds":["', id, '"]}']] },
      ]),
    );
    for (const action of ['ec2:StartInstances', 'ec2:StopInstances'])
      template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            {
              Action: action,
              Effect: 'Allow',
              Resource: {
                'Fn::Join': [
                  '',
                  [
                    'arn:',
                    { Ref: 'AWS::Partition' },
                    ':ec2:',
                    { Ref: 'AWS::Region' },
                    ':',
                    { Ref: 'AWS::AccountId' },
                    ':instance/',
                    { Ref: Match.stringLikeRegexp('^ServerInstance') },
                  ],
                ],
              },
            },
          ]),
        },
      });
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 0);
  });

  test('a function turns those that bear a tag, and may turn no others [compute-start-stop-schedule]', () => {
    const template = made(OfficeServers.tagged('hours', 'office'));
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TAG_KEY: 'hours', TAG_VALUE: 'office' } },
    });
    expect(schedules(template).map(({ Target }) => JSON.parse(Target.Input))).toEqual([
      { does: 'start' },
      { does: 'stop' },
    ]);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['ec2:StartInstances', 'ec2:StopInstances'],
            Condition: { StringEquals: { 'aws:ResourceTag/hours': 'office' } },
          }),
        ]),
      },
    });
  });

  test('what could not be done waits in one queue, with alarms', () => {
    const template = made(OfficeServers.tagged('hours', 'office'));
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: { OnFailure: Match.anyValue() },
    });
    const metrics = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.MetricName,
    );
    expect(metrics.sort()).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'InvocationDroppedCount',
      'InvocationDroppedCount',
    ]);
  });

  test('whoever starts servers hands keys of their volumes on to EC2, and whoever stops them has no such right [compute-start-stop-schedule]', () => {
    const granting = (of: (keys: readonly Key[], server: SecureInstance) => OfficeServers) => {
      const stack = testStack();
      const parts = new Parts(stack);
      const keys = ['Root', 'Data'].map((id) => new Key(stack, id));
      const disk = (encryptionKey: Key) => EbsDisk.gp3({ size: Size.gibibytes(8), encryptionKey });
      const server = parts.instance({ rootDisk: disk(keys[0]) });
      const { availabilityZone } = server.subnet;
      new DataVolume(stack, 'Volume', { availabilityZone, disk: disk(keys[1]) }).attachTo(server, '/dev/sdf');
      const hours = new WorkingHours(berlin);
      new OfficeHours(stack, 'Hours', { of: of(keys, server), hours, alarms: parts.alarms });
      const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
      return policies.flatMap(({ Properties: { PolicyDocument, Roles } }) =>
        (PolicyDocument.Statement as { Action: string; Resource: unknown; Condition: unknown }[])
          .filter(({ Action }) => Action === 'kms:CreateGrant')
          .map(({ Resource, Condition }) => ({ Roles, Resource, Condition })),
      );
    };
    const arns = ['Data', 'Root'].map((id) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), 'Arn'] }));
    const expected = (role: string) => [
      {
        Roles: [{ Ref: expect.stringMatching(role) }],
        Resource: arns,
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      },
    ];
    expect(granting((_, server) => OfficeServers.named(server))).toEqual(expected('^HoursStartRole'));
    expect(granting((keys) => OfficeServers.tagged('hours', 'office', keys))).toEqual(expected('^HoursTurner'));
  });

  test.each<[string, Partial<WorkingHoursProps>, string]>([
    ['from is no time', { from: '8' }, 'hours.from is 8; give a time of the day such as 08:00'],
    ['to is past the day', { to: '24:00' }, 'hours.to is 24:00; give a time of the day such as 08:00'],
    [
      'they end before they begin',
      { to: '07:00' },
      'hours end at 07:00, not after 08:00 of the same day; for a night give two sets of hours',
    ],
    ['the days are none', { days: 'WORKDAYS' }, 'day of the week'],
    ['the time zone is none', { timeZone: 'Berlin' }, 'time zone is Berlin; give one of the IANA list'],
  ])('fails when %s [compute-start-stop-schedule]', (_, hours, fault) => {
    expect(refusal(undefined, hours)).toThrow(fault);
    expect(refusal(undefined, hours)).toThrow('Stack/Hours:');
  });

  test.each<[string, OfficeServers, string]>([
    ['no server is named', OfficeServers.named(), 'of names no instance; name at least one'],
    [
      'the tag has no value',
      OfficeServers.tagged('hours', ''),
      'of goes by the tag hours without a value; give one, or any instance with the tag would stop',
    ],
    [
      'the tag is AWS’s',
      OfficeServers.tagged('aws:hours', 'office'),
      'of goes by the tag aws:hours, which only AWS sets; take a tag of your own',
    ],
    ['the tag has no name', OfficeServers.tagged('', 'office'), 'of goes by the tag (empty); give 1 to 128 characters'],
  ])('fails when %s', (_, of, fault) => {
    expect(refusal(of)).toThrow(`Stack/Hours:\n  ${fault}`);
  });

  test.each([
    ['MON-FRI', 52.5],
    ['MON,WED', 21],
    ['SAT-MON', 31.5],
    ['*', 73.5],
  ])('hours of %s are %d a week', (days, weekly) => {
    expect(new WorkingHours({ ...berlin, days }).weekly).toBe(weekly);
  });
});
