import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../lib/catalogue';
import { markdownTable } from '../table';
import { handlerData } from './handlers';
import { boundaryName, plan } from './plan';
import { sizeOf } from './statements';
import { variants } from './variants';

const page = join('docs', 'bootstrap.md');
const generated = /<!-- bootstrap -->[^]*<!-- \/bootstrap -->/;

/**
 * Writes the table of policies into docs/bootstrap.md.
 *
 * @param check whether to compare with the file instead of writing it
 * @returns 0, or 1 where the file says something else
 */
export function writePage(check: boolean): number {
  const before = readFileSync(page, 'utf8');
  const after = before.replace(generated, () => `<!-- bootstrap -->\n\n${table()}\n\n<!-- /bootstrap -->`);
  if (before === after) return 0;
  if (!check) {
    writeFileSync(page, after);
    return 0;
  }
  console.error(`${page} no longer says what the templates need; run npm run bootstrap -- --page and commit it`);
  return 1;
}

/** One line an architecture: how much CloudFormation needs for it, and what its roles may do at most. */
function table(): string {
  const rows = catalogue.map(({ name }) => {
    const { demand, policies } = plan(variants([name]));
    const { [boundaryName]: boundary, ...execution } = policies;
    const documents = Object.values(execution);
    const everywhere = documents
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect, Resource, Condition }) => Effect === 'Allow' && Resource === '*' && !Condition);
    return [
      name,
      demand.types.size,
      demand.needed.length,
      everywhere.reduce((sum, { Action }) => sum + Action.length, 0),
      documents.length,
      documents.reduce((sum, document) => sum + sizeOf(document), 0),
      boundary.Statement[0].Action.length,
      sizeOf(boundary),
    ];
  });
  const { source, date } = handlerData();
  const heading = [
    'types',
    'actions',
    'of them on any resource',
    'policies',
    'characters',
    'boundary: actions',
    'characters',
  ];
  return `From ${source} of ${date}.\n\n${markdownTable([['architecture', ...heading], ...rows])}`;
}
