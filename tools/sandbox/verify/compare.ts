import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { stateful } from '../../../lib/stateful';
import { pathOf, type Template } from '../../template/stack';
import { changesOf } from '../../upgrade-check/compare';

/** The logical ids of a template that a deployed stack has nothing for, each in a sentence. */
export function missingIn(template: Template, resources: readonly StackResourceSummary[]): string[] {
  const there = new Map(resources.map((one) => [one.LogicalResourceId, one]));
  return Object.entries(template.Resources).flatMap(([id, { Type }]) => {
    const found = there.get(id);
    if (!found) return [`${id} (${Type}) is in the template and not in the stack`];
    if (!found.PhysicalResourceId) return [`${id} (${Type}) has no physical id; nothing was made for it`];
    if (found.ResourceType !== Type) return [`${id} is ${Type} in the template and ${found.ResourceType} in the stack`];
    return /^(CREATE|UPDATE)_COMPLETE$/.test(found.ResourceStatus ?? '') ? [] : [`${id} is ${found.ResourceStatus}`];
  });
}

/** What an update from one template to another did, by what CloudFormation says is there afterwards. */
export interface Updated {
  /** How many were changed in more than their tags and stayed the ones they were. */
  readonly inPlace: number;
  readonly added: number;
  readonly removed: number;
  /** How many are others now. */
  readonly replaced: number;
  /** What is not as it should be, each in a sentence. */
  readonly faults: readonly string[];
}

/** The same resources before and after, with the templates that asked for them. */
export interface Update {
  readonly template: Template;
  readonly resources: readonly StackResourceSummary[];
}

/** Looks at an update: what the templates say would change was changed, and nothing that keeps data is another one. */
export function updateFrom(before: Update, after: Update): Updated {
  const now = new Map(after.resources.map((one) => [one.LogicalResourceId!, one]));
  const asked = new Map(changesOf(before.template, after.template).map(({ path, impact }) => [path, impact]));
  const count = { inPlace: 0, added: 0, removed: 0, replaced: 0 };
  const faults: string[] = [];
  for (const { LogicalResourceId: id = '', ResourceType: type, PhysicalResourceId: was } of before.resources) {
    const impact = asked.get(pathOf(id, before.template.Resources[id] ?? { Type: type! }));
    const found = now.get(id);
    if (!found) count.removed++;
    else if (found.PhysicalResourceId !== was) count.replaced++;
    else if (impact === 'updated' && found.ResourceStatus !== 'UPDATE_COMPLETE')
      faults.push(`${id} (${type}) was to be updated, and is ${found.ResourceStatus}`);
    else if (impact !== undefined) count.inPlace++;
    if (type! in stateful && found?.PhysicalResourceId !== was)
      faults.push(`${id} (${type}) was ${was} and is ${found?.PhysicalResourceId ?? 'gone'}`);
  }
  count.added = after.resources.length - (before.resources.length - count.removed);
  return { ...count, faults };
}
