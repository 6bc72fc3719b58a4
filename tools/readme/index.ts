import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import { stacksOf } from '../assembly';
import { markdownTable } from '../table';

const generated = /<!-- architectures -->[^]*<!-- \/architectures -->/;

/**
 * Writes the table of architectures into README.md.
 *
 * @param args `--check` to compare with the file instead of writing it
 */
export function run(args: readonly string[]): number {
  const before = readFileSync('README.md', 'utf8');
  if (!generated.test(before)) {
    console.error(
      'README.md has no place for the table; put <!-- architectures --> and <!-- /architectures --> where it belongs',
    );
    return 1;
  }
  const after = before.replace(generated, `<!-- architectures -->\n\n${table()}\n\n<!-- /architectures -->`);
  if (!args.includes('--check')) writeFileSync('README.md', after);
  if (!args.includes('--check') || before === after) return 0;
  console.error('README.md no longer says what the catalogue holds; run npm run readme and commit it');
  return 1;
}

/** One line an architecture: what it is for, and the size of its sandbox. */
export function table(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-readme-'));
  const assembly = createApp({}, { outdir, gates: false, context: { 'aws:cdk:bundling-stacks': [] } }).synth();
  const rows = catalogue.map(({ name, purpose }) => {
    const templates = stacksOf(assembly, name).map((stack) => stack.template as { Resources: object });
    const resources = templates.reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0);
    return [`[\`${name}\`](lib/architectures/${name}/README.md)`, purpose, resources];
  });
  return markdownTable([['architecture', 'purpose', 'resources'], ...rows]);
}
