import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { actionsOf } from '../access/actions';

/** What AWS's resource schemas say CloudFormation calls, by type and handler. */
export interface HandlerData {
  /** The package it was read from, with its version. */
  readonly source: string;
  readonly licence: string;
  readonly date: string;
  readonly types: Readonly<
    Record<string, { readonly handlers: Readonly<Record<string, readonly string[]>>; readonly tagged?: true }>
  >;
}

/** Where an answer comes from: AWS's schema, a note with its source below, or the names of the service's actions. */
export type Source = 'schema' | 'note' | 'name';

export interface Calls {
  readonly actions: readonly string[];
  readonly source: Source;
}

export const dataFile = join(__dirname, 'handlers.json.gz');
let data: HandlerData | undefined;

/** The data file, read once. */
export function handlerData(): HandlerData {
  data ??= JSON.parse(gunzipSync(readFileSync(dataFile)).toString('utf8')) as HandlerData;
  return data;
}

/**
 * The actions CloudFormation calls to create, read, update and delete a resource of a type.
 *
 * @throws when nobody knows, with what to do about it
 */
export function callsFor(type: string): Calls {
  if (type.startsWith('Custom::')) return { actions: noted['AWS::CloudFormation::CustomResource'], source: 'note' };
  const handlers = handlerData().types[type]?.handlers ?? {};
  const actions = [...new Set(Object.values(handlers).flat())];
  const note = noted[type] as readonly string[] | undefined;
  if (note && (actions.length === 0 || actions.some(isWholeService))) return { actions: note, source: 'note' };
  if (actions.length > 0) return { actions, source: 'schema' };
  const named = byName(type);
  if (named.length > 0) return { actions: named, source: 'name' };
  const { source, date } = handlerData();
  throw new Error(
    `${type}: ${source} of ${date} does not say what CloudFormation calls for it. Run npm run bootstrap -- --refresh; ` +
      'where AWS publishes no handlers for the type, add what its guide says to tools/bootstrap/handlers.ts',
  );
}

/** A schema that names all actions of a service, `iam:*` among them, says nothing of what is called. */
const isWholeService = (action: string): boolean => action.endsWith(':*');

/** Whether a resource carries the tags of its stack from its first moment. */
export const carriesTags = (type: string): boolean => handlerData().types[type]?.tagged ?? false;

/** The actions of API Gateway, which are HTTP methods. */
export const gatewayMethods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(
  (method) => `apigateway:${method}`,
);

const resolverTags: readonly string[] = ['TagResource', 'UntagResource', 'ListTagsForResource'].map(
  (name) => `route53resolver:${name}`,
);

/**
 * Types that CloudFormation handles itself, or whose schema names whole services; each from the API calls its guide
 * describes.
 */
const noted: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Integration': gatewayMethods,
  'AWS::ApiGatewayV2::Stage': gatewayMethods,
  'AWS::Budgets::Budget': [
    'budgets:ModifyBudget',
    'budgets:ViewBudget',
    'budgets:TagResource',
    'budgets:UntagResource',
    'budgets:ListTagsForResource',
  ],
  'AWS::CDK::Metadata': [],
  'AWS::CertificateManager::Certificate': [
    'acm:RequestCertificate',
    'acm:DescribeCertificate',
    'acm:DeleteCertificate',
    'acm:UpdateCertificateOptions',
    'acm:AddTagsToCertificate',
    'acm:RemoveTagsFromCertificate',
    'acm:ListTagsForCertificate',
    'route53:ChangeResourceRecordSets',
    'route53:GetChange',
  ],
  'AWS::CloudFormation::CustomResource': ['lambda:InvokeFunction'],
  'AWS::CloudFormation::WaitCondition': [],
  'AWS::CloudFormation::WaitConditionHandle': [],
  'AWS::CodeDeploy::DeploymentGroup': [
    'codedeploy:CreateDeploymentGroup',
    'codedeploy:GetDeploymentGroup',
    'codedeploy:UpdateDeploymentGroup',
    'codedeploy:DeleteDeploymentGroup',
    'codedeploy:GetApplication',
    'codedeploy:TagResource',
    'codedeploy:UntagResource',
    'codedeploy:ListTagsForResource',
  ],
  'AWS::Route53::RecordSetGroup': [
    'route53:GetHostedZone',
    'route53:ListResourceRecordSets',
    'route53:ChangeResourceRecordSets',
    'route53:GetChange',
  ],
  'AWS::Route53Resolver::FirewallDomainList': [
    'route53resolver:CreateFirewallDomainList',
    'route53resolver:GetFirewallDomainList',
    'route53resolver:ListFirewallDomainLists',
    'route53resolver:DeleteFirewallDomainList',
    'route53resolver:UpdateFirewallDomains',
    'route53resolver:ImportFirewallDomains',
    'route53resolver:ListFirewallDomains',
    ...resolverTags,
  ],
  'AWS::Route53Resolver::FirewallRuleGroup': [
    'route53resolver:CreateFirewallRuleGroup',
    'route53resolver:GetFirewallRuleGroup',
    'route53resolver:ListFirewallRuleGroups',
    'route53resolver:DeleteFirewallRuleGroup',
    'route53resolver:CreateFirewallRule',
    'route53resolver:UpdateFirewallRule',
    'route53resolver:DeleteFirewallRule',
    'route53resolver:ListFirewallRules',
    ...resolverTags,
  ],
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': [
    'route53resolver:AssociateFirewallRuleGroup',
    'route53resolver:GetFirewallRuleGroupAssociation',
    'route53resolver:ListFirewallRuleGroupAssociations',
    'route53resolver:UpdateFirewallRuleGroupAssociation',
    'route53resolver:DisassociateFirewallRuleGroup',
    'ec2:DescribeVpcs',
    ...resolverTags,
  ],
  'AWS::SNS::Subscription': [
    'sns:Subscribe',
    'sns:Unsubscribe',
    'sns:GetSubscriptionAttributes',
    'sns:SetSubscriptionAttributes',
    'sns:ListSubscriptionsByTopic',
  ],
};

/** Services that IAM knows by another word than CloudFormation. */
const words: Readonly<Record<string, string>> = {
  amazonmq: 'mq',
  apigatewayv2: 'apigateway',
  certificatemanager: 'acm',
  cognito: 'cognito-idp',
  docdb: 'rds',
  efs: 'elasticfilesystem',
  elasticloadbalancingv2: 'elasticloadbalancing',
  kinesisfirehose: 'firehose',
  neptune: 'rds',
  stepfunctions: 'states',
};

/** The word IAM has for the service of a type. */
export function serviceOf(type: string): string {
  const service = (type.split('::')[1] ?? '').toLowerCase();
  return words[service] ?? service;
}

/** What the service calls by the resource's own noun: `codebuild:CreateProject`, `BatchGetProjects` and so on. */
function byName(type: string): string[] {
  const [vendor, , noun = ''] = type.split('::');
  if (vendor !== 'AWS' || noun === '') return [];
  const known = actionsOf(serviceOf(type));
  const own = [...known.values()].filter(({ name }) => name.split(':')[1].includes(noun));
  const makes = own.some(({ accessLevel }) => !/^(Read|List)$/.test(accessLevel));
  if (!makes) return [];
  const tagging = [...known.values()].filter(({ name }) => /:(Tag|Untag|AddTags|RemoveTags|ListTags)/.test(name));
  return [...own, ...tagging].map(({ name }) => name);
}
