import { expanded } from '../actions';
import { arnParts } from '../match';
import { findingAt, type Check } from './finding';
import type { Statement } from '../statements';
import { everyStatement } from './held';
import { guarded } from './trust';

/** Resources that are open to everyone. */
export const noPublicGrant: Check = {
  name: 'no-public-grant',
  promise: 'no policy of a resource lets everyone in without a condition that narrows who that is',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { effect, principals, conditions } = held.statement;
      if (held.holder !== 'resource' || effect === 'Deny' || !principals?.everyone || guarded(conditions, narrows))
        return [];
      return [
        findingAt(
          held,
          'lets everyone in; name the principals, or narrow them by account, organisation, source or network',
        ),
      ];
    }),
};

/** Roles that could make themselves, or others, more powerful. */
export const noAdministration: Check = {
  name: 'no-administration',
  promise:
    'no role may change IAM unless it is named for it, nor pass roles but roles it names to a service that a condition names',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { effect, actions, notActions } = held.statement;
      if (held.holder !== 'identity' || effect === 'Deny' || handsOver(held.statement)) return [];
      const mighty = (actions ?? []).filter(changesIam);
      if (mighty.length > 0)
        return [findingAt(held, `may change who may do what: ${mighty.join(', ')}; leave that to deployment roles`)];
      // Everything but a few lets in whatever is not among the few.
      const spared = (notActions ?? []).some((pattern) => /^(\*|iam:\*)$/i.test(pattern));
      return notActions && !spared ? [findingAt(held, 'may change who may do what, with all that is not listed')] : [];
    }),
};

/** Statements that grant whatever they do not list. */
export const noAllowExcept: Check = {
  name: 'no-allow-except',
  promise: 'NotAction, NotResource and NotPrincipal stand only in denials',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { effect, notActions, notResources, notPrincipals } = held.statement;
      if (effect === 'Deny' || !(notActions ?? notResources ?? notPrincipals)) return [];
      const element = notActions ? 'NotAction' : notResources ? 'NotResource' : 'NotPrincipal';
      return [findingAt(held, `allows with ${element}, which grants everything else; list what is allowed`)];
    }),
};

/** Groups cannot sign a request. */
export const noGroupPrincipal: Check = {
  name: 'no-group-principal',
  promise: 'no policy names a group as principal, because a group makes no requests',
  findings: (model) =>
    everyStatement(model).flatMap((held) =>
      [...(held.statement.principals?.aws ?? []), ...(held.statement.notPrincipals?.aws ?? [])]
        .filter((arn) => arnParts(arn)[5]?.startsWith('group/'))
        .map((arn) => findingAt(held, `names the group ${model.names.show(arn)}; name its users, or a role`)),
    ),
};

/**
 * Starting a job that works with a role means passing that role. It makes nobody more powerful where the role is named, and the one
 * service that may get it.
 */
const handsOver = ({ actions = [], resources = [], conditions }: Statement): boolean =>
  actions.length > 0 &&
  actions.every((action) => /^iam:passrole$/i.test(action)) &&
  resources.length > 0 &&
  resources.every((resource) => !/[*?]/.test(resource)) &&
  conditions.some(
    ({ operator, key, values }) =>
      operator === 'StringEquals' && key.toLowerCase() === 'iam:passedtoservice' && values.length === 1,
  );

function changesIam(pattern: string): boolean {
  const [service] = pattern.toLowerCase().split(':');
  if (service === '*') return true;
  if (service !== 'iam') return false;
  return expanded(pattern).some(({ accessLevel }) => !/^(Read|List)$/.test(accessLevel));
}

const narrowing = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:vpcsourceip',
  'elasticfilesystem:accesspointarn',
  'elasticfilesystem:accessedviamounttarget',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);
const narrows = (key: string): boolean => narrowing.has(key) || key.startsWith('aws:principaltag/');
