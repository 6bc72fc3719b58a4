import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { list } from '../../../tools/sandbox/list';
import { extend, sweep } from '../../../tools/sandbox/sweep';
import type { Sandbox } from '../../../tools/sandbox/sandbox';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const cloudFormation = mockClient(CloudFormationClient);
const scheduler = mockClient(SchedulerClient);
const said: string[] = [];
const sandbox: Sandbox = {
  place: { kind: 'account', description: 'a real account', environment: { AWS_REGION: 'eu-west-1' } },
  say: (line) => said.push(line),
  ask: () => Promise.resolve(true),
};
const now = new Date('2026-03-01T12:00:00Z');
const expiry = new Date('2026-03-01T11:00:00Z');

const stack = (name: string, tags: Record<string, string>) => ({
  StackName: name,
  StackId: `arn:${name}`,
  StackStatus: 'CREATE_COMPLETE' as const,
  CreationTime: new Date('2026-03-01T09:30:00Z'),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key: `groundplan:${Key}`, Value })),
});

beforeEach(() => {
  said.length = 0;
  cloudFormation.reset();
  scheduler.reset();
  cloudFormation
    .on(DescribeStacksCommand, {})
    .resolves({
      Stacks: [
        stack('shop', { architecture: 'shop', profile: 'sandbox', owner: 'ada', expires: '2026-02-28T08:00:00Z' }),
      ],
      NextToken: 'more',
    })
    .on(DescribeStacksCommand, { NextToken: 'more' })
    .resolves({ Stacks: [stack('somebody-elses', {}), stack('site', { architecture: 'site', profile: 'sandbox' })] })
    .on(DescribeStacksCommand, { StackName: 'shop' })
    .resolves({ Stacks: [stack('shop', {})] })
    .on(GetTemplateCommand)
    .resolves({ TemplateBody: JSON.stringify({ Resources: { Key: { Type: 'AWS::KMS::Key' } } }) })
    .on(ListStackResourcesCommand)
    .resolves({ StackResourceSummaries: [] })
    .on(ListStackResourcesCommand, { StackName: 'arn:shop' })
    .resolves(resources)
    .on(ListStackResourcesCommand, { StackName: 'shop' })
    .resolves(resources);
  scheduler
    .on(ListSchedulesCommand)
    .resolves({ Schedules: [{ Name: 'delete' }] })
    .on(GetScheduleCommand)
    .resolves({ Name: 'delete', GroupName: 'group', StartDate: expiry })
    .on(UpdateScheduleCommand)
    .resolves({});
});
const resources = {
  StackResourceSummaries: [
    {
      LogicalResourceId: 'ExpiryGroup0123ABCD',
      PhysicalResourceId: 'group',
      ResourceType: 'AWS::Scheduler::ScheduleGroup',
      ResourceStatus: 'CREATE_COMPLETE' as const,
      LastUpdatedTimestamp: expiry,
    },
  ],
};

test('the list has what is ours and nothing else, with owner and cost, and the expiry of the schedule, whatever the tag says', async () => {
  expect(await list(sandbox, now)).toBe(0);
  expect(said.join('\n').split('\n')).toEqual([
    'Deployed to a real account (eu-west-1):',
    '',
    'stack  state            since              profile  owner  expires                   USD a month',
    '-----  ---------------  -----------------  -------  -----  ------------------------  -----------',
    'shop   CREATE_COMPLETE  2026-03-01T09:30Z  sandbox  ada    2026-03-01T11:00Z (over)  1.00',
    'site   CREATE_COMPLETE  2026-03-01T09:30Z  sandbox  -      never                     1.00',
    '',
    'Together 2.00 USD a month while nobody calls any of it.',
  ]);
});

test('an empty place says so', async () => {
  cloudFormation.reset();
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [] });
  expect(await list(sandbox, now)).toBe(0);
  expect(said).toEqual(['Nothing of this repository is deployed to a real account (eu-west-1).']);
});

describe('sweeping', () => {
  const destroyed: string[] = [];
  const destroy = ({ architecture }: { architecture: string }) => {
    destroyed.push(architecture);
    return Promise.resolve(0);
  };
  beforeEach(() => void (destroyed.length = 0));

  test('says what it would remove, and removes nothing unless told to', async () => {
    expect(await sweep(sandbox, false, destroy, now)).toBe(0);
    expect(said).toEqual([
      'shop expired at 2026-03-01T11:00Z',
      'npm run sandbox -- sweep --yes removes what has expired.',
    ]);
    expect(destroyed).toEqual([]);
  });

  test('removes what has expired, and not what has time or never expires', async () => {
    expect(await sweep(sandbox, true, destroy, now)).toBe(0);
    expect(destroyed).toEqual(['shop']);
    expect(await sweep(sandbox, true, destroy, new Date('2026-03-01T10:59:00Z'))).toBe(0);
    expect(said.at(-1)).toBe('Nothing has expired.');
    expect(destroyed).toEqual(['shop']);
  });

  test('fails when one of them could not be removed', async () => {
    expect(await sweep(sandbox, true, () => Promise.resolve(1), now)).toBe(1);
  });
});

describe('extending', () => {
  const prepared = (name: string) => ({ name, directory: '', stacks: [{ name, template: { Resources: {} } }] });

  test('counts from now', async () => {
    expect(await extend(sandbox, prepared('shop'), '8h', now)).toBe(0);
    expect(said).toEqual([
      'shop was to expire at 2026-03-01T11:00Z and now expires at 2026-03-01T20:00Z',
      'The tag groundplan:expires stays what it was when it was deployed; npm run sandbox -- list asks the schedule.',
    ]);
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0].args[0].input).toMatchObject({
      StartDate: new Date('2026-03-01T20:00:00Z'),
    });
  });

  test('fails when it is not deployed', async () => {
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'site' })
      .rejects(new Error('Stack with id site does not exist'));
    await expect(extend(sandbox, prepared('site'), '8h', now)).rejects.toThrow(
      'site is not deployed to a real account; npm run sandbox -- list shows what is',
    );
  });
});
