import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConstruct } from 'constructs';
import { root } from './root';

/** A public class of `lib/constructs`. */
export interface Block {
  readonly name: string;
  /** From the root of the repository, with forward slashes. */
  readonly file: string;
  /** The folder below `lib/constructs`: `network`. */
  readonly domain: string;
}

/** Every class that a file below `lib/constructs` exports, by name. */
export function allBlocks(): ReadonlyMap<string, Block> {
  const folder = 'lib/constructs';
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.split('/').length === 4 && file.endsWith('.ts'))
    .sort();
  const blocks = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^export (?:abstract )?class (\w+)/gm)].map(
      ([, name]): [string, Block] => [name, { name, file, domain: file.split('/')[2] }],
    ),
  );
  return new Map(blocks);
}

/** The blocks that stand in a construct tree, each once, in the order they were made. */
export function blocksIn(scope: IConstruct, all: ReadonlyMap<string, Block>): Block[] {
  const found = scope.node.findAll().map((construct) => all.get(construct.constructor.name));
  return [...new Set(found.filter((block) => block !== undefined))];
}
