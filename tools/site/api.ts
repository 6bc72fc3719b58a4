import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Comment, DeclarationReflection, ProjectReflection, SomeType } from 'typedoc';
import { root, type Block } from '../facts';

/** What the code says of a block: its doc comment, its props, what it offers. */
export interface BlockDoc extends Block {
  readonly line: number;
  /** In Markdown. */
  readonly summary: string;
  /** Ids of the claims it realises. */
  readonly claims: readonly string[];
  readonly props: readonly PropDoc[];
  /** Static factories, methods and public members, in the order of the code. */
  readonly members: readonly MemberDoc[];
}

export interface PropDoc {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly summary: string;
  /** A value, or the behaviour in words. */
  readonly fallback?: string;
}

export interface MemberDoc {
  readonly name: string;
  readonly signature: string;
  readonly summary: string;
}

/**
 * The doc comments of every block, as typedoc reads them. It takes ten seconds, so that what it read of the same code is
 * kept below `.cache`.
 */
export async function readApi(blocks: readonly Block[]): Promise<readonly BlockDoc[]> {
  const file = join(root, '.cache', 'blocks', `${hashOf(blocks)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as BlockDoc[];
  const docs = await read(blocks);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(docs));
  return docs;
}

/** What the documents hang on: the code of the library, and how it is read. */
function hashOf(blocks: readonly Block[]): string {
  const hash = createHash('sha256').update(JSON.stringify(blocks));
  for (const file of [...codeBelow('lib'), 'package-lock.json', 'tools/site/api.ts'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 32);
}

const codeBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => join(folder, file));

async function read(blocks: readonly Block[]): Promise<BlockDoc[]> {
  const { Application, LogLevel, ReflectionKind } = await import('typedoc');
  const app = await Application.bootstrap({
    // Props may stand beside no block, where several share them.
    entryPoints: codeBelow('lib/constructs').map((file) => join(root, file)),
    tsconfig: join(root, 'tsconfig.json'),
    excludePrivate: true,
    excludeExternals: true,
    excludeInternal: true,
    skipErrorChecking: true,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    blockTags: ['@claims', '@default', '@param', '@returns', '@throws', '@see', '@example', '@deprecated'],
    logLevel: LogLevel.Error,
  });
  const project = await app.convert();
  if (!project) throw new Error('the code of lib/constructs could not be read; run npx tsc --noEmit to see why');
  const classes = new Map(
    project.getReflectionsByKind(ReflectionKind.Class).map((one) => [one.name, one as DeclarationReflection]),
  );
  return blocks.map((block) => documented(block, classes.get(block.name), project, ReflectionKind));
}

function documented(
  block: Block,
  found: DeclarationReflection | undefined,
  project: ProjectReflection,
  kinds: typeof import('typedoc').ReflectionKind,
): BlockDoc {
  if (!found) throw new Error(`${block.file}: the class ${block.name} is not in what typedoc read`);
  const props = propsOf(found, project, kinds);
  return {
    ...block,
    line: found.sources?.[0]?.line ?? 1,
    summary: textOf(found.comment),
    claims:
      tagOf(found.comment, '@claims')
        ?.split(/[\s,]+/)
        .filter(Boolean) ?? [],
    props: (props?.children ?? []).map((prop) => {
      const fallback = tagOf(prop.comment, '@default');
      return {
        name: prop.name,
        type: String(prop.type ?? prop.signatures?.[0] ?? ''),
        isOptional: prop.flags.isOptional,
        summary: textOf(prop.comment),
        ...(fallback !== undefined && { fallback: fallback.replace(/^- /, '') }),
      };
    }),
    members: (found.children ?? [])
      .filter((member) => member.kindOf([kinds.Method, kinds.Property, kinds.Accessor]) && !member.inheritedFrom)
      .map((member) => memberOf(block.name, member)),
  };
}

/** What the constructor takes last, which may be the props of another block by another name. */
function propsOf(
  found: DeclarationReflection,
  project: ProjectReflection,
  kinds: typeof import('typedoc').ReflectionKind,
): DeclarationReflection | undefined {
  const constructor = found.children?.find((member) => member.kindOf(kinds.Constructor));
  const named = (type: SomeType | undefined): DeclarationReflection | undefined => {
    if (type?.type !== 'reference') return undefined;
    const all = project.getReflectionsByKind(kinds.Interface | kinds.TypeAlias) as DeclarationReflection[];
    const one = all.find(({ name }) => name === type.name);
    return one?.kindOf(kinds.TypeAlias) ? named(one.type) : one;
  };
  return named(constructor?.signatures?.[0].parameters?.at(-1)?.type);
}

function memberOf(owner: string, member: DeclarationReflection): MemberDoc {
  const [signature] = member.signatures ?? [];
  const name = member.flags.isStatic ? `${owner}.${member.name}` : member.name;
  if (!signature) {
    const type = member.type ?? member.getSignature?.type;
    return {
      name,
      signature: `${name}: ${String(type ?? 'unknown')}`,
      summary: textOf(member.comment ?? member.getSignature?.comment),
    };
  }
  const parameters = (signature.parameters ?? []).map(
    ({ name: parameter, type, flags, defaultValue }) =>
      // What typedoc calls a parameter that is taken apart at once.
      `${parameter.replace(/^__namedParameters$/, 'options')}${flags.isOptional || defaultValue !== undefined ? '?' : ''}: ${String(type)}`,
  );
  return {
    name,
    signature: `${name}(${parameters.join(', ')}): ${String(signature.type ?? 'void')}`,
    summary: textOf(signature.comment),
  };
}

const textOf = (comment?: Comment): string =>
  (comment?.summary ?? [])
    .map(({ text }) => text)
    .join('')
    .trim();

const tagOf = (comment: Comment | undefined, tag: `@${string}`): string | undefined =>
  comment
    ?.getTag(tag)
    ?.content.map(({ text }) => text)
    .join('')
    .replace(/^```\w*\n|\n```$/g, '')
    .trim();
