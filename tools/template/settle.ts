import { Evaluator } from './evaluate';
import type { Notation } from './notation';
import type { Resource, Stack } from './stack';

/**
 * The templates with everything decided that can be: parameters have their defaults, conditions choose, mappings are looked
 * up, and resources that are not made are gone. What stays open stays as it is written.
 */
export function settled(stacks: readonly Stack[]): Stack[] {
  const evaluator = new Evaluator<unknown>(stacks, asWritten, true);
  return stacks.map((stack) => {
    const resources = Object.entries(stack.template.Resources)
      .filter(([, resource]) => evaluator.exists(stack, resource) !== false)
      .map(([id, resource]): [string, Resource] => [
        id,
        { ...resource, ...(resource.Properties && { Properties: evaluator.value(stack, resource.Properties) ?? {} }) },
      ]);
    return { ...stack, template: { ...stack.template, Resources: Object.fromEntries(resources) } };
  });
}

/** What is open, written as templates write it. */
const asWritten: Notation<unknown> = {
  resource: (_, logicalId) => ({ Ref: logicalId }),
  attribute: (_, logicalId, name) => ({ 'Fn::GetAtt': [logicalId, name] }),
  pseudo: (_, name) => ({ Ref: name }),
  open: ({ node, label }) => node ?? { 'Fn::Open': label },
  text: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  isOpen: (text) => text.startsWith('{'),
  joined: (separator, parts) =>
    parts.some((part) => typeof part === 'object')
      ? { 'Fn::Join': [separator, parts] }
      : parts.map(String).join(separator),
  split: (value, separator) =>
    typeof value === 'string' ? value.split(separator) : { 'Fn::Split': [separator, value] },
  item: (list, index) => ({ 'Fn::Select': [index, list] }),
  either: ({ name }, whenTrue, whenFalse) => ({
    'Fn::If': [name, whenTrue ?? { Ref: 'AWS::NoValue' }, whenFalse ?? { Ref: 'AWS::NoValue' }],
  }),
};

/** Templates say `true` as a truth or as text. */
export const isTrue = (value: unknown): boolean => String(value) === 'true';
