import { markdownTable, textTable } from '../table';
import { loadTemplates } from '../template/load';
import { fates, leftovers, type Leftover } from './leftovers';

/**
 * Prints what taking an architecture away leaves to think about.
 *
 * @param args an architecture with its settings, a template file or a `cdk.out`; `--markdown` for a table in a page
 */
export function run(args: readonly string[]): number {
  const [target, ...settings] = args.filter((word) => word !== '--markdown');
  if (target === undefined) {
    console.error(
      'say what to look at: an architecture (teardown orders-api profile=production), a template file, or a cdk.out',
    );
    return 2;
  }
  try {
    print(leftovers(loadTemplates(target, settings)), args.includes('--markdown'));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

function print(found: readonly Leftover[], markdown: boolean): void {
  const rows = [
    ['resource', 'type', 'what happens', 'why, and what to do'],
    ...found.map(({ path, type, kind, why }) => [path, type, fates[kind], why]),
  ];
  if (found.length === 0) console.log('Nothing is left over, and nothing stands in the way.');
  else console.log(markdown ? markdownTable(rows) : textTable(rows));
}
