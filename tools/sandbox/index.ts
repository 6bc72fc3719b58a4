import { minutes } from '../../lib/settings';
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

type Action = (sandbox: Sandbox, words: Words) => Promise<number>;

/** What can be done at a place, and whether an emulator is started for it where none runs. */
const actions: Readonly<Record<string, { readonly starts?: true; readonly run: Action }>> = {
  deploy: {
    starts: true,
    run: (sandbox, words) => deploy(sandbox, oneName(words), words.settings, words.yes),
  },
  test: { run: (sandbox, words) => test(sandbox, oneName(words), words.settings) },
  shell: { run: (sandbox, words) => shell(sandbox, oneName(words), words.settings) },
  destroy: { run: (sandbox, words) => destroy(sandbox, oneName(words), words.settings, words.yes) },
  list: { run: (sandbox) => list(sandbox) },
  sweep: {
    run: (sandbox, { settings, yes }) =>
      sweep(sandbox, yes, ({ architecture }) => destroy(sandbox, architecture, settings, yes)),
  },
  verify: {
    starts: true,
    run: (sandbox, words) => verify(someNames(words), { ...words, here: { sandbox, settings: words.settings } }),
  },
  extend: {
    run: (sandbox, words) => {
      const [name, time = ''] = words.names;
      if (Number.isNaN(minutes(time)))
        throw new UsageError('extend takes an architecture and a time: extend <name> 8h');
      return extend(sandbox, named(oneName({ ...words, names: [name] }), words.settings), time);
    },
  },
};

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
    const words = wordsOf(args);
    if (words.action === 'stop') {
      say((await stop()) ? 'The emulator has ended, and with it everything in it.' : 'No emulator was running.');
      return 0;
    }
    if (words.action === 'verify' && !words.here) {
      return await verify(someNames(words), { write: words.write, check: words.check });
    }
    const action = actions[words.action];
    if (!action) throw new UsageError(`${words.action}: there is no such action`);
    const place = await findPlace({
      emulator: words.emulator,
      start: action.starts ?? false,
      region: words.settings.region,
    });
    const ask = words.yes ? () => Promise.resolve(true) : askAtTerminal;
    return await action.run({ place, say, ask }, place.kind === 'emulator' ? anywhere(words) : words);
  } catch (error) {
    const { message } = error as Error;
    console.error(error instanceof UsageError ? `${message}\n\n${usage}` : message);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** An emulator's account is nobody's, and on nobody's list. */
function anywhere(words: Words): Words {
  const { allowedAccounts: _, ...settings } = words.settings;
  return { ...words, settings };
}
