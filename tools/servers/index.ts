import { parseArgs } from 'node:util';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { regionCode, type Clients, type Order, type Work } from './command';
import { commands } from './commands';

const everybody = { apply: { type: 'boolean' }, json: { type: 'boolean' }, region: { type: 'string' } } as const;

const usual = (region?: string): Clients => {
  const where = region === undefined ? {} : { region };
  return {
    ec2: () => new EC2Client(where),
    ec2In: (other) => new EC2Client({ region: other }),
    autoScaling: () => new AutoScalingClient(where),
    ssm: () => new SSMClient(where),
  };
};

/**
 * What CloudFormation cannot do with servers, volumes and images, because it happens once and not for good; a dry run unless told otherwise.
 *
 * @param clientsIn whom to ask in a Region; that of the AWS settings where none is given
 * @returns 0, 1 where it could not be done, or 2 where the words cannot be understood
 */
export async function run(
  args: readonly string[],
  clientsIn: (region?: string) => Partial<Clients> = () => ({}),
): Promise<number> {
  let understood: { work: Work; json: boolean; region?: string };
  try {
    understood = read(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage()}`);
    return 2;
  }
  const { work, json, region } = understood;
  try {
    const { words, facts, failed } = await work({ ...usual(region), ...clientsIn(region) });
    console.log(json ? JSON.stringify(facts, undefined, 2) : words);
    return failed ? 1 : 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(name === 'Error' ? message : `${name}: ${message}`);
    return 1;
  }
}

function read([name = '', ...args]: readonly string[]): { work: Work; json: boolean; region?: string } {
  if (!Object.hasOwn(commands, name))
    throw new Error(name ? `there is nothing called ${name} to do` : 'say what to do');
  const command = commands[name];
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...command.options, ...everybody },
    allowPositionals: true,
    strict: true,
  });
  const { apply, json, region, ...options } = values as Given;
  if (region !== undefined && !regionCode.test(region))
    throw new Error(`--region is ${region}; write the code of a Region, such as eu-west-1`);
  return {
    work: command.understand({ words: positionals, options, apply: apply ?? false }),
    json: json ?? false,
    ...(region !== undefined && { region }),
  };
}

type Given = Order['options'] & { readonly apply?: boolean; readonly json?: boolean; readonly region?: string };

/** Every command, one below the other. */
export const usage = (): string =>
  [
    ...Object.entries(commands).map(
      ([name, { words, purpose }]) =>
        `groundplan servers ${[name, words].filter(Boolean).join(' ')} [--apply] [--region <code>] [--json]\n    ${purpose}`,
    ),
    'Without --apply nothing is changed, and what would be done is told.',
  ].join('\n');
