import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

const ec2 = mockClient(EC2Client);
const context = { functionName: 'turner', awsRequestId: 'one' } as Context;
process.env.TAG_KEY = 'hours';
process.env.TAG_VALUE = 'office';
process.env.AWS_REGION ??= 'eu-west-1';
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const { handler } =
  require('../../../lambda/office-hours/switch') as typeof import('../../../lambda/office-hours/switch');

beforeEach(() => {
  ec2.reset();
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }] });
  ec2.on(StopInstancesCommand).resolves({});
});

describe('the switch', () => {
  test('does what the event says', async () => {
    expect(await handler({ does: 'stop', scheduledTime: '2026-11-27T17:00:00Z' }, context)).toEqual({
      does: 'stop',
      instances: ['i-1'],
      left: [],
    });
  });

  test.each([{}, { does: 'reboot' }, undefined])('fails when the event is %j, and touches nothing', async (event) => {
    await expect(handler(event, context)).rejects.toThrow('the event says neither "start" nor "stop" in "does"');
    expect(ec2.calls()).toEqual([]);
  });
});
