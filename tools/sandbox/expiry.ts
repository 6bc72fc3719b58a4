import { ListStackResourcesCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  UpdateScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';

export interface ExpiryClients {
  readonly cloudFormation: CloudFormationClient;
  readonly scheduler: SchedulerClient;
}

/** When a stack deletes itself, and the schedule that sees to it. */
export interface Expiry {
  readonly at: Date;
  readonly group: string;
  readonly schedule: string;
}

/** The logical id that `StackExpiry` of `createApp` gives its schedule's group, which holds nothing else. */
const groupId = /^ExpiryGroup[0-9A-F]{8}$/;
/** As far ahead as the setting `expiresAfter` goes. */
const furthest = 30 * 24 * 60 * 60_000;

/**
 * When a stack deletes itself.
 *
 * @param stack the stack's name or id
 * @returns undefined for a stack that does not
 */
export async function expiryOf(clients: ExpiryClients, stack: string): Promise<Expiry | undefined> {
  const found = await scheduleOf(clients, stack);
  return found && expiryIn(found);
}

/**
 * Puts off, or brings forward, the time a stack deletes itself. It holds at once, whatever the stack is doing, until the next
 * deployment sets the time anew. Whoever calls needs iam:PassRole for the schedule's role.
 *
 * @param stack the stack's name or id
 * @param until the new time
 * @returns the expiry before and after
 * @throws when the stack does not expire, or `until` is not in the 30 days from now
 */
export async function extendExpiry(
  clients: ExpiryClients,
  stack: string,
  until: Date,
  now = new Date(),
): Promise<{ readonly before: Expiry; readonly after: Expiry }> {
  const ahead = until.getTime() - now.getTime();
  if (!(ahead > 0 && ahead <= furthest)) {
    const seen = Number.isNaN(until.getTime()) ? 'no valid time' : until.toISOString();
    throw new Error(
      `${stack} cannot be made to expire at ${seen}; give a time in the 30 days from ${now.toISOString()}`,
    );
  }
  const schedule = await scheduleOf(clients, stack);
  if (!schedule) {
    throw new Error(`${stack} does not expire, so there is nothing to extend; deploy it with -c expiresAfter=8h`);
  }
  // The service takes what is left out for its default, so everything is said again.
  const { Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target } = schedule;
  const { State, Description, EndDate, KmsKeyArn, ActionAfterCompletion } = schedule;
  await clients.scheduler.send(
    new UpdateScheduleCommand({
      ...{ Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target },
      ...{ State, Description, EndDate, KmsKeyArn, ActionAfterCompletion },
      StartDate: until,
    }),
  );
  const before = expiryIn(schedule);
  return { before, after: { ...before, at: until } };
}

async function scheduleOf(
  { cloudFormation, scheduler }: ExpiryClients,
  stack: string,
): Promise<GetScheduleCommandOutput | undefined> {
  const GroupName = await groupOf(cloudFormation, stack);
  if (GroupName === undefined) return undefined;
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName }));
  const Name = Schedules[0]?.Name;
  return Name === undefined ? undefined : scheduler.send(new GetScheduleCommand({ GroupName, Name }));
}

async function groupOf(cloudFormation: CloudFormationClient, stack: string): Promise<string | undefined> {
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName: stack, NextToken }));
    const group = page.StackResourceSummaries?.find(
      ({ LogicalResourceId = '', ResourceStatus }) =>
        groupId.test(LogicalResourceId) && ResourceStatus !== 'DELETE_COMPLETE',
    );
    if (group) return group.PhysicalResourceId;
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return undefined;
}

function expiryIn({ Name, GroupName, StartDate }: GetScheduleCommandOutput): Expiry {
  if (Name === undefined || GroupName === undefined || StartDate === undefined) {
    throw new Error(`The schedule ${GroupName}/${Name} has no start; deploy its stack again with -c expiresAfter=8h`);
  }
  return { at: StartDate, group: GroupName, schedule: Name };
}
