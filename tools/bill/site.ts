import { referred } from '../proofs/proof';
import { linked } from '../template/nesting';
import { Either, Resolver } from '../template/resolve';
import { pathOf, type Properties, type Resource, type Stack } from '../template/stack';
import { gapsOf } from '../template/text';

/** Thrown where a price hangs on something that only the deployment decides. */
export class Open extends Error {}

/** The resources of some templates, with their values resolved. */
export class Site {
  readonly parts: readonly Part[];
  readonly #resolver: Resolver;

  constructor(templates: readonly Stack[], region?: string) {
    const stacks = linked(templates).map((stack) => ({ ...stack, region: region ?? stack.region }));
    this.#resolver = new Resolver(stacks);
    this.parts = stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(([, resource]) => this.#resolver.exists(stack, resource) !== false)
        .map(([id, resource]) => new Part(this, stack, id, resource)),
    );
  }

  ofType(...types: readonly string[]): Part[] {
    return this.parts.filter(({ type }) => types.includes(type));
  }

  resolve(stack: Stack, value: unknown): unknown {
    return this.#resolver.resolve(stack, value);
  }
}

/** One resource. */
export class Part {
  readonly type: string;
  /** Its place in the construct tree without the stack's name; the logical id of a template that has no paths. */
  readonly path: string;

  constructor(
    readonly site: Site,
    private readonly stack: Stack,
    readonly id: string,
    private readonly resource: Resource,
  ) {
    this.type = resource.Type;
    this.path = pathOf(id, resource).replace(`${stack.name}/`, '');
  }

  /** Whether the template says so with an undecided condition, so that it may not be made at all. */
  get isConditional(): boolean {
    return typeof this.resource.Condition === 'string';
  }

  /** A property as the template writes it, below dots: `LaunchTemplate.LaunchTemplateId`. */
  raw(property: string): unknown {
    return property
      .split('.')
      .reduce<unknown>((value, name) => (value as Properties | undefined)?.[name], this.resource.Properties);
  }

  /** A property with its functions computed; undefined where there is none. */
  get(property: string): unknown {
    const [first, ...rest] = property.split('.');
    const top = this.site.resolve(this.stack, this.resource.Properties?.[first]);
    return rest.reduce<unknown>((value, name) => {
      if (value instanceof Either) throw this.open(property);
      return (value as Properties | undefined)?.[name];
    }, top);
  }

  /** @throws Open when only the deployment knows it */
  text(property: string): string | undefined {
    const value = this.get(property);
    if (value === undefined || value === null) return undefined;
    if (value instanceof Either) throw this.open(property);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value !== 'string') return JSON.stringify(value);
    if (gapsOf(value).length > 0) throw this.open(property);
    return value;
  }

  /** @throws Open when only the deployment knows it */
  number(property: string): number | undefined {
    const text = this.text(property);
    if (text === undefined) return undefined;
    if (!Number.isFinite(Number(text))) throw new Open(`${property} is ${text}, which is no number`);
    return Number(text);
  }

  is(property: string): boolean {
    return this.text(property) === 'true';
  }

  /** The items of a list, resolved; none where there is no list. */
  list(property: string): Properties[] {
    const value = this.get(property);
    if (value instanceof Either) throw this.open(property);
    if (typeof value === 'string') throw this.open(property);
    return Array.isArray(value) ? (value as Properties[]) : [];
  }

  /** The resource of the same template that a property refers to, at the top of its value. */
  refers(property: string): Part | undefined {
    return this.other(this.raw(property));
  }

  /** The resource of the same template that a piece of it refers to. */
  other(value: unknown): Part | undefined {
    const id = referred(value);
    return id === undefined ? undefined : this.site.parts.find((part) => part.stack === this.stack && part.id === id);
  }

  /** Whether anything in a property mentions another resource of the same template. */
  mentions(property: string, other: Part): boolean {
    return this.stack === other.stack && JSON.stringify(this.raw(property) ?? null).includes(`"${other.id}"`);
  }

  private open(property: string): Open {
    return new Open(`${property} is decided at deployment`);
  }
}
