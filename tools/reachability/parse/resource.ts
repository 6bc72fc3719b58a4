import type { Resource as TemplateResource } from '../../template/load';
import type { Scope } from './scope';
import { asList, asMap, Reference, Unknown, type Tri, type Value } from './values';

/** A resource of a template, its properties evaluated when they are asked for. */
export class Resource {
  /** Unique over all templates. */
  readonly key: string;
  readonly type: string;
  /** Place in the construct tree without the stack's own name, where the CDK wrote it down; else the logical id. */
  readonly path: string;
  private readonly values = new Map<string, Value>();

  constructor(
    readonly scope: Scope,
    readonly logicalId: string,
    private readonly body: TemplateResource,
  ) {
    this.key = `${scope.name}.${logicalId}`;
    this.type = body.Type;
    const path = body.Metadata?.['aws:cdk:path'];
    this.path = typeof path === 'string' ? tidy(path) : logicalId;
  }

  /** The path in words of a sentence. */
  get name(): string {
    return this.path;
  }

  /** The path with the stack's name, as the CDK writes it. */
  get fullPath(): string {
    const path = this.body.Metadata?.['aws:cdk:path'];
    return typeof path === 'string' ? path : `${this.scope.name}/${this.logicalId}`;
  }

  get isNamedByPath(): boolean {
    return typeof this.body.Metadata?.['aws:cdk:path'] === 'string';
  }

  /** Whether the resource's condition lets it exist. */
  get exists(): Tri {
    const condition = this.body.Condition;
    return typeof condition === 'string' ? this.scope.condition(condition) : true;
  }

  /** The file a nested stack's template is in. */
  get assetPath(): string | undefined {
    const path = this.body.Metadata?.['aws:asset:path'];
    return typeof path === 'string' ? path : undefined;
  }

  /** A property; those of lower levels with dots between them: `VpcConfig.SubnetIds`. */
  get(property: string): Value {
    if (!this.values.has(property)) this.values.set(property, this.evaluate(property));
    return this.values.get(property);
  }

  /** A property as a list; of one that is open as a whole, something that stands for all its items. */
  list(property: string): readonly Value[] {
    const value = this.get(property);
    const isOpenList = value instanceof Unknown && /(s|Identifier)$/.test(property);
    return isOpenList ? [new Unknown(value.reason, severalKey(value.key))] : asList(value);
  }

  private evaluate(property: string): Value {
    const [first, ...rest] = property.split('.');
    const top = this.scope.evaluate((this.body.Properties as Record<string, unknown> | undefined)?.[first]);
    return rest.reduce<Value>((value, name) => (isOpen(value) ? value : asMap(value)[name]), top);
  }
}

/** A value that is not there in full takes its lower levels with it. */
const isOpen = (value: Value): boolean => value instanceof Unknown || value instanceof Reference;

/** The key of a value that stands for any number of others. */
export const severalKey = (key: string): string => `${key}[]`;
export const isSeveral = (key: string): boolean => key.endsWith('[]');

/** `stack/Web/Fleet/Resource` is `Web/Fleet`. */
function tidy(path: string): string {
  const [, ...parts] = path.split('/');
  while (parts.length > 1 && /^(Resource|Default)$/.test(parts.at(-1)!)) parts.pop();
  return parts.length === 0 ? path : parts.join('/');
}
