import { minutes, type Settings } from '../../lib/settings';
import { askAtTerminal } from './ask';
import { named } from './assembly';
import { stop } from './carried';
import { oneName, someNames, UsageError, usage, wordsOf, type Words } from './command-line';
import { deploy } from './deploy';
import { destroy } from './destroy';
import { list } from './list';
import { findPlace } from './place';
import type { Sandbox } from './sandbox';
import { shell } from './shell';
import { extend, sweep } from './sweep';
import { test } from './test';
import { verify } from './verify';

type Action = (sandbox: Sandbox) => Promise<number>;

/** What an action does at a place, once its words made sense; and whether an emulator is started for it where none runs. */
interface Planned {
  readonly starts?: true;
  readonly run: Action;
}

/** Each looks at its words before anything is started. */
const actions: Readonly<Record<string, (words: Words) => Planned>> = {
  deploy: (words) => {
    const name = oneName(words);
    return { starts: true, run: (sandbox) => deploy(sandbox, name, settingsAt(sandbox, words), words.yes) };
  },
  test: (words) => withName(words, (sandbox, name) => test(sandbox, name, settingsAt(sandbox, words))),
  shell: (words) => withName(words, (sandbox, name) => shell(sandbox, name, settingsAt(sandbox, words))),
  destroy: (words) => withName(words, (sandbox, name) => destroy(sandbox, name, settingsAt(sandbox, words), words.yes)),
  list: (words) => ofAll(words, (sandbox) => list(sandbox)),
  sweep: (words) =>
    ofAll(words, (sandbox) =>
      sweep(sandbox, words.yes, ({ architecture }) =>
        destroy(sandbox, architecture, settingsAt(sandbox, words), words.yes),
      ),
    ),
  verify: (words) => {
    const names = someNames(words);
    return {
      starts: true,
      run: (sandbox) => verify(names, { ...words, here: { sandbox, settings: settingsAt(sandbox, words) } }),
    };
  },
  extend: (words) => {
    const [name, time = '', ...more] = words.names;
    if (Number.isNaN(minutes(time)) || more.length > 0)
      throw new UsageError('extend takes an architecture and a time: extend <name> 8h');
    return withName({ ...words, names: [name] }, (sandbox, one) =>
      extend(sandbox, named(one, settingsAt(sandbox, words)), time),
    );
  },
};

function withName(words: Words, run: (sandbox: Sandbox, name: string) => Promise<number>): Planned {
  const name = oneName(words);
  return { run: (sandbox) => run(sandbox, name) };
}

function ofAll({ action, names }: Words, run: Action): Planned {
  if (names.length > 0) throw new UsageError(`${action} ${names.join(' ')}: ${action} takes no name, and is about all`);
  return { run };
}

/** An emulator's account is nobody's, and on nobody's list. */
function settingsAt({ place }: Sandbox, words: Words): Settings {
  const { allowedAccounts, ...settings } = words.settings;
  return { ...settings, ...(place.kind === 'account' && allowedAccounts && { allowedAccounts }) };
}

/**
 * Deploys, tries, and takes away architectures, in a sandbox account or on an emulator.
 *
 * @returns 0, 1 where it did not go well, or 2 where the words make no sense
 */
export async function run(args: readonly string[]): Promise<number> {
  const say = (line: string): void => console.log(line);
  // The SDK would tell whoever runs this on Node.js 20 that its releases of next year need another.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  try {
    if (args.length === 0 || /^(help|-h|--help)$/.test(args[0])) {
      say(usage);
      return 0;
    }
    const words = wordsOf(args);
    if (words.action === 'stop') {
      say((await stop()) ? 'The emulator has ended, and with it everything in it.' : 'No emulator was running.');
      return 0;
    }
    if (words.action === 'verify' && words.here && words.variants) {
      throw new UsageError(
        'verify --variants --here: variants are taken on fresh emulators only, because some cost much; in an account deploy one with -c variant=…',
      );
    }
    if (words.action === 'verify' && !words.here) {
      const { write, check, variants } = words;
      return await verify(someNames(words), { write, check, variants });
    }
    const action = actions[words.action];
    if (!action) throw new UsageError(`${words.action}: there is no such action`);
    const { starts = false, run } = action(words);
    const place = await findPlace({ emulator: words.emulator, start: starts, region: words.settings.region });
    const ask = words.yes ? () => Promise.resolve(true) : askAtTerminal;
    return await run({ place, say, ask });
  } catch (error) {
    const { message } = error as Error;
    console.error(error instanceof UsageError ? `${message}\n\n${usage}` : message);
    return error instanceof UsageError ? 2 : 1;
  }
}
