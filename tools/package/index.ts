import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { HandlerBundle, handlersIn } from '../../lib/constructs/serverless/handler-bundle';
import { pricesFolder } from '../bill/prices';

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
    const { sources } = JSON.parse(readFileSync(join(target, 'index.js.map'), 'utf8')) as { sources: string[] };
    writeFileSync(join(target, 'LICENSES'), licencesOf(sources));
  }
  // Images are built by Dockerfiles that stand beside the handlers.
  const images = join('lambda', 'handler-image');
  cpSync(join(root, images), join(dist, images), { recursive: true });
  const bin = join(dist, 'bin');
  writeFileSync(join(bin, 'LICENSES'), licencesOf(bundleCommand(join(bin, 'groundplan.js'))));
  // `bill` reads its prices from beside itself, wherever that is.
  cpSync(pricesFolder, join(bin, basename(pricesFolder)), { recursive: true });
  return 0;
}

/**
 * The command for templates as one file, in which the package's dependencies alone are missing: they are data, or used as they are.
 *
 * @returns the files it is made of
 */
function bundleCommand(outfile: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
  const { metafile } = buildSync({
    entryPoints: [join(root, 'bin', 'npx.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: Object.keys(dependencies),
    metafile: true,
    // Architectures stay behind, and the CDK with them.
    conditions: ['package'],
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/** The licences and notices of the libraries inside a bundle, which must go wherever it goes. */
function licencesOf(sources: readonly string[]): string {
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
      const texts = readdirSync(folder)
        .filter((file) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(file))
        .map((file) => `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`);
      return [`${library} ${version}, ${license}\n`, ...texts].join('');
    })
    .join('\n---\n\n');
}
