import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from '../../lib/catalogue';
import { settingsFromContext, type Settings } from '../../lib/settings';

export const usage = `npm run sandbox -- deploy <name>        into a sandbox account, or an emulator where there are no credentials
npm run sandbox -- test <name>          run the steps of its README's Try section
npm run sandbox -- shell <name>         a shell in which its outputs are variables
npm run sandbox -- destroy <name>       take it away again
npm run sandbox -- list                 what of ours is deployed, since when, whose, at what cost, and until when
npm run sandbox -- extend <name> 8h     let it delete itself so long from now, and no sooner
npm run sandbox -- sweep                what has expired and is still there; --yes removes it
npm run sandbox -- stop                 end the emulator that deploy started
npm run sandbox -- verify [<name>...]   the whole life of architectures on fresh emulators (--write, --check docs/deployed.md),
                                        or --here: in the account, or at the emulator, that deploy would take
npm run sandbox -- verify --variants    each variant of architectures deployed and taken away, on fresh emulators (--write)

  -c setting=value   as for npx cdk: -c profile=production, -c expiresAfter=8h, ...
  -y, --yes          do not ask
  --emulator         the emulator of this repository, whatever credentials there are`;

const options = {
  context: { type: 'string', short: 'c', multiple: true },
  yes: { type: 'boolean', short: 'y' },
  emulator: { type: 'boolean' },
  write: { type: 'boolean' },
  check: { type: 'boolean' },
  here: { type: 'boolean' },
  variants: { type: 'boolean' },
} as const;

/** What the words of the command mean. */
export interface Words {
  readonly action: string;
  readonly names: readonly string[];
  readonly settings: Settings;
  readonly yes: boolean;
  readonly emulator: boolean;
  readonly write: boolean;
  readonly check: boolean;
  /** Whether verify takes the place that deploy would take, instead of fresh emulators. */
  readonly here: boolean;
  /** Whether verify deploys the variants. */
  readonly variants: boolean;
}

/** @throws a `UsageError` where the words make no sense, or one message with every fault of the settings */
export function wordsOf(args: readonly string[], home = homedir()): Words {
  const { values, positionals } = parsed(args);
  const [action, ...names] = positionals;
  if (action === undefined) throw new UsageError('say what to do');
  const context = { ...contextOfFiles(home), ...Object.fromEntries((values.context ?? []).map(setting)) };
  return {
    action,
    names,
    settings: settingsFromContext({ ...onlyOf(names), ...context }),
    yes: values.yes ?? false,
    emulator: values.emulator ?? false,
    write: values.write ?? false,
    check: values.check ?? false,
    here: values.here ?? false,
    variants: values.variants ?? false,
  };
}

/** What a setting needs beside it hangs on the architectures that are wanted; other words (a time) are none. */
function onlyOf(names: readonly string[]): { only?: string } {
  const known = names.filter((name) => catalogue.some((architecture) => architecture.name === name));
  return known.length > 0 ? { only: known.join(',') } : {};
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Context where the CDK's command line keeps it too: a person's own, and the repository's. */
function contextOfFiles(home: string): Record<string, unknown> {
  const files = [join(home, '.cdk.json'), join(__dirname, '..', '..', 'cdk.json')];
  const contexts = files.filter(existsSync).map((file) => {
    const { context = {} } = JSON.parse(readFileSync(file, 'utf8')) as { context?: Record<string, unknown> };
    return context;
  });
  return Object.assign({}, ...contexts) as Record<string, unknown>;
}

function setting(word: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (name === undefined) throw new UsageError(`-c ${word}: write -c setting=value`);
  return [name, value];
}

/** The one architecture an action is about. */
export function oneName(words: Words): string {
  const [name, ...more] = someNames(words);
  if (name === undefined || more.length > 0) {
    throw new UsageError(`${words.action} takes one architecture; there are ${all()}`);
  }
  return name;
}

/** The architectures an action is about. */
export function someNames({ action, names }: Words): readonly string[] {
  const unknown = names.find((one) => !catalogue.some(({ name }) => name === one));
  if (unknown === undefined) return names;
  throw new UsageError(`${action} ${unknown}: there is no such architecture; there are ${all()}`);
}

const all = (): string => catalogue.map(({ name }) => name).join(', ');

/** The words of the command make no sense: exit code 2, and the usage. */
export class UsageError extends Error {}
