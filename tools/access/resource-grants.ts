import { gapsOf } from '../template/text';
import type { ResourcePolicy } from './resource-policies';
import type { Statement } from './statements';

/** A statement that lets somebody into a resource. */
export interface ResourceGrant extends Pick<ResourcePolicy, 'target' | 'service'> {
  readonly statement: Statement;
}

/** What policies of resources allow, by whom they name, so that nobody's grants are looked for among everybody's. */
export class ResourceGrants {
  readonly #byName = new Map<string, ResourceGrant[]>();
  /** Grants that name everyone, or somebody the templates do not tell. */
  readonly #open: ResourceGrant[] = [];

  constructor(policies: readonly ResourcePolicy[]) {
    for (const { statements, target, service } of policies) {
      for (const statement of statements) {
        const { effect, principals } = statement;
        if (effect === 'Deny' || !principals) continue;
        const grant = { statement, target, service };
        const names = onlyFor(statement) ?? [...principals.aws, ...principals.services, ...principals.federated];
        if ((principals.everyone && !onlyFor(statement)) || names.some(isOpen)) this.#open.push(grant);
        else for (const name of new Set(names)) this.#of(name).push(grant);
      }
    }
  }

  #of(name: string): ResourceGrant[] {
    const grants = this.#byName.get(name) ?? [];
    this.#byName.set(name, grants);
    return grants;
  }

  /** The grants that could name a principal other than by its account. */
  to(arn: string): ResourceGrant[] {
    return [...(this.#byName.get(arn) ?? []), ...this.#open];
  }
}

/** Those whom a condition on the caller's ARN leaves of everyone; undefined where it leaves more than it spells out. */
function onlyFor({ principals, conditions }: Statement): readonly string[] | undefined {
  if (!principals?.everyone) return undefined;
  return conditions.find(
    ({ operator, key, values }) =>
      /^(ArnEquals|ArnLike|StringEquals|StringLike)$/i.test(operator) &&
      key.toLowerCase() === 'aws:principalarn' &&
      !values.some((value) => /[*?]|\$\{/.test(value)),
  )?.values;
}

/** Whether a name can be that of several: a session, or text the deployment fills in. */
const isOpen = (name: string): boolean =>
  name.includes(':assumed-role/') || gapsOf(name).some(({ kind }) => kind === 'unknown');
