import { parseArgs } from 'node:util';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { replaySafeTag } from '../../lib/constructs/messaging/replay-safe';
import { interval, type Interval } from './interval';
import { look, replay, type Plan } from './replay';

const usage = `groundplan replay <archive> --rule <name,...> (--last <30m|2h|1d> | --from <time> [--to <time>]) [--apply] [--json]
    put events that an archive kept on their bus again, for these rules only
groundplan replay <archive>
    tell what the archive keeps, and which rules may hear it again
Only rules with the tag ${replaySafeTag}=yes are replayed to. Without --apply nothing is replayed. Times are such as 2026-11-28T09:00:00Z.`;

const options = {
  rule: { type: 'string' },
  last: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  apply: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Order {
  readonly archive: string;
  readonly rules: readonly string[];
  readonly times?: Interval;
  readonly apply: boolean;
  readonly json: boolean;
}

/**
 * Replays kept events to rules that bear them twice; a dry run unless told otherwise.
 *
 * @returns 0, 1 where it was refused or failed, or 2 where the words cannot be understood
 * @claims messaging-event-archive
 */
export async function run(
  args: readonly string[],
  client = new EventBridgeClient({}),
  { now = new Date(), pause = () => new Promise((resolve) => setTimeout(resolve, 2000)) } = {},
): Promise<number> {
  let order: Order;
  try {
    order = understood(args, now);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }

  try {
    const plan = await look(client, order.archive, order.rules);
    if (plan.refused.length > 0) throw new Error(plan.refused.join('\n'));
    if (!order.apply || !order.times) {
      print(order, plan, {});
      return 0;
    }
    const { name, state, reason } = await replay(client, plan, order.times, now, pause);
    print(order, plan, { replay: name, state, ...(reason !== undefined && { reason }) });
    return state === 'COMPLETED' ? 0 : 1;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(name === 'Error' ? message : `${name}: ${message}`);
    return 1;
  }
}

function understood(args: readonly string[], now: Date): Order {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [archive, ...rest] = positionals;
  if (archive === undefined) throw new Error('the archive is missing; its name is an output of the stack');
  if (rest.length > 0) throw new Error(`"${rest[0]}" is one word too many; rules follow --rule`);
  const rules = values.rule?.split(',').map((rule) => rule.trim()) ?? [];
  const { apply = false, json = false } = values;
  const times = interval(values, now);
  if (rules.length > 0 && !times) throw new Error('which events is missing; say --last 1h, or --from and --to');
  if (times && rules.length === 0) throw new Error('--rule is missing; say which rule hears the events again');
  if (apply && rules.length === 0) throw new Error('--apply needs --rule and --last, or --from');
  return { archive, rules, ...(times && { times }), apply, json };
}

function print({ times, rules, json }: Order, plan: Plan, done: Readonly<Record<string, string>>): void {
  const { archive, bus, kept, safe } = plan;
  const facts = {
    archive,
    kept,
    bus,
    ...(times && { events: `${times.from.toISOString()} to ${times.to.toISOString()}` }),
    ...(rules.length > 0 ? { into: rules } : { 'may hear it again': safe }),
    ...done,
  };
  if (json) return console.log(JSON.stringify(facts, undefined, 2));
  for (const [word, value] of Object.entries(facts)) console.log(`${word}: ${[value].flat().join(', ') || 'none'}`);
  if (rules.length > 0 && done.replay === undefined) console.log('Nothing was replayed; add --apply to do it.');
}
