import type { Stack } from './stack';

/** Something only the deployment knows. */
export interface Open {
  /** Why, as a clause: `the parameter VpcCidr is chosen at deployment`. */
  readonly reason: string;
  /** Equal for two values that will certainly be equal. */
  readonly key: string;
  /** A few words for it. */
  readonly label: string;
  /** The piece of the template, where it stands in one. */
  readonly node?: unknown;
}

/**
 * How a tool writes down what a template leaves open: as text with gaps, as references with reasons, or however it goes on
 * reading. Texts, numbers, truths, lists and objects are themselves; what is absent is undefined.
 */
export interface Notation<Value> {
  /** What `Ref` gives of a resource. */
  resource(stack: Stack, logicalId: string): Value;
  attribute(stack: Stack, logicalId: string, name: string): Value;
  /** `AWS::Region` and the like. */
  pseudo(stack: Stack, name: string): Value;
  open(what: Open): Value;
  /** A value where text is wanted; values that will certainly be equal have equal text. */
  text(value: Value): string;
  /** Whether such a text leaves something open. */
  isOpen(text: string): boolean;
  joined(separator: string, parts: readonly Value[]): Value;
  split(value: Value, separator: string): Value;
  /** An item of what is no list yet; undefined where nothing more is to be said than that it is open. */
  item(list: Value, index: string): Value | undefined;
  /** What remains of an `Fn::If` whose condition nobody can decide. */
  either(condition: Open & { readonly name: string }, whenTrue: Value, whenFalse: Value): Value;
  /** Functions that this reader computes and others leave open; their arguments are evaluated. */
  readonly functions?: Readonly<Record<string, (...args: readonly Value[]) => Value>>;
}
