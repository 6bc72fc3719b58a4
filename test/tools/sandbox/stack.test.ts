import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  RollbackStackCommand,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { failures, kept, mendFor, settle } from '../../../tools/sandbox/stack';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const cloudFormation = mockClient(CloudFormationClient);
const client = new CloudFormationClient({ region: 'us-east-1' });
const said: string[] = [];
const patience = { say: (line: string) => said.push(line), pause: 0 };
beforeEach(() => {
  said.length = 0;
  cloudFormation.reset();
  for (const Command of [DeleteStackCommand, ContinueUpdateRollbackCommand, RollbackStackCommand]) {
    cloudFormation.on(Command).resolves({});
  }
});

/** The stack is in one state after the other, and stays in the last; undefined is no stack. */
function passesThrough(...states: (StackStatus | undefined)[]): void {
  const look = cloudFormation.on(DescribeStacksCommand);
  const answer = (state: StackStatus | undefined) => {
    if (state === undefined)
      throw Object.assign(new Error('Stack with id s does not exist'), { name: 'ValidationError' });
    return { Stacks: [{ StackName: 's', StackId: 'arn:s', StackStatus: state, CreationTime: new Date(0) }] };
  };
  let i = 0;
  look.callsFake(() => answer(states[Math.min(i++, states.length - 1)]));
}

test('every state CloudFormation knows leads to a state from which one can go on', () => {
  const ready = Object.values(StackStatus).filter((state) => mendFor(state) === 'nothing');
  expect(ready.sort()).toEqual(
    [
      'CREATE_COMPLETE',
      'DELETE_COMPLETE',
      'IMPORT_COMPLETE',
      'IMPORT_ROLLBACK_COMPLETE',
      'IMPORT_ROLLBACK_FAILED',
      'UPDATE_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE',
    ].sort(),
  );
});

test('a stack that CloudFormation is still at is waited for, and said so once', async () => {
  passesThrough('CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'CREATE_COMPLETE');
  expect((await settle(client, 's', patience))?.StackStatus).toBe('CREATE_COMPLETE');
  expect(said).toEqual(['s is CREATE_IN_PROGRESS: CloudFormation is still at it, waiting']);
});

test.each<StackStatus>([
  'REVIEW_IN_PROGRESS',
  'CREATE_FAILED',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'DELETE_FAILED',
])('what is left in %s is deleted, so that one begins anew', async (state) => {
  passesThrough(state, 'DELETE_IN_PROGRESS', undefined);
  expect(await settle(client, 's', patience)).toBeUndefined();
  expect(cloudFormation.commandCalls(DeleteStackCommand)).toHaveLength(1);
  expect(said).toEqual([`s is ${state}: left over from an attempt that did not end well, deleting it`]);
});

test('a creation that is being rolled back is waited for and then deleted', async () => {
  passesThrough('ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE');
  expect(await settle(client, 's', patience)).toBeUndefined();
});

test('an update that failed is rolled back, and a roll-back that stuck goes on', async () => {
  passesThrough('UPDATE_FAILED', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_COMPLETE');
  expect((await settle(client, 's', patience))?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloudFormation.commandCalls(RollbackStackCommand)).toHaveLength(1);
  expect(cloudFormation.commandCalls(ContinueUpdateRollbackCommand)).toHaveLength(1);
});

const event = (id: string, ResourceStatus: string, ResourceStatusReason?: string) =>
  ({
    StackName: 's',
    LogicalResourceId: id,
    ResourceType: 'AWS::S3::Bucket',
    ResourceStatus,
    ResourceStatusReason,
  }) as never;

test('fails when mending does not help, with each resource and its reason', async () => {
  passesThrough('DELETE_FAILED');
  cloudFormation.on(DescribeStackEventsCommand).resolves({
    StackEvents: [
      event('s', 'DELETE_FAILED'),
      event('Logs', 'DELETE_FAILED', 'The bucket you tried to delete is not empty'),
      event('s', 'DELETE_IN_PROGRESS'),
      event('Other', 'CREATE_FAILED', 'long ago'),
    ],
  });
  await expect(settle(client, 's', patience)).rejects.toThrow(
    's stays DELETE_FAILED:\n  Logs (AWS::S3::Bucket): The bucket you tried to delete is not empty',
  );
});

test('failures are those of the last attempt, the first one first', async () => {
  cloudFormation.on(DescribeStackEventsCommand).resolves({
    StackEvents: [
      event('B', 'CREATE_FAILED', 'Cancelled'),
      event('A', 'CREATE_FAILED', 'refused'),
      event('s', 'CREATE_IN_PROGRESS'),
    ],
  });
  expect(await failures(client, 's')).toBe('  A (AWS::S3::Bucket): refused\n  B (AWS::S3::Bucket): Cancelled');
});

test('what a deleted stack retained is said with its physical name', async () => {
  cloudFormation.on(DescribeStackEventsCommand).resolves({
    StackEvents: [
      { ...(event('A', 'DELETE_SKIPPED') as object), PhysicalResourceId: 'files-1' } as never,
      event('B', 'DELETE_COMPLETE'),
    ],
  });
  expect(await kept(client, 'arn:s')).toEqual(['AWS::S3::Bucket files-1']);
});
