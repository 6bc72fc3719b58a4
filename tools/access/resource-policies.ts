import type { Resolver } from '../template/resolve';
import { arnFrom } from '../template/identities';
import { split } from '../template/text';
import type { Condition } from './conditions';
import type { Entry } from './names';
import { grouped, textsOf, valueOf, whyUnsure } from './properties';
import { readDocument, type Statement } from './statements';

/** A policy on a resource. */
export interface ResourcePolicy {
  /** ARN of the resource, as text with gaps. */
  readonly target: string;
  /** The service whose actions it is asked for. */
  readonly service: string;
  readonly statements: readonly Statement[];
  /** Whether nothing is allowed without it. */
  readonly decides: boolean;
  /** The resource of the template that holds it. */
  readonly holder: Entry;
}

/** Where a type of resource keeps a policy, and of what. */
interface Source {
  readonly service: string;
  readonly documents: (resolver: Resolver, entry: Entry) => unknown[];
  /** The ARNs of the resources it is the policy of. @default - the resource itself */
  readonly targets?: (resolver: Resolver, entry: Entry) => string[];
  readonly decides?: true;
}

/** The target of policies that name their resources only in their statements. */
const wholeService = '*';

const sources: Readonly<Record<string, Source>> = {
  'AWS::S3::BucketPolicy': {
    service: 's3',
    documents: property('PolicyDocument'),
    targets: named('Bucket', 's3:::$'),
  },
  'AWS::S3::AccessPoint': { service: 's3', documents: property('Policy') },
  'AWS::SQS::QueuePolicy': { service: 'sqs', documents: property('PolicyDocument'), targets: queues('Queues') },
  'AWS::SQS::QueueInlinePolicy': { service: 'sqs', documents: property('PolicyDocument'), targets: queues('Queue') },
  'AWS::SNS::TopicPolicy': { service: 'sns', documents: property('PolicyDocument'), targets: arns('Topics') },
  'AWS::SNS::TopicInlinePolicy': { service: 'sns', documents: property('PolicyDocument'), targets: arns('TopicArn') },
  'AWS::KMS::Key': { service: 'kms', documents: keyPolicy, decides: true },
  'AWS::KMS::ReplicaKey': { service: 'kms', documents: keyPolicy, decides: true },
  'AWS::IAM::Role': { service: 'sts', documents: property('AssumeRolePolicyDocument'), decides: true },
  'AWS::SecretsManager::ResourcePolicy': {
    service: 'secretsmanager',
    documents: property('ResourcePolicy'),
    targets: arns('SecretId'),
  },
  'AWS::DynamoDB::Table': { service: 'dynamodb', documents: property('ResourcePolicy', 'PolicyDocument') },
  'AWS::DynamoDB::GlobalTable': {
    service: 'dynamodb',
    documents: (resolver, entry) =>
      list(valueOf(resolver, entry, 'Replicas')).flatMap((replica) =>
        list(inner(replica, 'ResourcePolicy', 'PolicyDocument')),
      ),
  },
  'AWS::Kinesis::ResourcePolicy': {
    service: 'kinesis',
    documents: property('ResourcePolicy'),
    targets: arns('ResourceArn'),
  },
  'AWS::ECR::Repository': { service: 'ecr', documents: property('RepositoryPolicyText') },
  'AWS::EFS::FileSystem': { service: 'elasticfilesystem', documents: property('FileSystemPolicy') },
  'AWS::ApiGateway::RestApi': {
    service: 'execute-api',
    documents: property('Policy'),
    targets: (_, { arns: [, invoke] }) => [invoke],
  },
  'AWS::Backup::BackupVault': { service: 'backup', documents: property('AccessPolicy') },
  'AWS::OpenSearchService::Domain': { service: 'es', documents: property('AccessPolicies') },
  'AWS::Logs::ResourcePolicy': {
    service: 'logs',
    documents: property('PolicyDocument'),
    targets: () => [wholeService],
  },
  'AWS::Events::EventBusPolicy': {
    service: 'events',
    documents: eventBusPolicy,
    targets: named('EventBusName', 'events:@:event-bus/$', 'default'),
  },
};

/** The policies that the templates put on resources. */
export function resourcePolicies(entries: readonly Entry[], resolver: Resolver): ResourcePolicy[] {
  const byType = grouped(entries);
  return [
    ...Object.entries(sources).flatMap(([type, source]) =>
      (byType.get(type) ?? []).flatMap((entry) => policiesFrom(entry, source, resolver)),
    ),
    ...(byType.get('AWS::Lambda::Permission') ?? []).map((entry) => permission(entry, resolver)),
  ];
}

/** The policy of a VPC endpoint; undefined where it lets everything through. */
export function endpointPolicy(entry: Entry, resolver: Resolver): Statement[] | undefined {
  const document = valueOf(resolver, entry, 'PolicyDocument');
  return document === undefined ? undefined : readDocument(document, { in: entry.logicalId });
}

