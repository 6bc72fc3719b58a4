import type { Notation, Open } from './notation';
import { TemplateError } from './read';
import type { Resource, Stack } from './stack';

type Json = Readonly<Record<string, unknown>>;

/** Evaluates the intrinsic functions of templates, also across stacks, as far as the templates tell. */
export class Evaluator<Value> {
  private readonly byName: ReadonlyMap<string, Stack>;
  private readonly conditions = new Map<string, boolean | undefined>();
  private readonly parameters = new Map<string, Value>();
  private exports?: ReadonlyMap<string, { readonly stack: Stack; readonly value: unknown }>;
  private depth = 0;

  constructor(
    private readonly stacks: readonly Stack[],
    private readonly notation: Notation<Value>,
    /** Whether parameters that are given no value have their default. */
    private readonly parameterDefaults: boolean,
  ) {
    this.byName = new Map(stacks.map((stack) => [stack.name, stack]));
  }

  /** A piece of a template, evaluated; undefined where it is absent. */
  value(stack: Stack, node: unknown): Value | undefined {
    if (this.depth > 100)
      return this.open(`a value in ${stack.name} is made from itself`, `loop ${stack.name}`, 'itself');
    this.depth++;
    try {
      return this.evaluate(stack, node);
    } finally {
      this.depth--;
    }
  }

  /** Whether a condition holds; undefined where only the deployment knows. */
  condition(stack: Stack, name: string): boolean | undefined {
    const key = `${stack.name}/${name}`;
    if (!this.conditions.has(key)) {
      this.conditions.set(key, undefined);
      this.conditions.set(key, this.decide(stack, section(stack, 'Conditions')[name]));
    }
    return this.conditions.get(key);
  }

  /** Whether a resource is made at all; undefined where only the deployment knows. */
  exists(stack: Stack, resource: Resource): boolean | undefined {
    return typeof resource.Condition === 'string' ? this.condition(stack, resource.Condition) : true;
  }

  /** Why nobody can tell whether a condition holds. */
  openCondition(stack: Stack, name: string): Open & { readonly name: string } {
    const reason =
      name in section(stack, 'Conditions')
        ? `the condition ${name} is decided at deployment`
        : `there is no condition ${name} in ${stack.name}`;
    return { name, reason, key: `condition ${stack.name}.${name}`, label: `If ${name}` };
  }

  private evaluate(stack: Stack, node: unknown): Value | undefined {
    if (node === null || node === undefined) return undefined;
    if (typeof node === 'string') return node.includes('{{resolve:') ? this.dynamic(node) : (node as Value);
    if (typeof node !== 'object') return node as Value;
    if (Array.isArray(node))
      return node.map((item) => this.evaluate(stack, item)).filter((item) => item !== undefined) as Value;
    const entries = Object.entries(node);
    if (entries.length === 1) {
      const [[name, argument]] = entries as [[string, unknown]];
      if (name === 'Ref' || name.startsWith('Fn::')) return this.call(stack, name, argument);
    }
    return Object.fromEntries(
      entries.map(([key, value]) => [key, this.evaluate(stack, value)]).filter(([, value]) => value !== undefined),
    ) as Value;
  }

  private call(stack: Stack, name: string, argument: unknown): Value | undefined {
    const special = this.notation.functions?.[name];
    if (takesList.has(name) && !Array.isArray(argument)) throw malformed(stack, name, argument);
    try {
      if (special) return special(...(argument as unknown[]).map((item) => this.evaluate(stack, item)!));
      const known = this.functions[name];
      return known ? known(stack, argument) : this.atDeployment(name, argument);
    } catch (error) {
      throw error instanceof TypeError ? malformed(stack, name, argument) : error;
    }
  }

