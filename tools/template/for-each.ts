import { TemplateError } from './template-error';

type Json = Readonly<Record<string, unknown>>;
type Bound = Readonly<Record<string, string>>;

const loop = 'Fn::ForEach::';

/**
 * A template with its loops written out, as CloudFormation's language extensions do: `Fn::ForEach::Name: [Item, [a, b], { … }]` gives
 * what it holds once for each item, wherever it stands. A loop over a parameter takes the parameter's default.
 *
 * @param file what the template is called in errors
 * @throws when a loop is no list of three, goes over what only the deployment knows, or makes one thing twice
 */
export function withoutLoops(file: string, template: Json): Json {
  return JSON.stringify(template).includes(`"${loop}`) ? new Loops(file, template).expanded() : template;
}

class Loops {
  constructor(
    private readonly file: string,
    private readonly template: Json,
  ) {}

  expanded(): Json {
    return this.expand(this.template, {}) as Json;
  }

  private expand(node: unknown, bound: Bound): unknown {
    if (typeof node === 'string') return filled(node, bound);
    if (Array.isArray(node)) return node.map((item) => this.expand(item, bound));
    if (typeof node !== 'object' || node === null) return node;
    const { Ref: name, ...others } = node as Json;
    if (typeof name === 'string' && Object.hasOwn(bound, name) && Object.keys(others).length === 0) return bound[name];
    const made: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(node)) {
      if (key.startsWith(loop)) for (const one of this.turns(key, value, bound)) this.add(made, key, one);
      else this.add(made, key, { [filled(key, bound)]: this.expand(value, bound) });
    }
    return made;
  }

  /** What each turn of a loop makes. */
  private turns(key: string, value: unknown, bound: Bound): Json[] {
    const [item, over, body] = Array.isArray(value) && value.length === 3 ? (value as unknown[]) : [];
    if (typeof item !== 'string' || typeof body !== 'object' || body === null)
      throw new TemplateError(`${this.file}: ${key} is no loop; write [name of the item, list of items, what to make]`);
    return this.items(key, over, bound).map((one) => this.expand(body, { ...bound, [item]: one }) as Json);
  }

  private items(key: string, over: unknown, bound: Bound): string[] {
    const list = Array.isArray(over)
      ? (over as unknown[]).flatMap((one) => this.listed(one, bound))
      : this.listed(over, bound);
    if (list.every((one) => typeof one === 'string')) return list;
    throw new TemplateError(
      `${this.file}: ${key} goes over ${JSON.stringify(over)}, which only the deployment knows; give the parameter a default, or ` +
        'give the template CloudFormation makes of it (aws cloudformation get-template --template-stage Processed)',
    );
  }

  /** The items one entry stands for; undefined for what is not known. */
  private listed(one: unknown, bound: Bound): (string | undefined)[] {
    const known = this.expand(one, bound);
    if (typeof known !== 'object' || known === null) return [String(known)];
    const { Ref: name } = known as { readonly Ref?: string };
    const { Type: type, Default: fallback } =
      ((this.template.Parameters ?? {}) as Readonly<Record<string, Json>>)[name ?? ''] ?? {};
    if (typeof fallback !== 'string' && typeof fallback !== 'number') return [undefined];
    if (String(type).startsWith('AWS::SSM::')) return [undefined];
    return String(fallback)
      .split(',')
      .map((item) => item.trim());
  }

  private add(made: Record<string, unknown>, by: string, more: Json): void {
    for (const [key, value] of Object.entries(more)) {
      if (Object.hasOwn(made, key))
        throw new TemplateError(`${this.file}: ${by} makes ${key} a second time; put the item into its name`);
      made[key] = value;
    }
  }
}

/** A text with the items of the loops around it; `&{Item}` leaves out what a logical id cannot hold. */
const filled = (text: string, bound: Bound): string =>
  text.replace(/([$&])\{(\w+)\}/g, (whole, mark: string, name: string) => {
    if (!Object.hasOwn(bound, name)) return whole;
    return mark === '&' ? bound[name].replace(/[^A-Za-z0-9]/g, '') : bound[name];
  });
