import { arnParts } from '../match';
import type { AccessModel } from '../model';
import type { Condition } from '../conditions';
import { readOperator } from '../conditions';
import { documentedDeputies, exemptDeputies, serviceName, sourceKeys } from './deputies';
import { findingAt, type Check, type Held } from './finding';
import { everyStatement } from './held';

/** Trust in everyone, or in somebody no template names. */
export const trustNamesPrincipal: Check = {
  name: 'trust-names-principal',
  promise: 'every trust policy names services, accounts, roles, users or providers, never everyone',
  findings: (model) =>
    trusts(model).flatMap((held) => {
      const { principals, notPrincipals } = held.statement;
      if (notPrincipals) return [findingAt(held, 'trusts everyone but a few; name who may assume the role')];
      if (!principals) return [findingAt(held, 'trusts nobody in particular; name who may assume the role')];
      if (principals.everyone) return [findingAt(held, 'trusts everyone; name who may assume the role')];
      return [];
    }),
};

/** Trust in somebody who acts for many, without saying for whom. */
export const trustGuardsDeputies: Check = {
  name: 'trust-guards-deputies',
  promise:
    'services that say for whom they act are held to it, other accounts to an external id, an organisation or MFA, and tokens to their audience',
  findings: (model) => trusts(model).flatMap((held) => deputies(model, held).map((fault) => findingAt(held, fault))),
};

/** Services let into a resource without saying for whom they act. */
export const resourcesGuardDeputies: Check = {
  name: 'resources-guard-deputies',
  promise: 'a policy of a resource that lets a service in says for which resource, account or organisation',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { effect, principals, conditions } = held.statement;
      if (held.holder !== 'resource' || effect === 'Deny' || !principals || guarded(conditions, isSource)) return [];
      return principals.services.map((service) =>
        findingAt(
          held,
          `lets ${model.names.show(service)} in on behalf of anybody; add aws:SourceArn or aws:SourceAccount`,
        ),
      );
    }),
};

const trusts = (model: AccessModel): Held[] =>
  everyStatement(model).filter(({ holder, statement }) => holder === 'trust' && statement.effect === 'Allow');

function deputies(model: AccessModel, { entry, statement }: Held): string[] {
  const { principals, conditions } = statement;
  if (!principals) return [];
  const own = model.resolver.place(entry.stack).account;
  const strangers = principals.aws.filter((arn) => accountOf(arn) !== own && accountOf(arn) !== undefined);
  return [
    ...(guarded(conditions, isSource) ? [] : principals.services.flatMap((service) => unguarded(service, model))),
    ...(guarded(conditions, holdsStranger)
      ? []
      : strangers.map(
          (arn) =>
            `trusts ${model.names.show(arn)} of another account; add sts:ExternalId, aws:PrincipalOrgID or aws:MultiFactorAuthPresent`,
        )),
    ...(guarded(conditions, isAudience)
      ? []
      : principals.federated.map(
          (one) => `trusts every token of ${model.names.show(one)}; add its audience and subject`,
        )),
  ];
}

function unguarded(service: string, model: AccessModel): string[] {
  const name = serviceName(service);
  if (name in exemptDeputies) return [];
  const shown = model.names.show(service);
  if (documentedDeputies.has(name)) {
    return [`trusts ${shown} whomever it acts for; add aws:SourceAccount, and aws:SourceArn where it can be named`];
  }
  return [
    `trusts ${shown}, of which nobody has noted whether it says for whom it acts; add aws:SourceAccount, or note it in deputies.ts`,
  ];
}

/** The account an entry of a principal list is in; undefined where the template does not say. */
function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  return principal.startsWith('arn:') ? arnParts(principal)[4] : undefined;
}

/** Whether a condition that must be met, not one that may be missing, is on a key of a kind. */
export function guarded(conditions: readonly Condition[], isKey: (key: string) => boolean): boolean {
  return conditions.some(({ operator, key, values }) => {
    const parts = readOperator(operator);
    if (!parts || parts.negated || parts.ifExists || parts.set === 'ForAllValues' || parts.base === 'Null')
      return false;
    return isKey(key.toLowerCase()) && !values.some((value) => /^\*+$/.test(value));
  });
}

const isSource = (key: string): boolean => sourceKeys.has(key) || key.startsWith('kms:encryptioncontext');
const holdsStranger = (key: string): boolean =>
  ['sts:externalid', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:multifactorauthpresent'].includes(key);
const isAudience = (key: string): boolean => /:(aud|app_id)$/.test(key);
