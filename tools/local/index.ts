import { parseArgs } from 'node:util';
import { eventOf } from '../event';
import { ran, typed } from '../program';
import { loadTemplates } from '../template/load';
import { planned, type Plan } from './plan';

const usage = `groundplan local <architecture> [setting=value ...] --function <logical id or part of its path> [--event <JSON or file>] [--yes]
    the commands that synthesise an architecture and have SAM run one of its functions on this machine
groundplan local <architecture> [setting=value ...] [--port 3000] [--yes]
    the same for its API; with --yes they are run, which needs the SAM CLI and a container engine`;

const options = {
  event: { type: 'string', default: '{}' },
  function: { type: 'string' },
  port: { type: 'string', default: '3000' },
  yes: { type: 'boolean', default: false },
} as const;

/**
 * Runs functions and APIs of the CDK's templates on this machine by SAM; a dry run unless told otherwise.
 *
 * @returns 0, 1 where a command fails, or 2 where the words cannot be understood
 * @claims serverless-sam-workflow
 */
export function run(args: readonly string[]): number {
  let plan: Plan;
  let event: string | undefined;
  let isReal: boolean;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const [architecture, ...settings] = positionals;
    if (architecture === undefined) throw new Error('say which architecture, such as orders-api');
    if (!/^\d+$/.test(values.port)) throw new Error(`--port is "${values.port}"; give a number`);
    event = values.function === undefined ? undefined : eventOf(values.event);
    isReal = values.yes;
    plan = planned(
      {
        architecture,
        settings,
        port: Number(values.port),
        ...(values.function !== undefined && { function: values.function }),
      },
      loadTemplates(architecture, settings),
    );
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (isReal) return carriedOut(plan, event);
  console.log(typed(plan.synthesise));
  console.log(event === undefined ? typed(plan.run) : `${typed(['echo', event])} | ${typed(plan.run)}`);
  console.log('\nNothing was run; --yes runs it.');
  return 0;
}

function carriedOut({ synthesise, run: command }: Plan, event: string | undefined): number {
  if (ran(synthesise, { output: 'shown' }) === undefined) return 1;
  const told = ran(command, { output: 'shown', ...(event !== undefined && { input: event }) });
  return told === undefined ? 1 : 0;
}
