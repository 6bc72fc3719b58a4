// The package's own index would bring its tables and colours into the bundle of the command.
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff/lib/diff-template';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { ProfileName } from '../../lib/profile';
import { stateful } from '../../lib/stateful';
import { pathOf, type Template } from '../template/stack';
import type { Release } from './release';

/** One resource that an update would add, change or take away. */
export interface ResourceChange {
  /** Place in the construct tree, by which a release note announces the change. */
  readonly path: string;
  readonly type: string;
  readonly impact: 'added' | 'updated' | 'replaced' | 'perhaps replaced' | 'deleted' | 'orphaned';
  /** Whether data would be lost or left behind unnoticed. */
  readonly destructive: boolean;
}

/** What an update from a release to today would do. */
export interface Change extends ResourceChange {
  readonly since: string;
  readonly architecture: string;
  readonly profile: ProfileName;
}

const impacts: Readonly<Record<ResourceImpact, Change['impact'] | undefined>> = {
  [ResourceImpact.WILL_CREATE]: 'added',
  [ResourceImpact.WILL_UPDATE]: 'updated',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'perhaps replaced',
  [ResourceImpact.WILL_DESTROY]: 'deleted',
  [ResourceImpact.WILL_ORPHAN]: 'orphaned',
  [ResourceImpact.WILL_IMPORT]: 'added',
  [ResourceImpact.NO_CHANGE]: undefined,
};

/** Everything an update from `before` to `after` would do, in the order of the templates. */
export function changes(before: Release, after: Release): Change[] {
  return Object.entries(before.templates).flatMap(([architecture, byProfile]) =>
    (Object.entries(byProfile) as [ProfileName, Readonly<Record<string, Template>>][]).flatMap(([profile, stacks]) =>
      Object.entries(stacks).flatMap(([stack, old]) => {
        const now = after.templates[architecture]?.[profile][stack] ?? { Resources: {} };
        return changesOf(old, now).map((change) => ({ since: before.version, architecture, profile, ...change }));
      }),
    ),
  );
}

/** What an update from one template to another would do with each resource. */
export function changesOf(old: Template, now: Template): ResourceChange[] {
  const found: ResourceChange[] = [];
  fullDiff({ ...old }, { ...now }).resources.forEachDifference(
    (id, { changeImpact, oldResourceType, newResourceType }) => {
      const impact = impacts[changeImpact];
      if (!impact) return;
      const type = oldResourceType ?? newResourceType!;
      const path = pathOf(id, old.Resources[id] ?? now.Resources[id]);
      found.push({ path, type, impact, destructive: isStateful(type) && impact !== 'added' && impact !== 'updated' });
    },
  );
  return found;
}

let specification: ReturnType<typeof loadAwsServiceSpecSync> | undefined;
function isStateful(type: string): boolean {
  specification ??= loadAwsServiceSpecSync();
  return (
    type in stateful || (specification.lookup('resource', 'cloudFormationType', 'equals', type)[0]?.isStateful ?? false)
  );
}
