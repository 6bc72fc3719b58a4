import type { NamedTemplate } from '../../template/load';
import { evaluate, type Context } from './intrinsics';
import { Resource } from './resource';
import { Unknown, type Tri, type Value } from './values';

export interface ParseOptions {
  /** Values of parameters by name; they hold for every template that has such a parameter. @default - none are known */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether parameters that are given no value have their default. @default false */
  readonly parameterDefaults?: boolean;
  /** The Region the stacks are for. @default - left open */
  readonly region?: string;
}

/** One template: its resources, and the values its functions have. */
export class Scope {
  readonly resources: ReadonlyMap<string, Resource>;
  /** The stack that holds this one, and the resource it is there. */
  parent?: Resource;
  private readonly conditions = new Map<string, Tri>();
  private depth = 0;

  constructor(
    private readonly source: NamedTemplate,
    private readonly siblings: readonly Scope[],
    private readonly options: ParseOptions,
  ) {
    this.resources = new Map(
      Object.entries(source.template.Resources).map(([id, body]) => [id, new Resource(this, id, body)]),
    );
  }

  get name(): string {
    return this.source.stack;
  }

  /** Evaluates a piece of the template. */
  evaluate(node: unknown): Value {
    if (this.depth > 100) return new Unknown(`a value in ${this.name} is made from itself`);
    this.depth++;
    try {
      return evaluate(node, this.context);
    } finally {
      this.depth--;
    }
  }

  condition(name: string): Tri {
    const known = this.conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.section('Conditions')[name];
    if (definition === undefined) return new Unknown(`there is no condition ${name} in ${this.name}`);
    this.conditions.set(name, new Unknown(`the condition ${name} is made from itself`));
    const value = this.evaluate(definition);
    const result =
      typeof value === 'boolean'
        ? value
        : new Unknown(`the condition ${name} is decided at deployment`, `condition ${this.name}.${name}`);
    this.conditions.set(name, result);
    return result;
  }

  /** An output by its name. */
  output(name: string): Value {
    const output = this.section('Outputs')[name] as { Value?: unknown } | undefined;
    return output === undefined ? new Unknown(`${this.name} has no output ${name}`) : this.evaluate(output.Value);
  }

  /** What this template exports under a name. */
  exported(name: string): { readonly value: Value } | undefined {
    for (const output of Object.values(this.section('Outputs')) as { Value?: unknown; Export?: { Name?: unknown } }[]) {
      if (output.Export !== undefined && this.evaluate(output.Export.Name) === name)
        return { value: this.evaluate(output.Value) };
    }
    return undefined;
  }

  private get context(): Context {
    return {
      resource: (id) => this.resources.get(id),
      parameter: (name) => this.parameter(name),
      pseudo: (name) => this.pseudo(name),
      condition: (name) => this.condition(name),
      mapping: (map) => this.section('Mappings')[map] as Record<string, Record<string, unknown>> | undefined,
      imported: (name) => this.imported(name),
      stackOutput: (stack, output) => this.outputOf(stack, output),
      nested: (resource) => this.siblings.find(({ parent }) => parent === resource),
      all: () => this.siblings.flatMap(({ resources }) => [...resources.values()]),
    };
  }

  private section(name: string): Readonly<Record<string, unknown>> {
    return (this.source.template[name] ?? {}) as Readonly<Record<string, unknown>>;
  }

  private parameter(name: string): Value | null {
    const definition = this.section('Parameters')[name] as object | undefined;
    if (definition === undefined) return null;
    const { Type: type = 'String', Default: fallback } = definition as { Type?: string; Default?: string | number };
    const given = this.options.parameters?.[name];
    if (given !== undefined) return listed(type, given);
    const fromParent = (this.parent?.get('Parameters') as Record<string, Value> | undefined)?.[name];
    if (fromParent !== undefined) return fromParent;
    const isStored = type.startsWith('AWS::SSM::');
    if (this.options.parameterDefaults && fallback !== undefined && !isStored) return listed(type, String(fallback));
    return new Unknown(`the parameter ${name} is chosen at deployment`, `parameter ${this.name}.${name}`);
  }

  private pseudo(name: string): Value {
    if (name === 'AWS::NoValue') return undefined;
    if (name === 'AWS::StackName') return this.name;
    if (name === 'AWS::Region' && this.options.region !== undefined) return this.options.region;
    return `\${${name}}`;
  }

  private imported(name: Value): Value {
    if (typeof name !== 'string') return new Unknown('the name of an imported value is known only at deployment');
    for (const scope of this.siblings) {
      const found = scope.exported(name);
      if (found) return found.value;
    }
    return new Unknown(`${name} is imported from a stack that is not among the templates`, `import ${name}`);
  }

  private outputOf(stack: Value, output: Value): Value {
    const scope = this.siblings.find(({ name }) => name === stack);
    if (scope && typeof output === 'string') return scope.output(output);
    return new Unknown(
      `an output of ${typeof stack === 'string' ? stack : 'another stack'}, which is not among the templates, is used`,
      `output ${JSON.stringify([stack, output])}`,
    );
  }
}

const listed = (type: string, text: string): Value =>
  /^(CommaDelimitedList|List<)/.test(type) ? text.split(',').map((item) => item.trim()) : text;

/** Reads the templates of one architecture together: exports, outputs and nested stacks are followed between them. */
export function parse(templates: readonly NamedTemplate[], options: ParseOptions = {}): Resource[] {
  const scopes: Scope[] = [];
  for (const template of templates) scopes.push(new Scope(template, scopes, options));
  for (const resource of scopes.flatMap(({ resources }) => [...resources.values()])) {
    if (resource.type !== 'AWS::CloudFormation::Stack') continue;
    const nested = nestedIn(resource, scopes);
    if (nested) nested.parent = resource;
  }
  return scopes.flatMap(({ resources }) => [...resources.values()].filter(({ exists }) => exists !== false));
}

/** The template of a nested stack: the file the CDK says it is in, or the one whose constructs stand where it stands. */
function nestedIn(stack: Resource, scopes: readonly Scope[]): Scope | undefined {
  const file = stack.assetPath?.replace(/(\.template)?\.json$/, '');
  const [, place] = /^(.+)\.NestedStack\//.exec(stack.fullPath) ?? [];
  const isThere = ({ fullPath, isNamedByPath }: Resource) => isNamedByPath && fullPath.startsWith(`${place}/`);
  return (
    scopes.find(({ name }) => name === file || name === stack.logicalId) ??
    scopes.find((scope) => place !== undefined && scope !== stack.scope && [...scope.resources.values()].some(isThere))
  );
}
