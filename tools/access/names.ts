import type { Resolver } from '../template/resolve';
import type { Resource, Stack } from '../template/stack';
import { gap, show, type Gap } from '../template/text';
import { arnFrom } from '../template/identities';
import { nearest } from './nearness';
import { AccessError } from './statements';

/** A resource of a template with the names people and policies have for it. */
export interface Entry {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly resource: Resource;
  readonly type: string;
  /** The construct's path below the app, where it is known. */
  readonly path?: string;
  /** What tables and messages call it: the path below the stack, else the logical id. */
  readonly display: string;
  /** Its ARNs as text with gaps, the main one first; some resources have one for a second service. */
  readonly arns: readonly string[];
  /** The physical name as text with gaps. */
  readonly name: string;
}

/** A second ARN under which another service knows a resource: the shape, and the attribute that is in it. */
const otherArns: Readonly<Record<string, { readonly arn: string; readonly attribute?: string }>> = {
  'AWS::ApiGateway::RestApi': { arn: 'execute-api:@:$' },
  'AWS::ApiGatewayV2::Api': { arn: 'execute-api:@:$' },
  'AWS::RDS::DBInstance': { arn: 'rds-db:@:dbuser:$', attribute: 'DbiResourceId' },
  'AWS::RDS::DBCluster': { arn: 'rds-db:@:dbuser:$', attribute: 'DBClusterResourceId' },
};

/** Finds resources by the names people use, and the names for ARNs. */
export class Names {
  readonly entries: readonly Entry[];
  readonly #byArn = new Map<string, Entry>();
  readonly #byLabel = new Map<string, Entry>();
  /** By logical id, then by the names that say more. */
  readonly #byLogicalId = new Map<string, Entry[]>();
  readonly #byWholeName = new Map<string, Entry[]>();

  constructor(stacks: readonly Stack[], resolver: Resolver) {
    this.entries = distinguished(
      stacks.flatMap((stack) =>
        Object.entries(stack.template.Resources)
          .filter(([, resource]) => resolver.exists(stack, resource) !== false)
          .map(([logicalId, resource]) => entryOf(stack, logicalId, resource, resolver)),
      ),
    );
    for (const entry of this.entries) {
      for (const arn of entry.arns) if (!this.#byArn.has(arn)) this.#byArn.set(arn, entry);
      this.#byLabel.set(resolver.labelOf(entry.stack, entry.logicalId), entry);
      put(this.#byLogicalId, entry.logicalId, entry);
      const { stack, logicalId, display, path } = entry;
      for (const name of new Set([`${stack.name}/${logicalId}`, `${stack.name}/${display}`, display, path]))
        if (name !== undefined) put(this.#byWholeName, name, entry);
    }
  }

  /** The resource a name means, or undefined when there is none. */
  tryFind(name: string): Entry | undefined {
    const found = this.#candidates(name);
    return found.length === 1 ? found[0] : undefined;
  }

  /**
   * The resource a name means: a logical id, the end of a construct path, or either after the stack's name and a slash.
   *
   * @throws when there is none or more than one, with what was perhaps meant
   */
  find(name: string): Entry {
    const found = this.#candidates(name);
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      const names = found.map(({ stack, logicalId, display }) => `${stack.name}/${logicalId} (${display})`);
      throw new AccessError(
        `${name} could be any of ${found.length} resources; say which: ${names.slice(0, 8).join(', ')}`,
      );
    }
    throw new AccessError(`there is no resource ${name}${this.#suggestion(name)}`);
  }

  /** The resource an ARN names or lies within, and what follows the resource's own ARN. */
  owner(arn: string): { readonly entry: Entry; readonly rest: string } | undefined {
    for (let end = arn.length; end > 0; end = Math.max(arn.lastIndexOf(':', end - 1), arn.lastIndexOf('/', end - 1))) {
      const entry = this.#byArn.get(arn.slice(0, end));
      if (entry) return { entry, rest: arn.slice(end) };
    }
    return undefined;
  }

  /** A resource pattern for people: `Table`, `Bucket:uploads/*`, or the ARN with angle brackets for what is not known. */
  display(arn: string): string {
    const owner = this.owner(arn);
    if (!owner) return this.show(arn);
    const { entry, rest } = owner;
    return rest === '' ? entry.display : `${entry.display}:${this.show(rest.slice(1))}`;
  }

  /** Text for people, with construct paths in the gaps. */
  show(text: string): string {
    return show(text, (found) => `<${this.#labelled(found)}>`);
  }

  #labelled({ label }: Gap): string {
    const entry = this.#byLabel.get(label);
    if (entry) return entry.display;
    const at = label.lastIndexOf('.');
    const holder = at < 0 ? undefined : this.#byLabel.get(label.slice(0, at));
    return holder ? `${holder.display}${label.slice(at)}` : label;
  }

  #candidates(name: string): readonly Entry[] {
    const exact = this.#byLogicalId.get(name) ?? this.#byWholeName.get(name);
    if (exact) return exact;
    const byPath = this.entries.filter(({ path, display }) => path !== undefined && display.endsWith(`/${name}`));
    if (byPath.length > 0) return byPath;
    const human = humanId(name.split('/'));
    const unplaced = this.entries.filter(({ path }) => path === undefined);
    const same = unplaced.filter(({ logicalId }) => withoutHash(logicalId) === human);
    return same.length > 0 ? same : unplaced.filter(({ logicalId }) => withoutHash(logicalId).endsWith(human));
  }

