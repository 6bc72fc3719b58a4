import { expanded, publishedAction } from '../access/actions';
import type { Scope } from './scope';
import { managedPolicySize, policyOf, sizeOf, type Policy, type PolicyStatement } from './statements';
import type { Variant } from './variants';

/**
 * The most that any role of the stacks may ever do: the actions that the templates grant to roles, whatever the resource, and
 * never anything that changes who may do what. What one role may do is still up to its own policies.
 *
 * @throws when a role of the templates is granted what the boundary denies to all
 */
export function boundaryPolicy(variants: readonly Variant[], scope: Scope): Policy {
  const granted = new Set<string>();
  for (const { model } of variants) {
    for (const { entry } of model.principals()) {
      const grants = model.matrix(`${entry.stack.name}/${entry.logicalId}`);
      for (const action of grants.flatMap(({ actions }) => actions)) granted.add(action);
    }
  }
  const forbidden = [...granted].filter(changesAccess);
  if (forbidden.length > 0) {
    throw new Error(
      `A role of ${[...new Set(variants.map(({ architecture }) => architecture))].join(', ')} is granted ${forbidden.join(', ')}, ` +
        'which the boundary denies to every role; leave that to deployment, or say in tools/bootstrap/boundary.ts why it is harmless',
    );
  }
  const passes = granted.delete('iam:PassRole');
  return fitted([...granted].sort(), passes ? [denied, passing(scope)] : [denied]);
}

/** A role that passes roles passes those of the stacks only, which carry this boundary themselves. */
const passing = (scope: Scope): PolicyStatement => ({
  Sid: 'PassOnlyOurs',
  Effect: 'Allow',
  Action: ['iam:PassRole'],
  Resource: scope.of(publishedAction('iam:PassRole')!) ?? [],
});

/** Who may do what is for deployments to change, accounts for their owners. */
const escalations: readonly string[] = [
  'account:*',
  'iam:Add*',
  'iam:Attach*',
  'iam:Create*',
  'iam:Delete*',
  'iam:Detach*',
  'iam:Put*',
  'iam:Remove*',
  'iam:Set*',
  'iam:Update*',
  'iam:Upload*',
  'organizations:*',
];

const denied: PolicyStatement = { Sid: 'NoEscalation', Effect: 'Deny', Action: escalations, Resource: '*' };

/** Whether a grant covers anything the boundary denies. */
function changesAccess(pattern: string): boolean {
  if (/^\*|^(account|organizations):/.test(pattern)) return true;
  const starts = escalations.filter((one) => one.startsWith('iam:')).map((one) => one.slice(0, -1));
  return expanded(pattern).some(({ name }) => starts.some((start) => name.startsWith(start)));
}

/** The boundary in the size of a managed policy; where all actions do not fit, the longest service is allowed as a whole. */
function fitted(actions: readonly string[], more: readonly PolicyStatement[]): Policy {
  const policy = policyOf([{ Sid: 'WhatRolesAreGranted', Effect: 'Allow', Action: actions, Resource: '*' }, ...more]);
  if (sizeOf(policy) <= managedPolicySize) return policy;
  const lengths = new Map<string, number>();
  for (const action of actions.filter((one) => !one.endsWith(':*'))) {
    const [service] = action.split(':');
    lengths.set(service, (lengths.get(service) ?? 0) + action.length);
  }
  const [longest] = [...lengths].sort(([, a], [, b]) => b - a)[0];
  return fitted([...actions.filter((action) => !action.startsWith(`${longest}:`)), `${longest}:*`].sort(), more);
}
