import { join } from 'node:path';
import type { Comment, DeclarationReflection, ProjectReflection } from 'typedoc';
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

/** Reads the doc comments of every block with typedoc. */
export async function readApi(blocks: readonly Block[]): Promise<BlockDoc[]> {
  const { Application, LogLevel, ReflectionKind } = await import('typedoc');
  const app = await Application.bootstrap({
    entryPoints: blocks.map(({ file }) => join(root, file)),
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
  const props = project.getReflectionsByKind(kinds.Interface).find(({ name }) => name === `${block.name}Props`) as
    DeclarationReflection | undefined;
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
      `${parameter}${flags.isOptional || defaultValue !== undefined ? '?' : ''}: ${String(type)}`,
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
