import { boundaryPolicy } from './boundary';
import { demandOf, type Demand } from './demand';
import { executionStatements } from './execution';
import { executionPolicy } from './roles';
import { Scope, type Place } from './scope';
import { packed, type Policy } from './statements';
import type { Variant } from './variants';

/** The name of the managed policy that bounds the roles of the stacks. */
export const boundaryName = 'groundplan-boundary';

/** How many managed policies a role takes before somebody asks AWS for more. */
export const policiesOfRole = 10;

/** The policies an account is prepared with. */
export interface Plan {
  readonly demand: Demand;
  /** By name: the boundary first, then those of the role that CloudFormation deploys with. */
  readonly policies: Readonly<Record<string, Policy>>;
}

/** Works out the policies for architectures from their templates. */
export function plan(variants: readonly Variant[], place: Place = {}): Plan {
  const demand = demandOf(variants);
  const scope = new Scope(variants, place);
  const execution = packed(executionStatements(variants, demand, scope, boundaryName));
  return {
    demand,
    policies: {
      [boundaryName]: boundaryPolicy(variants, scope),
      ...Object.fromEntries(execution.map((policy, i) => [`${executionPolicy}-${i + 1}`, policy])),
    },
  };
}
