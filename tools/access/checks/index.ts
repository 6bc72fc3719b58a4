import { matches } from '../match';
import type { AccessModel } from '../model';
import { actionsExist, actionsTakeResources, noWildcardResource } from './actions';
import { knownOperators, mfaMayBeMissing } from './conditions';
import { noAdministration, noAllowExcept, noGroupPrincipal, noPublicGrant } from './exposure';
import type { Check, Finding } from './finding';
import { resourcesGuardDeputies, trustGuardsDeputies, trustNamesPrincipal } from './trust';

export type { Check, Finding } from './finding';

/** What holds of the IAM in every template. */
export const checks: readonly Check[] = [
  actionsExist,
  actionsTakeResources,
  noWildcardResource,
  noAllowExcept,
  noPublicGrant,
  noAdministration,
  noGroupPrincipal,
  trustNamesPrincipal,
  trustGuardsDeputies,
  resourcesGuardDeputies,
  knownOperators,
  mfaMayBeMissing,
];

/** A finding that was looked at and is to stay. */
export interface Accepted {
  readonly check: string;
  /** The resource that holds it, as findings call it; `*` stands for any part of that. */
  readonly at: string;
  /** Why it is harmless there, in a full sentence. */
  readonly reason: string;
}

/** What the checks find, without what is accepted. */
export function check(model: AccessModel, accepted: readonly Accepted[] = []): Finding[] {
  return checks
    .flatMap(({ name, findings }) => findings(model).map((finding) => ({ check: name, ...finding })))
    .filter((finding) => !accepted.some((one) => covers(one, finding)));
}

/** Accepted findings that are no longer found in any of the models, to be taken off the list. */
export function stale(models: readonly AccessModel[], accepted: readonly Accepted[]): Accepted[] {
  const found = models.flatMap((model) => check(model));
  return accepted.filter((one) => !found.some((finding) => covers(one, finding)));
}

const covers = ({ check: name, at }: Accepted, finding: Finding): boolean =>
  name === finding.check && matches(at, finding.at).truth === 'yes';
