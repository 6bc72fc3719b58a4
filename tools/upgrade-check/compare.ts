import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { profiles, type ProfileName } from '../../lib/profile';
import { stateful } from '../../lib/stateful';
import { pathOf, type Template } from '../template/stack';
import type { Release } from './release';

/** One resource that an update from a release to today would add, change or take away. */
export interface Change {
  readonly since: string;
  readonly architecture: string;
  readonly profile: ProfileName;
  /** Place in the construct tree, by which a release note announces the change. */
  readonly path: string;
  readonly type: string;
  readonly impact: 'added' | 'updated' | 'replaced' | 'perhaps replaced' | 'deleted' | 'orphaned';
  /** Whether data would be lost or left behind unnoticed. */
  readonly destructive: boolean;
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
    (Object.keys(profiles) as ProfileName[]).flatMap((profile) =>
      Object.entries(byProfile[profile]).flatMap(([stack, old]) => {
        const now = after.templates[architecture]?.[profile][stack] ?? { Resources: {} };
        return changesOf(old, now).map((change) => ({ since: before.version, architecture, profile, ...change }));
      }),
    ),
  );
}

/** What an update from one template to another would do with each resource. */
export function changesOf(old: Template, now: Template): Omit<Change, 'since' | 'architecture' | 'profile'>[] {
  const found: Omit<Change, 'since' | 'architecture' | 'profile'>[] = [];
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
