import { isTrue, settled } from '../template/settle';
import { pathOf, type Stack, type Properties, type Resource, type Template } from '../template/stack';

/** What taking a stack away leaves to think about. */
export interface Leftover {
  readonly path: string;
  readonly type: string;
  /** `stays` after the stack is gone, `blocks` its deletion, goes on `costing` for a while, or makes it `slow`. */
  readonly kind: 'stays' | 'blocks' | 'costs' | 'slow';
  readonly why: string;
}

/** What becomes of a leftover, in words. */
export const fates: Readonly<Record<Leftover['kind'], string>> = {
  stays: 'stays',
  blocks: 'may block the deletion',
  costs: 'is kept for a while',
  slow: 'takes long',
};

type Rule = (id: string, resource: Resource, template: Template) => readonly Omit<Leftover, 'path' | 'type'>[];

/**
 * Everything in these templates that survives a destroy, can stop one, goes on costing money, or takes long.
 *
 * It reads what the template says; what was changed by hand in the account it cannot know.
 */
export function leftovers(templates: readonly Stack[]): Leftover[] {
  return settled(templates).flatMap(({ template }) =>
    Object.entries(template.Resources).flatMap(([id, resource]) =>
      rules.flatMap((rule) =>
        rule(id, resource, template).map((found) => ({ path: pathOf(id, resource), type: resource.Type, ...found })),
      ),
    ),
  );
}

/** A property, however deep; undefined where there is none. */
const at = (properties: Properties | undefined, ...keys: string[]): unknown =>
  keys.reduce<unknown>((value, key) => (value as Properties | undefined)?.[key], properties);

/** A property that is a list; what a function makes at deployment is none yet. */
function listAt<Item>(properties: Properties | undefined, key: string): readonly Item[] {
  const value = at(properties, key);
  return Array.isArray(value) ? (value as readonly Item[]) : [];
}

const kept: Rule = (_id, { Type, Properties, DeletionPolicy }) => {
  const fate = DeletionPolicy ?? (leavesSnapshot(Type, Properties) ? 'Snapshot' : 'Delete');
  if (fate === 'Delete') return [];
  if (fate === 'Snapshot')
    return [{ kind: 'stays', why: 'a last snapshot is kept and billed by its size; delete it by hand' }];
  return [{ kind: 'stays', why: 'it is retained with its contents; delete it by hand when they are no longer needed' }];
};

/** What CloudFormation does with databases that say nothing: clusters, and instances that belong to none, leave a snapshot. */
const leavesSnapshot = (type: string, properties: Properties | undefined): boolean =>
  type === 'AWS::RDS::DBCluster' ||
  (type === 'AWS::RDS::DBInstance' && at(properties, 'DBClusterIdentifier') === undefined);

const protectedByService: Rule = (_id, { Type, Properties }) => {
  const attributes = listAt<{ Key: string; Value: string }>(Properties, 'LoadBalancerAttributes');
  const replicas = listAt<{ DeletionProtectionEnabled?: boolean }>(Properties, 'Replicas');
  const isProtected =
    isTrue(at(Properties, 'DeletionProtection')) ||
    isTrue(at(Properties, 'DeletionProtectionEnabled')) ||
    at(Properties, 'DeletionProtection') === 'ACTIVE' ||
    isTrue(at(Properties, 'DisableApiTermination')) ||
    attributes.some(({ Key, Value }) => Key === 'deletion_protection.enabled' && isTrue(Value)) ||
    replicas.some(({ DeletionProtectionEnabled }) => isTrue(DeletionProtectionEnabled));
  return isProtected
    ? [{ kind: 'blocks', why: `deletion protection is on for this ${Type.split('::')[2]}; switch it off first` }]
    : [];
};

