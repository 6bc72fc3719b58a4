import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';

/** What CloudFront Functions themselves bring. */
const modules = ['cloudfront', 'crypto', 'querystring', 'buffer'];

/**
 * What the runtime cloudfront-js-2.0 knows of JavaScript beyond ES 5.1. esbuild rewrites some of what it does not know, such as `?.` and
 * `??`, and refuses the rest by name: destructuring, spread, classes, `for … of`, default parameters.
 */
const beyondEs5 = {
  'const-and-let': true,
  arrow: true,
  'template-literal': true,
  'async-await': true,
  'exponent-operator': true,
  'rest-argument': true,
};

/** Where `await` may stand: at the beginning of a statement, or right after `=` or `return`. */
const awaiting = /^\s*(?:(?:(?:const|let|var)\s+)?[\w.]+\s*=\s*|return\s+)?await\s[^;]*;?$/;

/**
 * The code of a CloudFront Function, as one text that its runtime takes, from a TypeScript file that exports `handler`.
 *
 * It is not made smaller: it stands in the template, and somebody reads it there.
 *
 * @throws when the file is not there, exports no `handler`, or uses what the runtime does not know; the message names file and line
 * @claims edge-cloudfront-function
 */
export function viewerCode(entry: string): string {
  const file = resolve(entry);
  if (!existsSync(file))
    throw new Error(`no viewer function at ${file}; give the path of a TypeScript file that exports handler`);
  const text = bundled(file).replace(/^\/\/ .*\n/gm, '');
  const [code, exported, ...more] = text.split(/^export \{\n/m);
  if (exported?.trim() !== 'handler\n};' || more.length > 0)
    throw new Error(`${file} must export handler, and nothing else: a viewer function has one entry`);
  const inner = code.split('\n').find((line) => /\bawait\b/.test(line) && !awaiting.test(line));
  if (inner !== undefined)
    throw new Error(
      `${file}: the runtime cloudfront-js-2.0 knows no await inside an expression, as in “${inner.trim()}”; put what is awaited into a constant first`,
    );
  return `${code.trim()}\n`;
}

function bundled(file: string): string {
  const { buildSync } = createRequire(__filename)('esbuild') as typeof import('esbuild');
  try {
    const { outputFiles } = buildSync({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      target: 'es5',
      supported: beyondEs5,
      external: modules,
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      preserveSymlinks: true,
    });
    return outputFiles[0].text;
  } catch (cause) {
    const { errors } = cause as import('esbuild').BuildFailure;
    const faults = errors.map(({ text, location }) => {
      const what = text.replace(/^Transforming (.*) to the configured target.*$/, '$1');
      const where = location ? `${relative(process.cwd(), resolve(location.file))}:${location.line}` : file;
      return what === text
        ? `${where}: ${text}`
        : `${where}: the runtime cloudfront-js-2.0 knows no ${what}; write it without`;
    });
    throw new Error(faults.join('\n'), { cause });
  }
}
