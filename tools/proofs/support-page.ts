import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../table';
import { architectures } from '#architectures';
import { loadTemplates } from '../template/load';
import { endOfSupport } from './end-of-support';
import { statement } from './support';

const page = join('docs', 'support.md');

/** Writes, or compares, the page that says for every architecture what it runs on and until when that is supported. */
export function supportPage(isCheck: boolean): number {
  const text = asMarkdown();
  if (!isCheck) writeFileSync(page, text);
  if (!isCheck || (existsSync(page) && readFileSync(page, 'utf8') === text)) return 0;
  console.error(`${page} no longer says what the architectures run on; run npm run support and commit it`);
  return 1;
}

function asMarkdown(): string {
  const rows = architectures.names.flatMap((name) => {
    const stacks = architectures.profiles.flatMap((profile) => loadTemplates(name, [`profile=${profile}`]));
    return statement(stacks).map(({ product, until, users }) => [
      `[\`${name}\`](../lib/architectures/${name}/README.md)`,
      `\`${product}\``,
      until === 'open' ? 'no end announced' : until,
      [...new Set(users)].map((path) => `\`${path.split('/').slice(1).join('/') || path}\``).join(', '),
    ]);
  });
  const table = markdownTable([['architecture', 'runs on', 'supported until', 'where'], ...rows]);
  return `# What runs on what, and until when

Written by \`npm run support\` from the templates of both profiles and the table of ${endOfSupport.asOf} in
\`tools/proofs/end-of-support.ts\`; do not edit. The CDK's own helper functions are in it. \`npm run proofs\` warns half a year before
an end, and a test fails on what is past it or not in the table.

${table}
`;
}
