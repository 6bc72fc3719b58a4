import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { stateful } from '../../../lib/stateful';
import type { Template } from '../../template/stack';

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

/** The stateful resources that an update made anew, each in a sentence. */
export function replacedBetween(
  before: readonly StackResourceSummary[],
  after: readonly StackResourceSummary[],
): string[] {
  const now = new Map(after.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]));
  return before
    .filter(({ ResourceType }) => ResourceType! in stateful)
    .filter(({ LogicalResourceId, PhysicalResourceId }) => now.get(LogicalResourceId) !== PhysicalResourceId)
    .map(
      ({ LogicalResourceId, ResourceType, PhysicalResourceId }) =>
        `${LogicalResourceId} (${ResourceType}) was ${PhysicalResourceId} and is ${now.get(LogicalResourceId) ?? 'gone'}`,
    );
}