  #suggestion(name: string): string {
    const near = nearest(
      name,
      this.entries.flatMap(({ display, logicalId }) => [display, logicalId]),
    );
    const last = name.split('/').at(-1)!.toLowerCase();
    const alike = this.entries
      .filter(({ display }) => display.toLowerCase().endsWith(last))
      .map(({ display }) => display);
    const below = this.entries.filter(({ display }) => display.startsWith(`${name}/`)).map(({ display }) => display);
    if (below.length > 0) return `; below it there are ${below.slice(0, 8).join(', ')}`;
    const meant = near.length > 0 ? near : alike.slice(0, 5);
    if (meant.length > 0) return `; did you mean ${meant.join(' or ')}?`;
    const some = this.entries.slice(0, 5).map(({ display }) => display);
    return some.length > 0
      ? `; there are ${this.entries.length}, such as ${some.join(', ')}`
      : '; the templates are empty';
  }
}

function put(index: Map<string, Entry[]>, name: string, entry: Entry): void {
  const others = index.get(name);
  if (others) others.push(entry);
  else index.set(name, [entry]);
}

function entryOf(stack: Stack, logicalId: string, resource: Resource, resolver: Resolver): Entry {
  const { Type: type, Metadata } = resource;
  const written = Metadata?.['aws:cdk:path'] ?? stack.paths?.get(logicalId);
  const path = typeof written === 'string' ? written.replace(/\/(Resource|Default)$/, '') : undefined;
  const { name, arn } = resolver.identity(stack, logicalId);
  const label = resolver.labelOf(stack, logicalId);
  const other = otherArns[type];
  return {
    stack,
    logicalId,
    resource,
    type,
    ...(path !== undefined && { path }),
    display: path?.split('/').slice(1).join('/') || logicalId,
    arns: [
      // An ARN whose shape no table tells is at least the same wherever it is referred to.
      arn ?? gap('unknown', `${label}.Arn`),
      ...(other
        ? [
            arnFrom(
              resolver.place(stack),
              other.arn,
              other.attribute === undefined ? name : gap('unknown', `${label}.${other.attribute}`),
            ),
          ]
        : []),
    ],
    name,
  };
}

/** Puts the stack's name before what two resources would be called alike. */
function distinguished(entries: readonly Entry[]): Entry[] {
  const seen = new Map<string, number>();
  for (const { display } of entries) seen.set(display, (seen.get(display) ?? 0) + 1);
  return entries.map((entry) =>
    seen.get(entry.display) === 1 ? entry : { ...entry, display: `${entry.stack.name}/${entry.display}` },
  );
}

/** The readable part of the logical id the CDK makes for a path. */
function humanId(components: readonly string[]): string {
  const kept: string[] = [];
  for (const component of components) {
    if (component === 'Resource' || component === 'Default') continue;
    const plain = component.replace(/[^A-Za-z0-9]/g, '');
    if (!kept.at(-1)?.endsWith(plain)) kept.push(plain);
  }
  return kept.join('');
}

const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
