import { parseArgs } from 'node:util';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { create, remove, type Outcome } from './change';

const usage = `groundplan default-vpc remove [--region <code,...> | --all] [--apply] [--json]
    take the default VPC away: its internet gateway, its subnets, the VPC
groundplan default-vpc create [--region <code,...> | --all] [--apply] [--json]
    make it again
Without --apply nothing is changed, and the calls are told. Without --region it is the Region of your AWS settings.`;

const options = {
  region: { type: 'string' },
  all: { type: 'boolean' },
  apply: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const actions = { remove, create } as const;

/**
 * Removes or recreates the default VPC of each Region asked for; a dry run unless told otherwise.
 *
 * @param clientIn a client for a Region; that of the AWS settings where none is given
 * @returns 0, 1 where a Region was refused or failed, or 2 where the words cannot be understood
 */
export async function run(
  args: readonly string[],
  clientIn = (region?: string) => new EC2Client(region === undefined ? {} : { region }),
): Promise<number> {
  let order: Order;
  try {
    order = understood(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }

  const outcomes: Outcome[] = [];
  try {
    for (const region of await regionsOf(order, clientIn))
      outcomes.push(await attempt(order, region, clientIn(region)));
  } catch (error) {
    console.error(`cannot find out the Regions: ${inWords(error)}; give --region, or mend your AWS settings`);
    return 1;
  }
  console.log(order.json ? JSON.stringify(outcomes, undefined, 2) : told(outcomes));
  return outcomes.some(({ result }) => result === 'refused' || result === 'failed') ? 1 : 0;
}

interface Order {
  readonly action: keyof typeof actions;
  readonly regions?: readonly string[];
  readonly all: boolean;
  readonly apply: boolean;
  readonly json: boolean;
}

function understood(args: readonly string[]): Order {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [action = '', ...rest] = positionals;
  if (!Object.hasOwn(actions, action)) throw new Error(`"${action}" is no action; say remove or create`);
  if (rest.length > 0) throw new Error(`"${rest[0]}" is one word too many; Regions follow --region`);
  if (values.all && values.region !== undefined)
    throw new Error(`--region ${values.region} does not go with --all; leave one of the two out`);
  const regions = values.region?.split(',').map((region) => region.trim());
  const wrong = regions?.find((region) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region));
  if (wrong !== undefined) throw new Error(`--region has "${wrong}"; write the code of a Region, such as eu-west-1`);
  return {
    action: action as Order['action'],
    ...(regions && { regions: [...new Set(regions)] }),
    all: values.all ?? false,
    apply: values.apply ?? false,
    json: values.json ?? false,
  };
}

async function regionsOf(
  { regions, all }: Order,
  clientIn: (region?: string) => EC2Client,
): Promise<readonly string[]> {
  if (regions) return regions;
  const client = clientIn();
  if (!all) return [await client.config.region()];
  const { Regions = [] } = await client.send(new DescribeRegionsCommand({}));
  return Regions.map(({ RegionName }) => RegionName!).sort();
}

/** A Region that cannot be asked is an outcome too: the others are still done. */
async function attempt({ action, apply }: Order, region: string, client: EC2Client): Promise<Outcome> {
  try {
    return await actions[action](client, region, apply);
  } catch (error) {
    return { region, result: 'failed', steps: [], reasons: [`cannot look: ${inWords(error)}`] };
  }
}

const inWords = (error: unknown): string => {
  const { name, message } = error as Error;
  return name === 'Error' ? message : `${name}: ${message}`;
};

function told(outcomes: readonly Outcome[]): string {
  const lines = outcomes.flatMap(({ region, result, steps, reasons }) => [
    `${region}: ${result}`,
    ...steps.map((step) => `  ${step}`),
    ...reasons.map((reason) => `  ${reason}`),
  ]);
  const planned = outcomes.some(({ result }) => result === 'planned');
  return [...lines, ...(planned ? ['Nothing was changed; add --apply to do it.'] : [])].join('\n');
}