const emptied = 'aws-cdk:auto-delete-objects';
const bucket: Rule = (id, { Type, Properties, DeletionPolicy }, template) => {
  if (Type !== 'AWS::S3::Bucket' || (DeletionPolicy ?? 'Delete') !== 'Delete') return [];
  if (isTrue(at(Properties, 'ObjectLockEnabled')))
    return [
      {
        kind: 'blocks',
        why: 'it locks objects, so no program empties it; have an officer purge it (npx groundplan objects purge), or wait until nothing in it is retained',
      },
    ];
  const tags = listAt<{ Key: string }>(Properties, 'Tags');
  if (!tags.some(({ Key }) => Key === emptied))
    return [{ kind: 'blocks', why: 'a bucket with objects in it cannot be deleted; empty it first' }];
  return isLogTarget(id, template)
    ? [
        {
          kind: 'blocks',
          why: 'access logs arrive up to hours late and may refill it after it was emptied; if the deletion fails, empty it and delete the stack again',
        },
      ]
    : [];
};

/** Whether some other resource writes access logs into a bucket: load balancers, distributions, buckets, log deliveries. */
function isLogTarget(id: string, template: Template): boolean {
  const settings = logSettings.get(template) ?? logSettingsOf(template);
  logSettings.set(template, settings);
  return settings.some((one) => one.includes(`"${id}"`));
}

const logSettings = new WeakMap<Template, readonly string[]>();

/** What says where logs go, as text. */
function logSettingsOf(template: Template): string[] {
  const found = Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::S3::Bucket') return [at(Properties, 'LoggingConfiguration')];
    if (Type === 'AWS::CloudFront::Distribution') return [at(Properties, 'DistributionConfig', 'Logging')];
    if (Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer') return [at(Properties, 'LoadBalancerAttributes')];
    if (Type === 'AWS::Logs::DeliveryDestination') return [at(Properties, 'DestinationResourceArn')];
    if (Type === 'AWS::EC2::FlowLog') return [at(Properties, 'LogDestination')];
    return [];
  });
  return found.filter((settings) => settings !== undefined).map((settings) => JSON.stringify(settings));
}

const key: Rule = (_id, { Type, Properties, DeletionPolicy }) =>
  Type === 'AWS::KMS::Key' && (DeletionPolicy ?? 'Delete') === 'Delete'
    ? [
        {
          kind: 'costs',
          why: `a key waits ${Number(at(Properties, 'PendingWindowInDays') ?? 30)} days before it is gone; it is not billed while it waits, and nothing encrypted with it can be read any more`,
        },
      ]
    : [];

const vault: Rule = (_id, { Type, Properties, DeletionPolicy }) => {
  if (Type !== 'AWS::Backup::BackupVault' || (DeletionPolicy ?? 'Delete') !== 'Delete') return [];
  const lock = at(Properties, 'LockConfiguration');
  const days = at(Properties, 'LockConfiguration', 'ChangeableForDays') as number | undefined;
  const remedy =
    days !== undefined
      ? `take the lock off within ${days} days and delete them, or wait until the time of the last one is over`
      : lock === undefined
        ? 'delete them first'
        : 'take the lock off, and delete them first';
  return [{ kind: 'blocks', why: `a vault with recovery points in it cannot be deleted; ${remedy}` }];
};

const snapshots: Rule = (_id, { Type, Properties, DeletionPolicy }) => {
  if (Type !== 'AWS::DLM::LifecyclePolicy') return [];
  const details = at(Properties, 'PolicyDetails') as Properties | undefined;
  const tags = listAt<{ Key: string; Value: string }>(details, 'TargetTags');
  const named = tags.map(({ Key, Value }) => `${Key}=${Value}`).join(' or ');
  if ((DeletionPolicy ?? 'Delete') !== 'Delete')
    return [
      {
        kind: 'stays',
        why: `it goes on to take, archive and delete snapshots of volumes with the tag ${named}; delete it before another plan takes them, once none waits for the archive`,
      },
    ];
  const schedules = listAt<Properties>(details, 'Schedules');
  const regions = schedules.some(({ CrossRegionCopyRules }) => CrossRegionCopyRules)
    ? ', here and in the other Region'
    : '';
  const archiving = schedules
    .filter((schedule) => schedule.ArchiveRule && at(schedule, 'RetainRule', 'Interval') !== undefined)
    .map(({ Name }) => String(Name));
  const waiting =
    archiving.length > 0
      ? `; those that wait for the archive (${archiving.join(', ')}) are deleted for good on the day they were to go there: archive or copy them before you destroy`
      : '';
  return [
    {
      kind: 'stays',
      why: `snapshots it took stay and are billed by their size, and nothing deletes them any more; delete those with the tag ${named}${regions}${waiting}`,
    },
  ];
};

