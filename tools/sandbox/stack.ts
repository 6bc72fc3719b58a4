import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  RollbackStackCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';

/** What has to be done with a stack before the CDK can deploy or destroy it. */
export type Mend = 'nothing' | 'wait' | 'delete' | 'roll back' | 'continue rolling back';

/**
 * How a stack in this state is made ready. A command that was interrupted leaves a stack in any of them: CloudFormation
 * goes on with what it was told, and stops in a state from which only some ways lead on.
 *
 * @param status its status, undefined where there is no such stack
 */
export function mendFor(status: string | undefined): Mend {
  if (status === undefined || status === 'DELETE_COMPLETE') return 'nothing';
  if (status === 'REVIEW_IN_PROGRESS') return 'delete';
  if (status.endsWith('_IN_PROGRESS')) return 'wait';
  if (['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'].includes(status)) return 'delete';
  if (status === 'UPDATE_FAILED') return 'roll back';
  if (status === 'UPDATE_ROLLBACK_FAILED') return 'continue rolling back';
  return 'nothing';
}

export interface Patience {
  /** Told what is done and why. */
  readonly say: (line: string) => void;
  /** Seconds between two looks. @default 2 */
  readonly pause?: number;
}

/** The stack as CloudFormation has it; undefined where there is none. */
export async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0];
  } catch (error) {
    if ((error as Error).message.includes('does not exist')) return undefined;
    throw error;
  }
}

/**
 * Brings a stack into a state from which it can be deployed or destroyed.
 *
 * @throws where CloudFormation refuses, with the resources that failed and their reasons
 */
export async function settle(
  client: CloudFormationClient,
  name: string,
  patience: Patience,
): Promise<Stack | undefined> {
  let last: string | undefined;
  const done = new Set<Mend>();
  for (;;) {
    const stack = await describe(client, name);
    const status = stack?.StackStatus;
    const mend = mendFor(status);
    if (mend === 'nothing') return status === 'DELETE_COMPLETE' ? undefined : stack;
    if (done.has(mend)) throw new Error(`${name} stays ${status}:\n${await failures(client, stack!.StackId!)}`);
    if (mend !== 'wait') done.add(mend);
    if (status !== last) patience.say(`${name} is ${status}: ${explanations[mend]}`);
    last = status;
    if (mend === 'delete') await remove(client, stack!, patience);
    else if (mend === 'roll back') await client.send(new RollbackStackCommand({ StackName: name }));
    else if (mend === 'continue rolling back') {
      await client.send(new ContinueUpdateRollbackCommand({ StackName: name }));
    }
    await pause(patience);
  }
}

const explanations: Readonly<Record<Mend, string>> = {
  nothing: '',
  wait: 'CloudFormation is still at it, waiting',
  delete: 'left over from an attempt that did not end well, deleting it',
  'roll back': 'rolling it back to what it was',
  'continue rolling back': 'going on with the roll-back',
};

/** Deletes a stack and waits until CloudFormation has ended, well or not. */
export async function remove(client: CloudFormationClient, { StackId }: Stack, patience: Patience): Promise<void> {
  await client.send(new DeleteStackCommand({ StackName: StackId }));
  for (;;) {
    const status = (await describe(client, StackId!))?.StackStatus;
    if (status === undefined || status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED') return;
    await pause(patience);
  }
}

/** Which resources failed in the last attempt, and why; one line each. */
export async function failures(client: CloudFormationClient, stack: string): Promise<string> {
  const events = await eventsOf(client, stack);
  const begun = events.findIndex(
    ({ LogicalResourceId, StackName, ResourceStatus }) =>
      LogicalResourceId === StackName && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(ResourceStatus ?? ''),
  );
  const lines = (begun < 0 ? events : events.slice(0, begun))
    .filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
    .map(
      ({ LogicalResourceId, ResourceType, ResourceStatusReason }) =>
        `  ${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason ?? 'no reason given'}`,
    );
  return lines.length > 0 ? lines.reverse().join('\n') : '  CloudFormation gives no reason';
}

/** Waits while CloudFormation is at a stack; what state it ends in does not matter to a deletion. */
export async function waitUntilQuiet(client: CloudFormationClient, name: string, patience: Patience): Promise<void> {
  for (let told = false; ; told = true) {
    const status = (await describe(client, name))?.StackStatus;
    if (status === undefined || mendFor(status) !== 'wait') return;
    if (!told) patience.say(`${name} is ${status}: ${explanations.wait}`);
    await pause(patience);
  }
}

/** What a deleted stack left where it was, one line each: the resources that its template retains. */
export async function kept(client: CloudFormationClient, stackId: string): Promise<string[]> {
  const events = await eventsOf(client, stackId);
  return events
    .filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED')
    .map(({ ResourceType, PhysicalResourceId }) => `${ResourceType} ${PhysicalResourceId}`);
}

/** Everything that happened to a stack, the latest first. */
async function eventsOf(client: CloudFormationClient, stack: string): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: stack })) {
    events.push(...StackEvents);
  }
  return events;
}

const pause = ({ pause: seconds = 2 }: Patience): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));
