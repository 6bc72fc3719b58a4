import type { AppOptions } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import { showCatalogue } from './catalogue';
import { showOne } from './one';

/**
 * Shows what there is: one line for each architecture, or all that is known of one.
 *
 * @param args settings (`profile=production only=orders-api`), or the name of an architecture; `--json` for programs
 * @param options where the catalogue is synthesised to, and what else to tell the app
 * @returns 1 when there are open findings or faulty acknowledgements, 2 when there is no such thing to show, else 0
 */
export function run(args: readonly string[], options: AppOptions = {}): number {
  const isJson = args.includes('--json');
  const words = args.filter((word) => word !== '--json');
  const names = words.filter((word) => !word.includes('='));
  const known = catalogue.map(({ name }) => name);
  const wrong = names.find((word) => !known.includes(word)) ?? names[1];
  if (wrong !== undefined) {
    console.error(
      `show ${wrong}: name one architecture, or nothing for all of them, and --json for programs; the architectures are ${known.join(', ')}`,
    );
    return 2;
  }
  if (names.length === 0) return showCatalogue(words, { isJson, ...options });
  const [setting] = words.filter((word) => word.includes('='));
  if (setting !== undefined) {
    console.error(
      `show ${names[0]} ${setting}: it is shown as a sandbox and in production; leave settings out, or give them to bill, reach or access`,
    );
    return 2;
  }
  showOne(names[0], isJson);
  return 0;
}
