import type { Properties, Resource, Template } from '../template/stack';

/** Something that must hold for every template. */
export interface Proof {
  readonly name: string;
  /** What a reader may rely on, in a sentence. */
  readonly promise: string;
  /** Where it does not hold: the resource and what is wrong, one sentence each. */
  readonly violations: (template: Template) => readonly Violation[];
}

export interface Violation {
  readonly logicalId: string;
  readonly fault: string;
}

/** The resources of some types, with their logical ids. */
export function ofType(
  template: Template,
  ...types: readonly string[]
): (readonly [string, Resource & { readonly Properties: Properties }])[] {
  const known = byType.get(template) ?? grouped(template);
  byType.set(template, known);
  return types.flatMap((type) => known.get(type) ?? []);
}

type Found = readonly [string, Resource & { readonly Properties: Properties }];

/** Proofs ask for types once a resource; going through the whole template each time would cost its square. */
const byType = new WeakMap<Template, ReadonlyMap<string, Found[]>>();

function grouped(template: Template): ReadonlyMap<string, Found[]> {
  const groups = new Map<string, Found[]>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    const found: Found = [id, { ...resource, Properties: resource.Properties ?? {} }];
    const group = groups.get(resource.Type);
    if (group) group.push(found);
    else groups.set(resource.Type, [found]);
  }
  return groups;
}

/** Whether a value, intrinsic functions and all, mentions a resource. */
export const mentions = (value: unknown, logicalId: string): boolean => textOf(value).includes(`"${logicalId}"`);

const texts = new WeakMap<object, string>();
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const text = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, text);
  return text;
}

/** The logical id a value refers to by Ref or GetAtt; undefined for anything else. */
export function referred(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] | string };
  if (Ref !== undefined) return Ref;
  return typeof attribute === 'string' ? attribute.split('.')[0] : attribute?.[0];
}

export const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
