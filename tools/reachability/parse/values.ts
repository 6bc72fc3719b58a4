import type { Block } from '../space/blocks';
import type { Resource } from './resource';

/** What the template leaves open. */
export class Unknown {
  /**
   * @param reason why, as a clause: `the parameter VpcCidr is chosen at deployment`
   * @param key equal for two values that will certainly be equal
   */
  constructor(
    readonly reason: string,
    readonly key: string = reason,
  ) {}

  /** How it stands inside a list or an object that is compared as text. */
  toJSON(): string {
    return `\${${this.key}}`;
  }
}

/** A resource of the templates, or one of its attributes that is known only by name. */
export class Reference {
  constructor(
    readonly resource: Resource,
    readonly attribute?: string,
  ) {}

  /** How the reference stands inside a longer text. */
  toString(): string {
    return `\${${this.resource.key}${this.attribute === undefined ? '' : `.${this.attribute}`}}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Addresses that are known relative to others only. */
export class BlockValue {
  constructor(readonly block: Block) {}

  toJSON(): string {
    return `\${${this.block.text}}`;
  }
}

/** A value of a template with its functions evaluated as far as they can be. */
export type Value =
  | string
  | number
  | boolean
  | Unknown
  | Reference
  | BlockValue
  | undefined
  | readonly Value[]
  | { readonly [key: string]: Value };

/** True, false, or why it is not known. */
export type Tri = boolean | Unknown;

/** A value as an object, for reaching into it; empty for everything else. */
export const asMap = (value: Value): { readonly [key: string]: Value } => (isMap(value) ? value : {});

export const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' &&
  !Array.isArray(value) &&
  !(value instanceof Unknown || value instanceof Reference || value instanceof BlockValue);

/** A value as a list: a single one counts as a list of one, an absent one as none. */
export const asList = (value: Value): readonly Value[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Value[]) : [value];

/** A number written as a number or as digits. */
export function asNumber(value: Value): number | Unknown | undefined {
  if (typeof value === 'number' || value === undefined || value instanceof Unknown) return value;
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  return new Unknown(`${describe(value)} is known only at deployment`);
}

export function asTri(value: Value, otherwise: Tri): Tri {
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean' || value instanceof Unknown) return value;
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return new Unknown(`${describe(value)} is known only at deployment`);
}

/** The resource a value stands for, where it is one of the templates. */
export function asResource(value: Value): Resource | undefined {
  if (!(value instanceof Reference) || value.attribute?.startsWith('Default')) return undefined;
  return value.resource;
}

/** Words for a value in messages. */
export function describe(value: Value): string {
  if (value instanceof Unknown) return value.reason;
  if (value instanceof Reference)
    return value.attribute === undefined ? value.resource.name : `${value.attribute} of ${value.resource.name}`;
  if (value instanceof BlockValue) return value.block.text;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

/** Whether two values are certainly equal. */
export function equal(a: Value, b: Value): Tri {
  if (a instanceof Unknown || b instanceof Unknown) {
    if (a instanceof Unknown && b instanceof Unknown && a.key === b.key) return true;
    return a instanceof Unknown ? a : (b as Unknown);
  }
  const [one, other] = [asText(a), asText(b)];
  if (one === other) return true;
  const open = [one, other].find((side) => side.includes('${'));
  return open === undefined ? false : new Unknown(`${open} is known only at deployment`);
}

/** A value as it stands inside a longer text. */
export function asText(value: Value): string {
  if (value instanceof Reference) return value.toString();
  if (value instanceof BlockValue) return value.block.text;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