  private readonly functions: Readonly<Record<string, (stack: Stack, argument: unknown) => Value | undefined>> = {
    Ref: (stack, name) => this.reference(stack, String(name)),
    'Fn::GetAtt': (stack, argument) => {
      const [id, ...rest] = typeof argument === 'string' ? argument.split('.') : (argument as [string, ...unknown[]]);
      return this.attribute(stack, id, rest.map((part) => this.text(stack, part)).join('.'));
    },
    'Fn::Sub': (stack, argument) => {
      const [template, values] = Array.isArray(argument)
        ? (argument as [string, Json?])
        : [String(argument), undefined];
      const parts = template.split(/\$\{([^}]+)\}/).map((piece, i) => {
        if (i % 2 === 0) return piece as Value;
        if (piece.startsWith('!')) return `\${${piece.slice(1)}}` as Value;
        const name = piece.trim();
        if (values && name in values) return this.evaluate(stack, values[name]);
        const [id, ...attribute] = name.split('.');
        return attribute.length === 0 ? this.reference(stack, name) : this.attribute(stack, id, attribute.join('.'));
      });
      return this.notation.joined('', present(parts));
    },
    'Fn::Join': (stack, argument) => {
      const [separator, items] = argument as [string, unknown];
      const list = this.evaluate(stack, items);
      return this.notation.joined(separator, Array.isArray(list) ? (list as Value[]) : present([list]));
    },
    'Fn::Split': (stack, argument) => {
      const [separator, text] = argument as [string, unknown];
      return this.notation.split(this.evaluate(stack, text)!, this.text(stack, separator));
    },
    'Fn::Select': (stack, argument) => {
      const [position, items] = argument as [unknown, unknown];
      const [index, list] = [this.text(stack, position), this.evaluate(stack, items)];
      if (!Array.isArray(list)) return this.notation.item(list!, index) ?? this.atDeployment('Fn::Select', argument);
      if (this.notation.isOpen(index)) return this.atDeployment('Fn::Select', argument);
      const found = (list as Value[])[Number(index)];
      if (found !== undefined) return found;
      const reason = `a list in the template has no item ${index}`;
      return this.open(reason, reason, `Select ${brief(argument)}`);
    },
    'Fn::If': (stack, argument) => {
      const [name, yes, no] = argument as [string, unknown, unknown];
      const holds = this.condition(stack, name);
      if (holds !== undefined) return this.evaluate(stack, holds ? yes : no);
      const branches = [yes, no].map((branch) => this.evaluate(stack, branch)!);
      return this.notation.either(this.openCondition(stack, name), branches[0], branches[1]);
    },
    'Fn::FindInMap': (stack, argument) => {
      const [name, top, second, options] = argument as [unknown, unknown, unknown, Json?];
      const keys = [name, top, second].map((key) => this.text(stack, key));
      const map = section(stack, 'Mappings')[keys[0]] as Readonly<Record<string, Json>> | undefined;
      const found = map?.[keys[1]]?.[keys[2]] ?? options?.DefaultValue;
      if (found !== undefined) return this.evaluate(stack, found);
      const reason = `the mapping ${keys[0]} is looked up at deployment`;
      const node = { 'Fn::FindInMap': argument };
      return this.open(reason, `mapping ${keys.join('.')}`, `FindInMap ${brief(argument)}`, node);
    },
    'Fn::ImportValue': (stack, argument) => this.imported(this.text(stack, argument)),
    'Fn::GetStackOutput': (stack, argument) => {
      const { StackName, OutputName } = argument as Json;
      const [producer, output] = [StackName, OutputName].map((name) => this.text(stack, name));
      const found = this.byName.get(producer);
      if (found) return this.output(found, output);
      const whose = this.notation.isOpen(producer) ? 'another stack' : producer;
      const reason = `an output of ${whose}, which is not among the templates, is used`;
      return this.open(reason, `output ${JSON.stringify([producer, output])}`, `GetStackOutput ${brief(argument)}`);
    },
    'Fn::GetAZs': () =>
      Array.from({ length: 6 }, (_, i) => this.notation.pseudo(this.stacks[0], `zone ${i + 1}`)) as Value,
    'Fn::ToJsonString': (stack, argument) => JSON.stringify(this.evaluate(stack, argument)) as Value,
    'Fn::Length': (stack, argument) => {
      const items = this.evaluate(stack, argument);
      return Array.isArray(items) ? (items.length as Value) : this.atDeployment('Fn::Length', argument);
    },
    // Data for instances, never a name, an ARN or an address.
    'Fn::Base64': (stack, argument) => this.evaluate(stack, argument),
  };

  private reference(stack: Stack, name: string): Value | undefined {
    if (name === 'AWS::NoValue') return undefined;
    if (Object.hasOwn(stack.template.Resources, name)) return this.notation.resource(stack, name);
    if (name.startsWith('AWS::')) return this.notation.pseudo(stack, name);
    const key = `${stack.name}/${name}`;
    if (!this.parameters.has(key)) this.parameters.set(key, this.parameter(stack, name));
    return this.parameters.get(key);
  }

  private attribute(stack: Stack, logicalId: string, name: string): Value | undefined {
    const resource = Object.hasOwn(stack.template.Resources, logicalId) && stack.template.Resources[logicalId];
    if (!resource) {
      const reason = `there is no resource ${logicalId} in the template`;
      return this.open(reason, reason, `${logicalId}.${name}`);
    }
    if (resource.Type === 'AWS::CloudFormation::Stack' && name.startsWith('Outputs.')) {
      const nested = this.stacks.find(
        ({ nestedIn }) => nestedIn?.stack === stack.name && nestedIn.logicalId === logicalId,
      );
      if (nested) return this.output(nested, name.slice('Outputs.'.length));
    }
    return this.notation.attribute(stack, logicalId, name);
  }

  private parameter(stack: Stack, name: string): Value {
    const definition = section(stack, 'Parameters')[name] as { Type?: string; Default?: unknown } | undefined;
    if (definition === undefined) {
      const reason = `there is neither a resource nor a parameter ${name}`;
      return this.open(reason, reason, name, { Ref: name });
    }
    const { Type: type = 'String', Default: fallback } = definition;
    const isStored = type.startsWith('AWS::SSM::Parameter::Value');
    const given =
      stack.parameters?.[name] ??
      this.handedDown(stack, name) ??
      (this.parameterDefaults && !isStored ? (fallback as Value | undefined) : undefined);
    if (given !== undefined) return listed(type, given as Value);
    const reason = `the parameter ${name} is chosen at deployment`;
    return this.open(reason, `parameter ${stack.name}.${name}`, name, { Ref: name });
  }

  /** What the stack around a nested one gives it. */
  private handedDown({ nestedIn }: Stack, name: string): Value | undefined {
    const outer = nestedIn && this.byName.get(nestedIn.stack);
    const given = outer?.template.Resources[nestedIn!.logicalId]?.Properties?.Parameters as Json | undefined;
    return outer && this.value(outer, given?.[name]);
  }

  private output(stack: Stack, name: string): Value | undefined {
    const output = section(stack, 'Outputs')[name] as { readonly Value?: unknown } | undefined;
    if (output) return this.value(stack, output.Value);
    const reason = `${stack.name} has no output ${name}`;
    return this.open(reason, reason, `${stack.name}.Outputs.${name}`);
  }

  private imported(name: string): Value | undefined {
    this.exports ??= new Map(
      this.stacks.flatMap((stack) =>
        Object.values(section(stack, 'Outputs') as Record<string, { Value: unknown; Export?: { Name?: unknown } }>)
          .filter((output) => output?.Export !== undefined)
          .map((output) => [this.text(stack, output.Export!.Name), { stack, value: output.Value }] as const),
      ),
    );
    const found = this.exports.get(name);
    if (found) return this.value(found.stack, found.value);
    const reason = this.notation.isOpen(name)
      ? 'the name of an imported value is known only at deployment'
      : `${name} is imported from a stack that is not among the templates`;
    return this.open(reason, `import ${name}`, `ImportValue ${name}`, { 'Fn::ImportValue': name });
  }

  /** Secrets and stored parameters that a text asks CloudFormation to put in. */
  private dynamic(text: string): Value {
    const parts = text.split(/\{\{(resolve:[^}]*)\}\}/).map((piece, i) => {
      if (i % 2 === 0) return piece as Value;
      const reference = piece.slice('resolve:'.length);
      const marker = `{{${piece}}}`;
      return this.open(`${reference} is looked up at deployment`, marker, `resolve ${reference}`, {
        'Fn::Sub': marker,
      });
    });
    return this.notation.joined('', parts);
  }

  private decide(stack: Stack, rule: unknown): boolean | undefined {
    if (typeof rule !== 'object' || rule === null) return undefined;
    const [[name, argument] = ['', undefined]] = Object.entries(rule) as [string, unknown][];
    if (name !== 'Condition' && takesList.has(name) && !Array.isArray(argument)) throw malformed(stack, name, argument);
    const parts = () => (argument as unknown[]).map((part) => this.decide(stack, part));
    switch (name) {
      case 'Condition':
        return this.condition(stack, String(argument));
      case 'Fn::Not':
        return negated(parts()[0]);
      case 'Fn::And':
        return parts().includes(false) ? false : parts().includes(undefined) ? undefined : true;
      case 'Fn::Or':
        return parts().includes(true) ? true : parts().includes(undefined) ? undefined : false;
      case 'Fn::Equals': {
        const [left, right] = (argument as unknown[]).map((side) => this.text(stack, side));
        if (left === right) return true;
        return [left, right].some((side) => this.notation.isOpen(side)) ? undefined : false;
      }
      default:
        return undefined;
    }
  }

  private text(stack: Stack, node: unknown): string {
    const value = this.value(stack, node);
    return value === undefined ? '' : this.notation.text(value);
  }

  private open(reason: string, key: string, label: string, node?: unknown): Value {
    return this.notation.open({ reason, key, label, node });
  }

  private atDeployment(name: string, argument: unknown): Value {
    const label = `${name.replace('Fn::', '')} ${brief(argument)}`;
    return this.open(`${name} is evaluated at deployment`, label, label, { [name]: argument });
  }
}

const takesList = new Set(
  ['Join', 'Split', 'Select', 'If', 'FindInMap', 'Cidr', 'Equals', 'And', 'Or', 'Not'].map((name) => `Fn::${name}`),
);

const section = ({ template }: Stack, name: string): Json => (template[name] ?? {}) as Json;

const present = <Value>(values: readonly (Value | undefined)[]): Value[] =>
  values.filter((value): value is Value => value !== undefined);

const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** Lists are given as text with commas. */
const listed = <Value>(type: string, value: Value): Value =>
  /^(CommaDelimitedList$|List<)/.test(type) && typeof value === 'string'
    ? (value.split(',').map((item) => item.trim()) as Value)
    : value;

const malformed = (stack: Stack, name: string, argument: unknown): TemplateError =>
  new TemplateError(`${stack.name}: ${name} cannot be evaluated: its arguments are ${JSON.stringify(argument)}`);

/** An argument in a few words. */
function brief(argument: unknown): string {
  const text = typeof argument === 'string' ? argument : JSON.stringify(argument ?? '');
  const plain = text.replace(/["[\]{}]/g, '');
  return plain.length <= 60 ? plain : `${plain.slice(0, 57)}...`;
}
