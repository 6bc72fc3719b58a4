import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerOf, summaryOf, type Files } from './ledger';

/**
 * Writes into the tables of `notes` where each claim is built and which test proves it.
 *
 * @param args `--check` to compare with the pages instead of writing them
 * @param root the repository
 */
export function run(args: readonly string[], root = '.'): number {
  const wrong = args.find((arg) => arg !== '--check');
  if (wrong !== undefined) {
    console.error(`claims ${wrong}: there is no such option; write nothing, or --check`);
    return 2;
  }
  const files = filesOf(root);
  const { claims, pages, faults } = ledgerOf(files);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;

  const stale = [...pages].filter(([file, text]) => files.get(file) !== text);
  if (!args.includes('--check')) {
    for (const [file, text] of stale) writeFileSync(join(root, file), text);
    console.log(summaryOf(claims));
    return 0;
  }
  if (stale.length === 0) return 0;
  console.error(
    `${stale.map(([file]) => file).join(', ')}: no longer what code and tests say; run npm run claims and commit it`,
  );
  return 1;
}

/** Everything claims can stand in. */
export function filesOf(root: string): Files {
  const paths = ['lambda', 'lib', 'notes', 'test', 'tools']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(folder === 'notes' ? '.md' : '.ts'))
        .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
    );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n')]));
}
