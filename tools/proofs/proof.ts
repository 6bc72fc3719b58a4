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
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([id, resource]) => [id, { ...resource, Properties: resource.Properties ?? {} }]);
}

/** Whether a value, intrinsic functions and all, mentions a resource. */
export const mentions = (value: unknown, logicalId: string): boolean =>
  JSON.stringify(value ?? null).includes(`"${logicalId}"`);

/** The logical id a value refers to by Ref or GetAtt; undefined for anything else. */
export function referred(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] | string };
  if (Ref !== undefined) return Ref;
  return typeof attribute === 'string' ? attribute.split('.')[0] : attribute?.[0];
}

export const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
