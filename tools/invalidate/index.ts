import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { endCopies, pathFaults, untilEnded, type Invalidation } from '../../lambda/shared/end-copies';

const usage = `groundplan invalidate <distribution id> <path> ... [--apply] [--wait] [--json]
    end the copies of paths at all edges of a distribution, such as /index.html or '/images/*'
Each path costs the same, whatever it matches; a * stands only as its last character.
Without --apply nothing ends, and what would is told. --wait waits until the last edge has forgotten.`;

const options = { apply: { type: 'boolean' }, wait: { type: 'boolean' }, json: { type: 'boolean' } } as const;

/** What was asked, and what became of it. */
interface Outcome extends Partial<Invalidation> {
  readonly distribution: string;
  readonly paths: readonly string[];
  readonly result: 'planned' | 'under way' | 'ended';
}

/**
 * Ends the copies of paths at the edges of a distribution; a dry run unless told otherwise.
 *
 * @param pause how many seconds lie between two questions whether it is done
 * @returns 0, 1 where a call failed, or 2 where the words cannot be understood
 * @claims edge-invalidate-paths
 */
export async function run(
  args: readonly string[],
  makeClient = () => new CloudFrontClient({}),
  pause = 20,
): Promise<number> {
  let order: Order;
  try {
    order = understood(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const outcome = order.apply ? await ended(makeClient(), order, pause) : planned(order);
    console.log(order.json ? JSON.stringify(outcome, undefined, 2) : told(outcome));
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`cannot end the copies of ${order.distribution}: ${name}: ${message}${remedy(name)}`);
    return 1;
  }
}

interface Order {
  readonly distribution: string;
  readonly paths: readonly string[];
  readonly apply: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

function understood(args: readonly string[]): Order {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [distribution = '', ...paths] = positionals;
  const { apply = false, wait = false, json = false } = values;
  const faults = [
    !/^E[A-Z0-9]{6,20}$/.test(distribution) &&
      `the distribution is "${distribution}"; give its id, such as E2QWRUHAPOMQZL`,
    ...pathFaults(paths),
    wait && !apply && '--wait has nothing to wait for without --apply; add it',
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return { distribution, paths, apply, wait, json };
}

const planned = ({ distribution, paths }: Order): Outcome => ({ distribution, paths, result: 'planned' });

async function ended(client: CloudFrontClient, order: Order, pause: number): Promise<Outcome> {
  const { distribution, paths, wait } = order;
  const made = await endCopies(client, {
    distributionId: distribution,
    paths,
    reference: `groundplan-${randomUUID()}`,
  });
  if (!wait) return { distribution, paths, ...made, result: 'under way' };
  await untilEnded(client, distribution, made.id, pause);
  return { distribution, paths, id: made.id, status: 'Completed', result: 'ended' };
}

function told({ distribution, paths, id, result }: Outcome): string {
  const what = `the copies of ${paths.join(', ')} at the edges of ${distribution}`;
  if (result === 'planned')
    return `would end ${what}, billed as ${paths.length === 1 ? 'one path' : `${paths.length} paths`}\nNothing was done; add --apply to do it.`;
  return result === 'ended' ? `ended ${what}` : `ends ${what}, as ${id}`;
}

const remedy = (name: string): string =>
  name === 'TooManyInvalidationsInProgress' ? ' Wait until those under way are done, and ask again.' : '';
