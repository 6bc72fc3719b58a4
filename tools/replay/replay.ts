import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  StartReplayCommand,
  type EventBridgeClient,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import { replaySafeTag } from '../../lib/constructs/messaging/replay-safe';
import type { Interval } from './interval';

/** What a replay would be. */
export interface Plan {
  readonly archive: string;
  readonly archiveArn: string;
  readonly bus: string;
  readonly busArn: string;
  /** What the archive keeps, in words. */
  readonly kept: string;
  /** ARNs of the rules asked for. */
  readonly ruleArns: readonly string[];
  /** Names of the rules of the bus that may hear replays. */
  readonly safe: readonly string[];
  /** Why not, one sentence each. */
  readonly refused: readonly string[];
}

/** Looks what is kept, and whether the rules asked for may hear it again. Changes nothing. */
export async function look(client: EventBridgeClient, archive: string, wanted: readonly string[]): Promise<Plan> {
  const found = await client.send(new DescribeArchiveCommand({ ArchiveName: archive }));
  const busArn = found.EventSourceArn!;
  const bus = busArn.split('/').slice(1).join('/');
  const rules = await rulesOf(client, bus);
  const safe: string[] = [];
  for (const { Name, Arn } of rules) if (await isSafe(client, Arn!)) safe.push(Name!);

  const days = found.RetentionDays ? `for ${found.RetentionDays} days` : 'for ever';
  return {
    archive,
    archiveArn: found.ArchiveArn!,
    bus,
    busArn,
    kept: `${found.EventCount ?? 0} events, each ${days}`,
    ruleArns: rules.filter(({ Name }) => wanted.includes(Name!)).map(({ Arn }) => Arn!),
    safe,
    refused: wanted
      .filter((name) => !safe.includes(name))
      .map((name) => {
        const others = safe.length > 0 ? safe.join(', ') : 'none';
        return rules.some(({ Name }) => Name === name)
          ? `the rule ${name} is not marked as bearing events twice (${replaySafeTag}=yes); rules of this bus that are: ${others}`
          : `the bus ${bus} has no rule ${name}; rules that may hear replays: ${others}`;
      }),
  };
}

/** The rules of a bus, without those EventBridge keeps for itself. */
async function rulesOf(client: EventBridgeClient, bus: string): Promise<Rule[]> {
  const found: Rule[] = [];
  let token: string | undefined;
  do {
    const { Rules = [], NextToken } = await client.send(
      new ListRulesCommand({ EventBusName: bus, ...(token !== undefined && { NextToken: token }) }),
    );
    found.push(...Rules.filter(({ ManagedBy }) => ManagedBy === undefined));
    token = NextToken;
  } while (token !== undefined);
  return found;
}

async function isSafe(client: EventBridgeClient, ruleArn: string): Promise<boolean> {
  const { Tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceARN: ruleArn }));
  return Tags.some(({ Key, Value }) => Key === replaySafeTag && Value === 'yes');
}

/** Replays, and waits until it is over. */
export async function replay(
  client: EventBridgeClient,
  plan: Plan,
  { from, to }: Interval,
  now: Date,
  pause: () => Promise<unknown>,
): Promise<{ readonly name: string; readonly state: string; readonly reason?: string }> {
  const name = `${plan.archive.slice(0, 40)}-${now.getTime()}`;
  await client.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: plan.archiveArn,
      EventStartTime: from,
      EventEndTime: to,
      Destination: { Arn: plan.busArn, FilterArns: [...plan.ruleArns] },
    }),
  );
  for (;;) {
    const { State = 'UNKNOWN', StateReason } = await client.send(new DescribeReplayCommand({ ReplayName: name }));
    if (!['STARTING', 'RUNNING', 'CANCELLING'].includes(State))
      return { name, state: State, ...(StateReason !== undefined && { reason: StateReason }) };
    await pause();
  }
}
