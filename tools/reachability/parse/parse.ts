import { Evaluator } from '../../template/evaluate';
import { linked } from '../../template/nesting';
import type { Stack } from '../../template/stack';
import { NetworkNotation } from './notation';
import { Resource } from './resource';
import type { Value } from './values';

export interface ParseOptions {
  /** Values of parameters by name; they hold for every template that has such a parameter. @default - none are known */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether parameters that are given no value have their default. @default false */
  readonly parameterDefaults?: boolean;
  /** The Region the stacks are for. @default - left open */
  readonly region?: string;
}

/** Reads the templates of one architecture together: exports, outputs and nested stacks are followed between them. */
export function parse(templates: readonly Stack[], options: ParseOptions = {}): Resource[] {
  const { parameters, parameterDefaults = false, region } = options;
  const stacks = linked(templates).map((stack) => ({ ...stack, parameters: { ...stack.parameters, ...parameters } }));
  const resources = new Map<string, Resource>();
  const evaluator = new Evaluator<Value>(stacks, new NetworkNotation(resources, region), parameterDefaults);
  for (const stack of stacks) {
    for (const [id, body] of Object.entries(stack.template.Resources)) {
      const resource = new Resource(evaluator, stack, id, body);
      resources.set(resource.key, resource);
    }
  }
  return [...resources.values()].filter(({ exists }) => exists !== false);
}