function policiesFrom(entry: Entry, source: Source, resolver: Resolver): ResourcePolicy[] {
  const { service, decides = false } = source;
  const documents = source.documents(resolver, entry);
  if (documents.length === 0) return [];
  const targets = source.targets ? source.targets(resolver, entry) : [entry.arns[0]];
  const unless = whyUnsure(resolver, entry);
  const statements = documents.flatMap((document) => readDocument(document, { in: entry.logicalId }, unless));
  const placed = service === 'execute-api' ? statements.map((one) => inFull(one, targets[0])) : statements;
  return targets.map((target) => ({ target, service, statements: placed, decides, holder: entry }));
}

/** API Gateway lets policies shorten the API's own ARN to `execute-api:/`. */
function inFull(statement: Statement, api: string): Statement {
  const full = (patterns: readonly string[] | undefined) =>
    patterns?.map((pattern) => pattern.replace(/^execute-api:\//, `${api}/`));
  const { resources, notResources } = statement;
  return {
    ...statement,
    ...(resources && { resources: full(resources) }),
    ...(notResources && { notResources: full(notResources) }),
  };
}

/** `AWS::Lambda::Permission` is one statement in other words. */
function permission(entry: Entry, resolver: Resolver): ResourcePolicy {
  const text = (property: string) => textsOf(resolver, entry, property)[0] as string | undefined;
  const given = text('FunctionName') ?? '';
  const target = given.startsWith('arn:') ? given : arnFrom(resolver.place(entry.stack), 'lambda:@:function:$', given);
  const conditions: Condition[] = [
    ['ArnLike', 'aws:SourceArn', text('SourceArn')],
    ['StringEquals', 'aws:SourceAccount', text('SourceAccount')],
    ['StringEquals', 'aws:PrincipalOrgID', text('PrincipalOrgID')],
    ['StringEquals', 'lambda:FunctionUrlAuthType', text('FunctionUrlAuthType')],
    ['StringEquals', 'lambda:EventSourceToken', text('EventSourceToken')],
    ['Bool', 'lambda:InvokedViaFunctionUrl', text('InvokedViaFunctionUrl')],
  ].flatMap(([operator, key, value]) =>
    value === undefined ? [] : [{ operator: operator!, key: key!, values: [value] }],
  );
  const principal = text('Principal') ?? '';
  const service = /\.amazonaws\.com(\.cn)?$/.test(principal);
  const unless = whyUnsure(resolver, entry);
  const statement: Statement = {
    effect: 'Allow',
    actions: [text('Action') ?? 'lambda:InvokeFunction'],
    resources: [target],
    principals: {
      everyone: principal === '*',
      aws: service || principal === '*' ? [] : [principal],
      services: service ? [principal] : [],
      federated: [],
      canonical: [],
    },
    conditions,
    origin: { in: entry.logicalId },
    ...(unless !== undefined && { unless }),
  };
  return { target, service: 'lambda', statements: [statement], decides: false, holder: entry };
}

function arns(property: string): Source['targets'] {
  return (resolver, entry) => textsOf(resolver, entry, property);
}

/** Queues are named by their URL, which holds the region, the account and the name. */
function queues(property: string): Source['targets'] {
  return (resolver, entry) =>
    textsOf(resolver, entry, property).map((url) => {
      const [, , host, account, name] = split(url, '/');
      if (name === undefined) return url;
      return `arn:${resolver.place(entry.stack).partition}:sqs:${split(host, '.')[1]}:${account}:${name}`;
    });
}

/** Resources that are named by their physical name or their ARN. */
function named(from: string, shape: string, absent?: string): Source['targets'] {
  return (resolver, entry) => {
    const [name = absent] = textsOf(resolver, entry, from);
    if (name === undefined) return [];
    return [name.startsWith('arn:') ? name : arnFrom(resolver.place(entry.stack), shape, name)];
  };
}

/** A document in a property, or in an object there. */
function property(name: string, ...path: readonly string[]): Source['documents'] {
  return (resolver, entry) => list(inner(valueOf(resolver, entry, name), ...path));
}

/** A key without a policy trusts its account. */
function keyPolicy(resolver: Resolver, entry: Entry): unknown[] {
  const given = valueOf(resolver, entry, 'KeyPolicy');
  if (given !== undefined) return [given];
  const { partition, account } = resolver.place(entry.stack);
  const root = `arn:${partition}:iam::${account}:root`;
  return [{ Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' }] }];
}

/** Either a statement, or the parts of one under other names. */
function eventBusPolicy(resolver: Resolver, entry: Entry): unknown[] {
  const statement = valueOf(resolver, entry, 'Statement');
  if (statement !== undefined) return [{ Statement: [statement] }];
  const [action = 'events:PutEvents'] = textsOf(resolver, entry, 'Action');
  const [principal = '*'] = textsOf(resolver, entry, 'Principal');
  const condition = valueOf(resolver, entry, 'Condition') as { Type: string; Key: string; Value: unknown } | undefined;
  return [
    {
      Statement: [
        {
          Effect: 'Allow',
          Principal: principal === '*' ? '*' : { AWS: principal },
          Action: action,
          Resource: '*',
          ...(condition && { Condition: { [condition.Type]: { [condition.Key]: condition.Value } } }),
        },
      ],
    },
  ];
}

const inner = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], value);

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
