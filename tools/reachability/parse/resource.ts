import type { Evaluator } from '../../template/evaluate';
import type { Resource as TemplateResource, Stack } from '../../template/stack';
import { asList, asMap, Reference, Unknown, type Tri, type Value } from './values';

/** A resource of a template, its properties evaluated when they are asked for. */
export class Resource {
  /** Unique over all templates. */
  readonly key: string;
  readonly type: string;
  /** Place in the construct tree without the stack's own name, where the CDK wrote it down; else the logical id. */
  readonly path: string;
  /** The path with the stack's name, as the CDK writes it. */
  readonly fullPath: string;
  readonly isNamedByPath: boolean;
  private readonly values = new Map<string, Value>();

  constructor(
    private readonly evaluator: Evaluator<Value>,
    readonly stack: Stack,
    readonly logicalId: string,
    private readonly body: TemplateResource,
  ) {
    this.key = `${stack.name}.${logicalId}`;
    this.type = body.Type;
    const written = body.Metadata?.['aws:cdk:path'] ?? stack.paths?.get(logicalId);
    this.isNamedByPath = typeof written === 'string';
    this.fullPath = typeof written === 'string' ? written : `${stack.name}/${logicalId}`;
    this.path = typeof written === 'string' ? tidy(written) : logicalId;
  }

  /** The path in words of a sentence. */
  get name(): string {
    return this.path;
  }

  /** Whether the resource's condition lets it exist. */
  get exists(): Tri {
    const known = this.evaluator.exists(this.stack, this.body);
    if (known !== undefined) return known;
    const { reason, key } = this.evaluator.openCondition(this.stack, String(this.body.Condition));
    return new Unknown(reason, key);
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
    const top = this.evaluator.value(this.stack, this.body.Properties?.[first]);
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