const functionLogs: Rule = (_id, { Type, Properties }, template) => {
  if (Type !== 'AWS::Lambda::Function') return [];
  const group = at(Properties, 'LoggingConfig', 'LogGroup', 'Ref') as string | undefined;
  return group !== undefined && template.Resources[group]
    ? []
    : [
        {
          kind: 'stays',
          why: 'Lambda makes its log group on the first run; it never expires, so delete /aws/lambda/<function> by hand',
        },
      ];
};

const apiExecutionLogs: Rule = (_id, { Type, Properties }) => {
  const settings = listAt<{ LoggingLevel?: string }>(Properties, 'MethodSettings');
  return Type === 'AWS::ApiGateway::Stage' &&
    settings.some(({ LoggingLevel }) => LoggingLevel && LoggingLevel !== 'OFF')
    ? [
        {
          kind: 'stays',
          why: 'API Gateway makes a log group of its own for execution logs, API-Gateway-Execution-Logs_<id>/<stage>; delete it by hand',
        },
      ]
    : [];
};

const accelerated: Rule = (_id, { Type, Properties }) => {
  if (Type !== 'AWS::GlobalAccelerator::EndpointGroup') return [];
  const keeps = listAt<{ ClientIPPreservationEnabled?: boolean }>(Properties, 'EndpointConfigurations').some(
    ({ ClientIPPreservationEnabled }) => ClientIPPreservationEnabled === true,
  );
  return keeps
    ? [
        {
          kind: 'blocks',
          why: 'AWS makes a security group named GlobalAccelerator in the network of its endpoints and leaves it, which keeps the network; delete it, and destroy again',
        },
      ]
    : [];
};

const slow: Rule = (_id, { Type, Properties }) => {
  if (Type === 'AWS::CloudFront::Distribution')
    return [{ kind: 'slow', why: 'it is switched off at every edge before it goes, which takes some minutes' }];
  if (Type === 'AWS::Lambda::Function' && at(Properties, 'VpcConfig')) {
    return [
      {
        kind: 'slow',
        why: 'Lambda gives back its network interfaces up to twenty minutes after the function is gone; subnets and groups wait for that',
      },
    ];
  }
  return [];
};

/** Functions that CloudFront runs: their role is trusted to it. */
const atEdge: Rule = (_id, { Type, Properties }, template) => {
  if (Type !== 'AWS::Lambda::Function') return [];
  const [role] = (at(Properties, 'Role', 'Fn::GetAtt') as readonly string[] | undefined) ?? [];
  const trust: unknown =
    role === undefined ? undefined : template.Resources[role]?.Properties?.AssumeRolePolicyDocument;
  return JSON.stringify(trust ?? null).includes('edgelambda.amazonaws.com')
    ? [
        {
          kind: 'blocks',
          why: 'CloudFront takes back its copies some hours after no distribution runs it, and until then Lambda does not delete it; delete the stack again the next day',
        },
        {
          kind: 'stays',
          why: 'it made log groups of the same name in the other Regions where it ran; they never expire, so delete them there by hand',
        },
      ]
    : [];
};

const rules: readonly Rule[] = [
  kept,
  protectedByService,
  bucket,
  vault,
  snapshots,
  accelerated,
  key,
  functionLogs,
  apiExecutionLogs,
  atEdge,
  slow,
];
