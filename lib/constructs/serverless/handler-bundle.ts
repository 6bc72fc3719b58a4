import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import type { AssetCode } from 'aws-cdk-lib/aws-lambda';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { BuildOptions } from 'esbuild';

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
  // Source maps name files by their place in the project, wherever a link leads, so that every checkout gives the same bytes.
  preserveSymlinks: true,
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** What of the code is left out, because it is there where the code runs; programs of instances find nothing there. */
const external = { handlers: ['@aws-sdk/*', '@smithy/*'], programs: [] } as const;
/** Where it runs: in Lambda, or on an instance with nothing but Node.js. */
export type BundleKind = keyof typeof external;

/** What a bundle was made from; it is made again when any of this has changed. */
interface Origin {
  readonly settings: string;
  /** Source file, relative to the project, to the SHA-256 of its text. Libraries stand in the lock file instead. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * The code of one function, bundled by esbuild from a TypeScript entry file.
 *
 * Bundles are kept in `.cache/handlers` of the project (the nearest folder with a package.json) and made again only when a source file, the lock file or
 * the way of bundling changes. `HandlerBundle.prepare` makes all stale ones in a single esbuild run; a bundle that nobody
 * prepared is made when it is first needed. A stack that needs no bundling (`cdk list`, unit tests with the context
 * `aws:cdk:bundling-stacks: []`) gets the unbundled entry's folder, so that its template does not change with the code.
 *
 * @claims serverless-packaging
 * @throws when the entry does not exist or esbuild refuses it; the message carries esbuild's own
 */
export class HandlerBundle extends Code {
  /** Bundles every entry whose bundle is stale, in one esbuild run. */
  static prepare(entries: readonly string[]): void {
    build(
      entries.map((entry) => resolve(entry)).filter((entry) => !isFresh(entry, 'handlers')),
      'handlers',
    );
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
    this.asset ??= Code.fromAsset(Stack.of(scope).bundlingRequired ? this.folder() : dirname(this.entry));
    return this.asset.bind(scope);
  }

  override bindToResource(...args: Parameters<AssetCode['bindToResource']>): void {
    this.asset?.bindToResource(...args);
  }

  /** The folder of the bundle, which is made first if it is stale. */
  folder(): string {
    return bundleFolder(this.entry, 'handlers');
  }
}

/** The folder of the bundle of an entry, as `index.js`, which is made first if it is stale. */
export function bundleFolder(entry: string, kind: BundleKind): string {
  if (!isFresh(entry, kind)) build([entry], kind);
  return folderOf(entry, kind);
}

/** The files below `folder` that export a handler. */
export function handlersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .filter((file) => /^export (const|async function|function) handler\b/m.test(readFileSync(file, 'utf8')));
}

function build(entries: readonly string[], kind: BundleKind): void {
  for (const project of new Set(entries.map(projectOf))) {
    buildIn(
      project,
      entries.filter((entry) => projectOf(entry) === project),
      kind,
    );
  }
}

function buildIn(project: string, entries: readonly string[], kind: BundleKind): void {
  const staging = join(project, cacheOf(kind), `staging-${process.pid}`);
  const entryPoints = Object.fromEntries(entries.map((entry) => [join(nameOf(entry), 'index'), entry]));
  const { metafile } = esbuild().buildSync({
    ...options,
    external: [...external[kind]],
    entryPoints,
    outdir: staging,
    absWorkingDir: project,
  });

  for (const entry of entries) {
    const isMine = (path?: string) => path !== undefined && join(project, path) === entry;
    const { inputs } = Object.values(metafile.outputs).find(({ entryPoint }) => isMine(entryPoint))!;
    const sources = Object.keys(inputs).filter((input) => !input.split('/').includes('node_modules'));
    const folder = folderOf(entry, kind);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(join(staging, nameOf(entry)), folder);
    const hashes = sources.map((source) => [source, hashOf(join(project, source))]);
    const origin: Origin = {
      settings: settingsOf(project, kind),
      sources: Object.fromEntries(hashes) as Origin['sources'],
    };
    writeFileSync(originOf(entry, kind), JSON.stringify(origin));
  }
  rmSync(staging, { recursive: true, force: true });
}

function isFresh(entry: string, kind: BundleKind): boolean {
  if (!existsSync(originOf(entry, kind)) || !existsSync(join(folderOf(entry, kind), 'index.js'))) return false;
  const project = projectOf(entry);
  const { settings, sources } = JSON.parse(readFileSync(originOf(entry, kind), 'utf8')) as Origin;
  const isUnchanged = ([source, hash]: [string, string]) =>
    existsSync(join(project, source)) && hashOf(join(project, source)) === hash;
  return settings === settingsOf(project, kind) && Object.entries(sources).every(isUnchanged);
}

/** The lock file stands for the libraries; it is read at every look, as an install may come between two. */
function settingsOf(project: string, kind: BundleKind): string {
  const lock = join(project, 'package-lock.json');
  return JSON.stringify([esbuild().version, existsSync(lock) ? hashOf(lock) : 'no lock file', options, external[kind]]);
}

/** Loaded when something has to be bundled; whoever brings bundles of their own does without esbuild. */
function esbuild(): typeof import('esbuild') {
  try {
    return createRequire(__filename)('esbuild') as typeof import('esbuild');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new Error('HandlerBundle needs esbuild, which is not installed; run npm install --save-dev esbuild', {
      cause,
    });
  }
}

/** The nearest folder above an entry with a package.json. */
function projectOf(entry: string): string {
  let folder = dirname(entry);
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

const cacheOf = (kind: BundleKind): string => join('.cache', kind);
/** `lambda/video-job-fanout/transcode.ts` -> `lambda-video-job-fanout-transcode` */
const nameOf = (entry: string): string =>
  join(relative(projectOf(entry), dirname(entry)), basename(entry, '.ts'))
    .split(sep)
    .join('-');
const folderOf = (entry: string, kind: BundleKind): string => join(projectOf(entry), cacheOf(kind), nameOf(entry));
const originOf = (entry: string, kind: BundleKind): string => `${folderOf(entry, kind)}.origin.json`;
const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
