import { templateText } from '../findings';
import type { MachineDefinition } from './machine-states';

/**
 * The machine that a resolved definition describes. What only the deployment knows stands in it as `<Name>` or `<Name.Arn>`, and as 0
 * where a number is wanted.
 *
 * @param definition as `DefinitionString` of a template has it: text, or text joined with references
 * @param substitutions what stands for `${Name}` in it
 */
export function parseMachine(
  definition: unknown,
  substitutions: Readonly<Record<string, unknown>> = {},
): MachineDefinition {
  const text = Object.entries(substitutions).reduce(
    (whole, [name, value]) => whole.replaceAll(`\${${name}}`, textOf(value)),
    textOf(definition),
  );
  try {
    return JSON.parse(text) as MachineDefinition;
  } catch {
    return JSON.parse(text.replace(/([:[,])<[^<>"]+>(?=[,\]}])/g, '$10')) as MachineDefinition;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const joined = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join'];
  return joined ? joined[1].map(textOf).join(joined[0]) : templateText(value);
}
