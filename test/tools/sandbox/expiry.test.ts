import {
  CloudFormationClient,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-jest';
import { expiryOf, extendExpiry } from '../../../tools/sandbox/expiry';

const cloudFormation = mockClient(CloudFormationClient);
const scheduler = mockClient(SchedulerClient);
const clients = { cloudFormation: new CloudFormationClient({}), scheduler: new SchedulerClient({}) };

const now = new Date('2030-01-01T00:00:00Z');
const at = new Date('2030-01-01T08:00:00Z');
const later = new Date('2030-01-02T00:00:00Z');
const group = 'orders-api-ExpiryGroup5E5014B1-abc';
const resource = (LogicalResourceId: string, PhysicalResourceId: string, ResourceStatus = 'CREATE_COMPLETE') =>
  ({ LogicalResourceId, PhysicalResourceId, ResourceStatus }) as StackResourceSummary;
const schedule = {
  Name: 'orders-api-Expiry',
  GroupName: group,
  Description: 'Deletes orders-api',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  ScheduleExpression: 'rate(15 minutes)',
  ScheduleExpressionTimezone: 'Etc/UTC',
  State: 'ENABLED' as const,
  Target: { Arn: 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack', RoleArn: 'arn:aws:iam::1:role/r' },
};

beforeEach(() => {
  cloudFormation.reset();
  scheduler.reset();
  cloudFormation
    .on(ListStackResourcesCommand, { StackName: 'orders-api' })
    .resolves({
      StackResourceSummaries: [resource('Other', 'x'), resource('ExpirySchedule7FE23E17', 'y')],
      NextToken: '2',
    })
    .on(ListStackResourcesCommand, { StackName: 'orders-api', NextToken: '2' })
    .resolves({ StackResourceSummaries: [resource('ExpiryGroup5E5014B1', group)] })
    .on(ListStackResourcesCommand, { StackName: 'bare' })
    .resolves({
      StackResourceSummaries: [resource('Group', 'x'), resource('ExpiryGroup5E5014B1', 'gone', 'DELETE_COMPLETE')],
    });
  scheduler
    .on(ListSchedulesCommand, { GroupName: group })
    .resolves({ Schedules: [{ Name: schedule.Name }] })
    .on(GetScheduleCommand, { GroupName: group, Name: schedule.Name })
    .resolves({ ...schedule, StartDate: at });
});

test('tells when a stack deletes itself, wherever among its resources the schedule is', async () => {
  expect(await expiryOf(clients, 'orders-api')).toEqual({ at, group, schedule: schedule.Name });
});

test('knows a stack that does not delete itself, or no longer', async () => {
  expect(await expiryOf(clients, 'bare')).toBeUndefined();
});

test('another time changes nothing else about the schedule', async () => {
  const { before, after } = await extendExpiry(clients, 'orders-api', later, now);
  expect([before.at, after.at]).toEqual([at, later]);
  expect(scheduler).toHaveReceivedCommandTimes(UpdateScheduleCommand, 1);
  expect(scheduler.commandCalls(UpdateScheduleCommand)[0].args[0].input).toEqual({ ...schedule, StartDate: later });
});

test('fails when the stack does not expire', async () => {
  await expect(extendExpiry(clients, 'bare', later, now)).rejects.toThrow(
    'bare does not expire, so there is nothing to extend; deploy it with -c expiresAfter=8h',
  );
});

test.each([
  ['a time gone by', new Date('2029-12-31T23:59:59Z'), '2029-12-31T23:59:59.000Z'],
  ['more than 30 days', new Date('2030-02-01T00:00:00Z'), '2030-02-01T00:00:00.000Z'],
  ['no time at all', new Date('soon'), 'no valid time'],
])('fails on %s, and changes nothing', async (_what, until, seen) => {
  await expect(extendExpiry(clients, 'orders-api', until, now)).rejects.toThrow(
    `orders-api cannot be made to expire at ${seen}; give a time in the 30 days from 2030-01-01T00:00:00.000Z`,
  );
  expect(scheduler).toHaveReceivedCommandTimes(UpdateScheduleCommand, 0);
});

test('fails when somebody made another schedule of it', async () => {
  scheduler.on(GetScheduleCommand).resolves(schedule);
  await expect(expiryOf(clients, 'orders-api')).rejects.toThrow(
    `The schedule ${group}/orders-api-Expiry has no start; deploy its stack again with -c expiresAfter=8h`,
  );
});
