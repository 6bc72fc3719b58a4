import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eventOf } from '../event';
import { ran, typed } from '../program';
import { emulatorFolder, engines, planned, type Engine, type Plan, type Wish } from './plan';

const usage = `groundplan image <handler.ts> [--event <JSON or file>] [--env NAME=value ...] [--base aws|own] [--from <image>]
                 [--engine ${engines.join('|')}] [--port 9000] [--yes]
    the commands that build a function as an image, run it with the interface emulator, call it, and stop it;
    with --yes they are run, and the answer is printed`;

const options = {
  event: { type: 'string', default: '{}' },
  env: { type: 'string', multiple: true, default: [] as string[] },
  base: { type: 'string', default: 'aws' },
  from: { type: 'string' },
  engine: { type: 'string', default: 'docker' },
  port: { type: 'string', default: '9000' },
  yes: { type: 'boolean', default: false },
} as const;

/** How often it is looked whether the emulator listens, and how long between two looks, in milliseconds. */
export interface Pace {
  readonly looks: number;
  readonly between: number;
}

/**
 * Tries a function as an image; a dry run unless told otherwise.
 *
 * @returns 0, 1 where a command or the function fails, or 2 where the words cannot be understood
 */
export async function run(args: readonly string[], pace: Pace = { looks: 60, between: 500 }): Promise<number> {
  let wish: Wish;
  let plan: Plan;
  let event: string;
  let isReal: boolean;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    wish = wishOf(values, positionals);
    event = eventOf(values.event);
    isReal = values.yes;
    plan = planned(wish);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (isReal) return tried(plan, wish, event, pace);
  for (const command of [
    plan.build,
    plan.start,
    ['curl', '-d', event, plan.url],
    plan.stop('<the id that run printed>'),
  ])
    console.log(typed(command));
  console.log('\nNothing was run; --yes runs it.');
  return 0;
}

interface Words {
  readonly base: string;
  readonly engine: string;
  readonly env: readonly string[];
  readonly from?: string;
  readonly port: string;
}

function wishOf({ base, engine, env, from, port }: Words, [entry, ...more]: readonly string[]): Wish {
  const faults = [
    entry === undefined && 'say which handler, such as lambda/live-settings/quote.ts',
    more.length > 0 && `"${more[0]}" is one word too many; give one handler`,
    base !== 'aws' && base !== 'own' && `--base is "${base}"; give aws or own`,
    !engines.includes(engine as Engine) && `--engine is "${engine}"; give ${engines.join(', ')}`,
    !/^\d+$/.test(port) && `--port is "${port}"; give a number`,
    ...env.map((one) => !/^\w+=/.test(one) && `--env is "${one}"; give NAME=value`),
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return {
    entry,
    base: base as Wish['base'],
    engine: engine as Engine,
    environment: env,
    port: Number(port),
    ...(from !== undefined && { from }),
  };
}

async function tried(plan: Plan, { base }: Wish, event: string, pace: Pace): Promise<number> {
  if (base === 'own' && !existsSync(join(emulatorFolder, 'aws-lambda-rie'))) {
    console.error(
      `no interface emulator at ${emulatorFolder}; put aws-lambda-rie of github.com/aws/aws-lambda-runtime-interface-emulator there`,
    );
    return 1;
  }
  if (ran(plan.build, { output: 'shown' }) === undefined) return 1;
  const container = ran(plan.start);
  if (container === undefined) return 1;
  try {
    const answer = await asked(plan.url, event, pace);
    console.log(answer);
    return /"errorType":/.test(answer) ? 1 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    ran(plan.stop(container));
  }
}

/** The answer of the function, as soon as the emulator listens. */
async function asked(url: string, event: string, { looks, between }: Pace): Promise<string> {
  for (let look = 1; ; look++) {
    try {
      const response = await fetch(url, { method: 'POST', body: event });
      return await response.text();
    } catch (cause) {
      if (look >= looks) throw new Error(`nothing listens at ${url} after ${looks} looks`, { cause });
      await setTimeout(between);
    }
  }
}
