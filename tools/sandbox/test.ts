import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../lib/settings';
import { named, type Prepared } from './assembly';
import { workplace } from './environment';
import type { Sandbox } from './sandbox';
import { missingPrograms } from './steps/needs';
import { stepsIn, type Step } from './steps/parse';
import { tryOut, type Tried } from './steps/run';
import { whyNoServers } from './steps/servers';

const root = join(__dirname, '..', '..');

/**
 * The steps of an architecture's Try section.
 *
 * @throws one error with every fault of the section, each with its line
 */
export function stepsOf(name: string): Step[] {
  const file = join('lib', 'architectures', name, 'README.md');
  try {
    return stepsIn(readFileSync(join(root, file), 'utf8'));
  } catch (error) {
    throw new Error(`${file}:\n${(error as Error).message}`);
  }
}

/** The steps for what is deployed: those of the variants it was deployed in, or else those of none. */
export function stepsFor(steps: readonly Step[], variants: readonly string[] = []): Step[] {
  const own = steps.filter(({ variant }) => variant !== undefined && variants.includes(variant));
  return own.length > 0 ? own : steps.filter(({ variant }) => variant === undefined);
}

/** The variants that have steps of their own, in the order of the README. */
export const variantsIn = (steps: readonly Step[]): string[] => [
  ...new Set(steps.flatMap(({ variant }) => variant ?? [])),
];

/** Runs the steps against what is deployed, in a clean directory. */
export async function tryPrepared(
  sandbox: Sandbox,
  prepared: Prepared,
  variants: readonly string[] = [],
): Promise<Tried> {
  const { name } = prepared;
  const steps = stepsFor(stepsOf(name), variants);
  const { variables, directory } = await workplace(sandbox, prepared);
  const environment = { ...process.env, ...variables };
  const { kind, endpoint } = sandbox.place;
  const aws = kind === 'account';
  const noServers = endpoint === undefined ? undefined : await whyNoServers(endpoint);
  const missing = missingPrograms(steps.filter(({ onlyOnAws }) => aws || onlyOnAws === undefined));
  if (missing) throw new Error(`${name}: ${missing}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return tryOut(steps, { environment, cwd: directory, aws, noServers, say: sandbox.say });
}

/** `sandbox test`: an exit code. */
export async function test(sandbox: Sandbox, name: string, settings: Settings): Promise<number> {
  const { done, onlyOnAws, withoutServers, fault } = await tryPrepared(
    sandbox,
    named(name, settings),
    settings.variant,
  );
  if (fault !== undefined) {
    sandbox.say(`\nlib/architectures/${name}/README.md: ${fault}`);
    return 1;
  }
  const left = [
    onlyOnAws > 0 && `, ${onlyOnAws} work only on AWS`,
    withoutServers > 0 && `, ${withoutServers} ask servers that do not boot here`,
  ].filter((words) => words !== false);
  sandbox.say(`\n${name}: ${done} steps did what its README says${left.join('')}.`);
  return 0;
}
