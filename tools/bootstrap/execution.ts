import type { PublishedAction } from '../access/actions';
import { onlyTagged, type Demand, type Needed } from './demand';
import { referenceStatements } from './references';
import { roleStatements } from './roles';
import type { Scope } from './scope';
import type { PolicyStatement } from './statements';
import type { Variant } from './variants';

/** The tag of every stack that names its architecture; `createApp` puts it there, CloudFormation on each resource. */
const ours = 'aws:ResourceTag/groundplan:architecture';

/** What a statement is about besides its actions; actions that share it share the statement. */
type Bounds = Pick<PolicyStatement, 'Resource' | 'Condition'> & { readonly Sid: string };

/** What the role that CloudFormation deploys with may do, statement by statement. */
export function executionStatements(
  variants: readonly Variant[],
  demand: Demand,
  scope: Scope,
  boundary: string,
): PolicyStatement[] {
  const names = [...new Set(variants.map(({ architecture }) => architecture))];
  const iam = demand.needed.filter(({ action }) => action.startsWith('iam:'));
  const others = demand.needed.filter(({ action }) => !action.startsWith('iam:'));
  const bounded = others.map((needed) => ({
    action: needed.action,
    bounds: boundsOf(needed, scope, names, [...demand.types.keys()]),
  }));
  return [
    ...roleStatements(variants, iam, scope, boundary),
    ...referenceStatements(variants, scope),
    ...gathered(bounded),
  ];
}

function boundsOf(needed: Needed, scope: Scope, names: readonly string[], types: readonly string[]): Bounds {
  const { action, published } = needed;
  const [service, name] = action.split(':');
  if (service === 'apigateway') return { Sid: 'ApiGateway', Resource: gatewayPaths(types, scope) };
  if (assetReads.includes(action)) return { Sid: 'Assets', Resource: scope.arn(assets) };
  if (service === 'ssm' && !published) return { Sid: 'PublicParameters', Resource: scope.arn(publicParameters) };
  if (keyUses.includes(action)) return { Sid: 'KeysForServices', Resource: '*', Condition: throughService };
  if (!published) return { Sid: 'Everywhere', Resource: '*' };
  const own = scope.of(published);
  if (own) return { Sid: sid(service), Resource: own };
  if (endsSomething.test(name) && tellsTags(published) && onlyTagged(needed))
    return { Sid: 'OnlyOurs', Resource: '*', Condition: { StringEquals: { [ours]: names } } };
  return { Sid: 'Everywhere', Resource: '*' };
}

/** Functions, layers and nested templates come from the bucket that `cdk bootstrap` makes; no other is read. */
const assetReads = ['s3:GetObject', 's3:GetObjectVersion'];
const assets = 'arn:${Partition}:s3:::cdk-*-assets-${Account}-${Region}/*';
/** Images are named by parameters that AWS publishes. */
const publicParameters = 'arn:${Partition}:ssm:${Region}::parameter/aws/service/*';
/** Keys are used by the service that encrypts with them, on behalf of CloudFormation, and never by itself. */
const keyUses = ['kms:CreateGrant', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:RevokeGrant'];
const throughService = { Null: { 'kms:ViaService': 'false' } };

/** Actions that take something away that was there, data among it. */
const endsSomething = /^(Delete|Disable|Release|Schedule|Terminate|PutKeyPolicy$)/;
const tellsTags = ({ conditionKeys }: PublishedAction): boolean => conditionKeys.includes('aws:ResourceTag/${TagKey}');

/** What each kind of resource of an API is called in ARNs, by its type's noun. */
const paths: Readonly<Record<string, readonly string[]>> = {
  '/account': ['Account'],
  '/apikeys*': ['ApiKey'],
  '/apis*': ['Api', 'Integration', 'IntegrationResponse', 'Route', 'RouteResponse'],
  '/clientcertificates*': ['ClientCertificate'],
  '/domainnames*': ['ApiMapping', 'BasePathMapping', 'DomainName'],
  '/restapis*': ['GatewayResponse', 'Method', 'RequestValidator', 'Resource', 'RestApi'],
  '/usageplans*': ['UsagePlan', 'UsagePlanKey'],
  '/vpclinks*': ['VpcLink'],
};
/** Nouns that both kinds of API have; they lie below the API that is in the template too. */
const below = ['Authorizer', 'Deployment', 'Model', 'Stage'];

function gatewayPaths(types: readonly string[], scope: Scope): string | readonly string[] {
  const nouns = types.filter((type) => /^AWS::ApiGateway(V2)?::/.test(type)).map((type) => type.split('::')[2]);
  const found = Object.keys(paths).filter((path) => paths[path].some((noun) => nouns.includes(noun)));
  const unknown = nouns.some((noun) => !below.includes(noun) && !Object.values(paths).flat().includes(noun));
  if (unknown || found.length === 0) return '*';
  return [...found, '/tags/*'].map((path) => scope.arn(`arn:\${Partition}:apigateway:\${Region}::${path}`));
}

function gathered(bounded: readonly { readonly action: string; readonly bounds: Bounds }[]): PolicyStatement[] {
  const groups = new Map<string, { bounds: Bounds; actions: string[] }>();
  for (const { action, bounds } of bounded) {
    const key = JSON.stringify(bounds);
    const group = groups.get(key);
    if (group) group.actions.push(action);
    else groups.set(key, { bounds, actions: [action] });
  }
  const used = new Map<string, number>();
  return [...groups.values()].map(({ bounds: { Sid, ...rest }, actions }) => {
    const count = (used.get(Sid) ?? 0) + 1;
    used.set(Sid, count);
    return { Sid: count === 1 ? Sid : `${Sid}${letter(count)}`, Effect: 'Allow', Action: actions.sort(), ...rest };
  });
}

/** The names of a policy's statements differ, and hold letters and digits only. */
const sid = (service: string): string =>
  service.replace(/(^|-)([a-z])/g, (_, _dash: string, first: string) => first.toUpperCase());
const letter = (count: number): string => String.fromCharCode(64 + count);
