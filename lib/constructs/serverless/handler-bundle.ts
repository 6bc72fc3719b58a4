import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import type { AssetCode} from 'aws-cdk-lib/aws-lambda';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync, version as esbuildVersion, type BuildOptions } from 'esbuild';

/**
 * How every handler is bundled: for the pinned runtime, minified, with a source map, the AWS SDK left to the runtime
 * (docs/decisions/0005-one-build-for-all-handlers.md has the measurements behind each choice).
 */
const options = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  external: ['@aws-sdk/*', '@smithy/*'],
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** What a bundle was made from; it is made again when any of this has changed. */
interface Origin {
  readonly settings: string;
  /** Source file, relative to the entry's folder, to the SHA-256 of its text. Libraries stand in the lock file instead. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * The code of one function, bundled by esbuild from a TypeScript entry file.
 *
 * Bundles are kept in `.cache/handlers` of the working directory and made again only when a source file, the lock file or
 * the way of bundling changes. `HandlerBundle.prepare` makes all stale ones in a single esbuild run; a bundle that nobody
 * prepared is made when it is first needed. A stack that needs no bundling (`cdk list`, unit tests with the context
 * `aws:cdk:bundling-stacks: []`) gets the unbundled entry's folder, so that its template does not change with the code.
 *
 * @throws when the entry does not exist or esbuild refuses it; the message carries esbuild's own
 */
export class HandlerBundle extends Code {
  /** Bundles every entry whose bundle is stale, in one esbuild run. */
  static prepare(entries: readonly string[]): void {
    build(entries.map((entry) => resolve(entry)).filter((entry) => !isFresh(entry)));
  }

  readonly isInline = false;
  private readonly entry: string;
  private asset?: AssetCode;

  /** @param entry path of the TypeScript file that exports `handler` */
  constructor(entry: string) {
    super();
    this.entry = resolve(entry);
    if (!existsSync(this.entry))
      throw new Error(`no handler at ${this.entry}; give the path of a TypeScript file that exports handler`);
  }

  override bind(scope: Construct): CodeConfig {
    this.asset ??= Code.fromAsset(Stack.of(scope).bundlingRequired ? this.bundled() : dirname(this.entry));
    return this.asset.bind(scope);
  }

  override bindToResource(...args: Parameters<AssetCode['bindToResource']>): void {
    this.asset?.bindToResource(...args);
  }

  private bundled(): string {
    if (!isFresh(this.entry)) build([this.entry]);
    return folderOf(this.entry);
  }
}

/** The files below `folder` that export a handler. */
export function handlersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .filter((file) => /^export (const|async function|function) handler\b/m.test(readFileSync(file, 'utf8')));
}

function build(entries: readonly string[]): void {
  if (entries.length === 0) return;
  const staging = join(cache(), `staging-${process.pid}`);
  const entryPoints = Object.fromEntries(entries.map((entry) => [join(nameOf(entry), 'index'), entry]));
  const { metafile } = buildSync({ ...options, entryPoints, outdir: staging, absWorkingDir: process.cwd() });

  for (const entry of entries) {
    const output = Object.entries(metafile.outputs).find(
      ([, { entryPoint }]) => entryPoint && resolve(entryPoint) === entry,
    )!;
    const sources = Object.keys(output[1].inputs).filter((input) => !input.split('/').includes('node_modules'));
    const folder = folderOf(entry);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(join(staging, nameOf(entry)), folder);
    const origin: Origin = {
      settings: settings(),
      sources: Object.fromEntries(sources.map((s) => [s, hashOf(resolve(s))])),
    };
    writeFileSync(originOf(entry), JSON.stringify(origin));
  }
  rmSync(staging, { recursive: true, force: true });
}

function isFresh(entry: string): boolean {
  if (!existsSync(originOf(entry)) || !existsSync(join(folderOf(entry), 'index.js'))) return false;
  const { settings: then, sources } = JSON.parse(readFileSync(originOf(entry), 'utf8')) as Origin;
  return (
    then === settings() &&
    Object.entries(sources).every(([s, hash]) => existsSync(resolve(s)) && hashOf(resolve(s)) === hash)
  );
}

let lock: string | undefined;
function settings(): string {
  lock ??= existsSync('package-lock.json') ? hashOf(resolve('package-lock.json')) : 'no lock file';
  return JSON.stringify([esbuildVersion, lock, options]);
}

const cache = (): string => resolve('.cache', 'handlers');
/** `lambda/video-job-fanout/transcode.ts` -> `lambda-video-job-fanout-transcode` */
const nameOf = (entry: string): string =>
  join(relative(process.cwd(), dirname(entry)), basename(entry, '.ts'))
    .split(sep)
    .filter((part) => part !== '..')
    .join('-');
const folderOf = (entry: string): string => join(cache(), nameOf(entry));
const originOf = (entry: string): string => `${folderOf(entry)}.origin.json`;
const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
