import * as sdk from '@aws-sdk/client-auto-scaling';
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetInstanceHealthCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

const autoScaling = mockClient(AutoScalingClient);
const context = { functionName: 'reporter' } as Context;
const ill = 'i-0a';
const event = { detail: { instance: ill, reason: 'its disk is full' } };
/** As CloudWatch writes it. */
const alarm = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  detail: {
    alarmName: 'disk',
    state: { value: 'ALARM', reason: 'Threshold Crossed' },
    configuration: {
      metrics: [
        {
          id: '1',
          metricStat: {
            metric: { namespace: 'Shop', name: 'DiskErrors', dimensions: { InstanceId: ill } },
            period: 60,
            stat: 'Maximum',
          },
          returnData: true,
        },
      ],
    },
  },
};
const start = (most = '1') => {
  Object.assign(process.env, { GROUP: 'web', MAX_CONCURRENT: most, AWS_REGION: 'eu-west-1' });
  let handler: (typeof import('../../../lambda/fleet-health-reporter/report'))['handler'];
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-auto-scaling', () => sdk);
    ({ handler } = require('../../../lambda/fleet-health-reporter/report'));
  });
  return handler!;
};
const report = (what: unknown = event, most?: string) => start(most)(what, context);
const group = (members: Readonly<Record<string, string>>, DesiredCapacity = 3) =>
  autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({
    AutoScalingGroups: [
      {
        DesiredCapacity,
        Instances: Object.entries(members).map(([InstanceId, state]) => ({
          InstanceId,
          LifecycleState: state === 'Unhealthy' ? 'InService' : state,
          HealthStatus: state === 'Unhealthy' ? state : 'Healthy',
        })),
      } as never,
    ],
  });
const marked = () => autoScaling.commandCalls(SetInstanceHealthCommand).map(({ args: [{ input }] }) => input);

beforeEach(() => {
  autoScaling.reset();
  autoScaling.on(SetInstanceHealthCommand).resolves({});
  group({ [ill]: 'InService', 'i-0b': 'InService', 'i-0c': 'InService' });
});

test.each([
  ['an application', event],
  ['an alarm', alarm],
])(
  'what %s found ill is replaced, unless it is so new that it may still boot [compute-asg-custom-health]',
  async (_, told) => {
    expect(await report(told)).toEqual({ outcome: 'to be replaced', why: 'its group was told' });
    expect(marked()).toEqual([{ InstanceId: ill, HealthStatus: 'Unhealthy', ShouldRespectGracePeriod: true }]);
  },
);

test.each(['Unhealthy', 'Terminating:Wait', 'Terminating', 'Pending'])(
  'while another one is %s it waits, if one at once is all that may be [compute-asg-custom-health]',
  async (state) => {
    group({ [ill]: 'InService', 'i-0b': state, 'i-0c': 'InService' });
    await expect(report()).rejects.toThrow('1 instances of web are being replaced, and at most 1 may be');
    expect(marked()).toEqual([]);
    await report(event, '2');
    expect(marked()).toHaveLength(1);
  },
);

test('it waits as well while the successor of one that is gone has not come yet [compute-asg-custom-health]', async () => {
  group({ [ill]: 'InService', 'i-0b': 'InService' });
  await expect(report()).rejects.toThrow('1 instances of web are being replaced');
});

test.each([
  ['no member of the group', { 'i-0b': 'InService' }, 'it is no member of web'],
  ['marked already', { [ill]: 'Unhealthy' }, 'it is on its way out'],
  ['about to go', { [ill]: 'Terminating:Wait' }, 'it is on its way out'],
])('is left alone when it is %s [compute-asg-custom-health]', async (_, members: Record<string, string>, why) => {
  group(members);
  expect(await report()).toEqual({ outcome: 'left alone', why });
  expect(marked()).toEqual([]);
});

test('is left alone when it went meanwhile; what else fails is tried again', async () => {
  const refusal = (message: string) => Object.assign(new Error(message), { name: 'ValidationError' });
  autoScaling.on(SetInstanceHealthCommand).rejects(refusal('Instance Id not found - i-0a'));
  expect(await report()).toEqual({ outcome: 'left alone', why: 'it is gone' });
  autoScaling.on(SetInstanceHealthCommand).rejects(refusal('Rate exceeded'));
  await expect(report()).rejects.toThrow('Rate exceeded');
});

test.each([
  [{}, 'this tells of no instance that is ill: {}'],
  [{ detail: { instance: 'web-1', reason: 'slow' } }, 'this tells of no instance that is ill'],
  [{ detail: { instance: ill, reason: '' } }, 'this tells of no instance that is ill'],
  [{ detail: { ...alarm.detail, configuration: { metrics: [{}] } } }, 'the alarm disk is about no instance'],
])('fails when the event is %j', async (wrong, fault) => {
  await expect(report(wrong)).rejects.toThrow(fault);
  expect(autoScaling.calls()).toEqual([]);
});
