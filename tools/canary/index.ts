import { parseArgs } from 'node:util';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { actions, change, type Action, type Outcome } from './change';

const usage = `groundplan canary status <API id> <stage> [--region <code>] [--json]
    what a stage of a REST API tries, and on how many of its calls
groundplan canary promote <API id> <stage> [--apply] [--region <code>] [--json]
    make what it tries what everybody gets
groundplan canary abandon <API id> <stage> [--apply] [--region <code>] [--json]
    let nobody get it any more
Without --apply nothing is changed, and what would be is told.`;

const options = { region: { type: 'string' }, apply: { type: 'boolean' }, json: { type: 'boolean' } } as const;

/**
 * Looks at the canary of a stage, promotes it or takes it away; a dry run unless told otherwise.
 *
 * @param clientIn a client for a Region; that of the AWS settings where none is given
 * @returns 0, 1 where a call failed, or 2 where the words cannot be understood
 */
export async function run(
  args: readonly string[],
  clientIn = (region?: string) => new APIGatewayClient(region === undefined ? {} : { region }),
): Promise<number> {
  let order: Order;
  try {
    order = understood(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const outcome = await change(clientIn(order.region), order.action, order);
    console.log(order.json ? JSON.stringify(outcome, undefined, 2) : told(outcome));
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`cannot ${order.action} the canary of ${order.stageName} of ${order.restApiId}: ${name}: ${message}`);
    return 1;
  }
}

interface Order {
  readonly action: Action;
  readonly restApiId: string;
  readonly stageName: string;
  readonly region?: string;
  readonly apply: boolean;
  readonly json: boolean;
}

function understood(args: readonly string[]): Order {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [action = '', restApiId = '', stageName = '', ...rest] = positionals;
  const { region, apply = false, json = false } = values;
  const faults = [
    !(actions as readonly string[]).includes(action) && `"${action}" is no action; say ${actions.join(', ')}`,
    !/^[a-z0-9]{10}$/.test(restApiId) && `the API is "${restApiId}"; give its id, ten letters and digits`,
    !/^[A-Za-z0-9_-]{1,128}$/.test(stageName) && `the stage is "${stageName}"; give its name, such as live`,
    rest.length > 0 && `"${rest[0]}" is one word too many; give one API and one stage`,
    action === 'status' && apply && '--apply does not go with status, which changes nothing; leave it out',
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return { action: action as Action, restApiId, stageName, apply, json, ...(region !== undefined && { region }) };
}

function told({ stage, deployment, canary, result, steps }: Outcome): string {
  const tries = canary
    ? `${canary.percent} in a hundred calls try deployment ${canary.deployment}${canary.variables.length > 0 ? ` with other ${canary.variables.join(', ')}` : ''}`
    : 'no canary';
  return [
    `${stage}: deployment ${deployment}, ${tries}`,
    ...(result === 'shown' ? [] : [result]),
    ...steps.map((step) => `  ${step}`),
    ...(result === 'planned' ? ['Nothing was changed; add --apply to do it.'] : []),
  ].join('\n');
}
