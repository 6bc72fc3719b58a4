import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { HandlerBundle, handlersIn } from '../../lib/constructs/serverless/handler-bundle';

const root = join(__dirname, '..', '..');

/**
 * Puts the command for templates and the bundled handlers of blocks beside the compiled library: whoever installs the package has neither their sources nor
 * the libraries they use. `handlerCode` finds them there. Handlers of architectures stay behind, as their architectures do.
 *
 * @param args the folder the compiler wrote to; `dist` unless given
 */
export function run([dist = 'dist']: readonly string[]): number {
  const blocks = readdirSync(join(root, 'lib', 'constructs'), { recursive: true, encoding: 'utf8' }).map((file) =>
    basename(file, '.ts'),
  );
  const folders = readdirSync(join(root, 'lambda')).filter((folder) => blocks.includes(folder));
  const entries = folders.flatMap((folder) => handlersIn(join(root, 'lambda', folder)));
  HandlerBundle.prepare(entries);
  for (const entry of entries) {
    const target = join(dist, 'lambda', basename(dirname(entry)), basename(entry, '.ts'));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(new HandlerBundle(entry).folder(), target, { recursive: true });
    writeFileSync(join(target, 'LICENSES'), licencesOf(join(target, 'index.js.map')));
  }
  bundleCommand(join(dist, 'bin', 'groundplan.js'));
  return 0;
}

/** The command for templates as one file; what it needs besides stands in the package's dependencies. */
function bundleCommand(outfile: string): void {
  buildSync({
    entryPoints: [join(root, 'bin', 'npx.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // Architectures stay behind, and the CDK with them.
    conditions: ['package'],
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
}

/** The licences of the libraries inside a bundle, which must go wherever it goes. */
function licencesOf(sourceMap: string): string {
  const { sources } = JSON.parse(readFileSync(sourceMap, 'utf8')) as { readonly sources: readonly string[] };
  const libraries = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]);
  return [...new Set(libraries)]
    .filter((library) => library !== undefined)
    .sort()
    .map((library) => {
      const folder = join(root, 'node_modules', library);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      const text = readdirSync(folder).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file));
      return `${library} ${version}, ${license}\n${text ? `\n${readFileSync(join(folder, text), 'utf8').trim()}\n` : ''}`;
    })
    .join('\n---\n\n');
}
