import { textsOf } from '../access/properties';
import { show } from '../template/text';
import type { Needed } from './demand';
import type { Scope } from './scope';
import type { PolicyStatement } from './statements';
import type { Variant } from './variants';

const boundaryKey = 'iam:PermissionsBoundary';
const policyKey = 'iam:PolicyARN';
/** What services make for themselves; nobody can put anything into such a role. */
const serviceLinked = 'arn:${Partition}:iam::${Account}:role/aws-service-role/*';

/**
 * What CloudFormation may do with roles: only with those of the stacks, only while they carry the boundary, attach only
 * policies that the templates attach, and pass them only to services that they trust. Nothing of the boundary itself.
 */
export function roleStatements(
  variants: readonly Variant[],
  needed: readonly Needed[],
  scope: Scope,
  boundary: string,
): PolicyStatement[] {
  const boundaryArn = scope.arn(policyArn(boundary));
  const kinds = new Map<Kind, { actions: string[]; resources: Set<string> }>();
  for (const { action, published } of needed) {
    const kind = kindOf(action, published);
    const group = kinds.get(kind) ?? { actions: [], resources: new Set<string>() };
    group.actions.push(action);
    const own = kind === 'linked' ? [scope.arn(serviceLinked)] : ((published && scope.of(published)) ?? ['*']);
    for (const resource of own) group.resources.add(resource);
    kinds.set(kind, group);
  }
  const conditions: Readonly<Record<Kind, PolicyStatement['Condition']>> = {
    attached: { ArnLike: { [boundaryKey]: boundaryArn, [policyKey]: attachable(variants, scope) } },
    bounded: { ArnLike: { [boundaryKey]: boundaryArn } },
    passed: { StringLike: { 'iam:PassedToService': trusted(variants) } },
    linked: undefined,
    plain: undefined,
  };
  const allowed = [...kinds].map(([kind, { actions, resources }]): PolicyStatement => {
    const Condition = conditions[kind];
    return {
      Sid: `Roles${kind[0].toUpperCase()}${kind.slice(1)}`,
      Effect: 'Allow',
      Action: actions.sort(),
      Resource: [...resources].sort(),
      ...(Condition && { Condition }),
    };
  });
  return allowed.length === 0 ? [] : [...allowed, ...keptOut(boundaryArn, scope)];
}

type Kind = 'attached' | 'bounded' | 'passed' | 'linked' | 'plain';

function kindOf(action: string, published: Needed['published']): Kind {
  if (action === 'iam:PassRole') return 'passed';
  if (/ServiceLinkedRole$/.test(action)) return 'linked';
  if (/^iam:(At|De)tachRolePolicy$/.test(action)) return 'attached';
  // Whether a role is there must be told before it is, when it has no boundary yet.
  if (!published || /^(Read|List)$/.test(published.accessLevel)) return 'plain';
  return published.conditionKeys.includes(boundaryKey) ? 'bounded' : 'plain';
}

/** The policies the templates attach to roles: AWS's own by name, and those of the stacks. */
function attachable(variants: readonly Variant[], scope: Scope): string[] {
  const arns = new Set<string>();
  for (const { model } of variants) {
    for (const entry of model.names.entries) {
      if (entry.type === 'AWS::IAM::ManagedPolicy') arns.add(scope.arn(policyArn(`${entry.stack.name}-*`)));
      if (entry.type !== 'AWS::IAM::Role') continue;
      for (const arn of textsOf(model.resolver, entry, 'ManagedPolicyArns')) {
        const [, name] = /^arn:[^:]*:iam::aws:policy\/(.*)$/.exec(arn) ?? [];
        if (name !== undefined) arns.add(scope.arn(`arn:\${Partition}:iam::aws:policy/${name}`));
      }
    }
  }
  // A list without entries would be no condition at all.
  return arns.size === 0 ? [scope.arn('arn:${Partition}:iam::aws:policy/none')] : [...arns].sort();
}

/** The services that roles of the templates trust. */
function trusted(variants: readonly Variant[]): string[] {
  const services = variants.flatMap(({ model }) =>
    model.resourcePolicies
      .filter(({ service }) => service === 'sts')
      .flatMap(({ statements }) => statements.flatMap(({ principals }) => principals?.services ?? [])),
  );
  return [...new Set(services.map((service) => show(service, () => '*')))].sort();
}

/** Said once more as denials, so that a further policy on the role does not open what this one keeps shut. */
const keptOut = (boundaryArn: string, scope: Scope): PolicyStatement[] => [
  {
    Sid: 'BoundaryStays',
    Effect: 'Deny',
    Action: ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'],
    Resource: '*',
  },
  {
    Sid: 'PoliciesStay',
    Effect: 'Deny',
    Action: ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'],
    Resource: [boundaryArn, scope.arn(policyArn(`${executionPolicy}-*`))],
  },
];

/** What the policies of the role that CloudFormation deploys with are called, before their number. */
export const executionPolicy = 'groundplan-execution';

export const policyArn = (name: string): string => `arn:\${Partition}:iam::\${Account}:policy/${name}`;
