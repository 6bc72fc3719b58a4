import type { Entry } from '../../access/names';
import type { Grant } from '../../access/matrix';
import type { Properties } from '../../template/stack';
import type { Arrows } from './arrows';
import type { Boxes } from './boxes';
import type { Folding } from './folding';
import type { EdgeKind } from './picture';
import type { Source } from './source';

/** Arrows for what a box may do to another by IAM, where no event or call between the two says it already. */
export function addGrants(arrows: Arrows, source: Source, folding: Folding, boxes: Boxes): void {
  const { access } = source;
  const found = access.principals().flatMap((principal) => {
    const actors = access.actors
      .filter(({ role, alias }) => role === principal.entry && !alias)
      .map(({ entry }) => entry);
    const acting = [principal.entry, ...actors, ...trusted(source, principal.entry)].filter((entry) =>
      actsAsBox(folding, entry),
    );
    if (acting.length === 0) return [];
    return access
      .matrix(`${principal.entry.stack.name}/${principal.entry.logicalId}`)
      .flatMap((grant) =>
        acting.map((actor) => ({ actor, grant, verbs: [...new Set(grant.actions.flatMap(verbOf))] })),
      );
  });
  // Which way reading flows is told by what leads where, so everything else comes first.
  for (const one of found) if (!readsOnly(one.verbs)) addGrant(arrows, source, folding, boxes, one);
  for (const one of found) if (readsOnly(one.verbs)) addGrant(arrows, source, folding, boxes, one);
}

/** What somebody may do, in the words of the picture. */
interface Granted {
  readonly actor: Entry;
  readonly grant: Grant;
  readonly verbs: readonly string[];
}

const readsOnly = (verbs: readonly string[]): boolean => verbs.every((verb) => verb === 'reads');

/** What works with a role that no property hands to it: who runs its jobs names the role, and the role whose jobs may have it. */
function trusted({ access }: Source, role: Entry): Entry[] {
  const { Statement = [] } = (role.resource.Properties?.AssumeRolePolicyDocument ?? {}) as { Statement?: Properties[] };
  return Statement.flatMap(({ Condition = {} }) => Object.values(Condition as Record<string, Properties>))
    .flatMap((keys) => access.resolver.resolve(role.stack, keys['aws:SourceArn']))
    .flatMap((arn) => (typeof arn === 'string' ? (access.names.owner(arn)?.entry ?? []) : []))
    .filter(({ type }) => type === 'AWS::MediaConvert::Queue');
}

/** Helpers that are what runs in their box. Others, such as what delivers flow logs, act on their own account. */
const runsInBox =
  /^AWS::(ApiGateway::Method|Cognito::IdentityPoolRoleAttachment|ApiGatewayV2::Integration|AppSync::DataSource|EC2::LaunchTemplate|ECS::TaskDefinition)$/;
/** Parts of a box that a grant may name in its stead. */
const standsForBox = /^AWS::Lambda::(Alias|Version)$/;

const actsAsBox = (folding: Folding, entry: Entry): boolean =>
  folding.home(entry) === entry || (folding.home(entry) !== undefined && runsInBox.test(entry.type));

function addGrant(arrows: Arrows, source: Source, folding: Folding, boxes: Boxes, granted: Granted): void {
  const { actor, grant, verbs } = granted;
  const parameter = belowPath(source, grant);
  const replicated = replicatedOf(source, grant.resource);
  const target = targetOf(source, grant.resource) ?? replicated ?? parameter;
  if (!target || !(folding.home(target) === target || standsForBox.test(target.type))) return;
  const [from, to] = [boxes.idOf(actor), boxes.idOf(target)];
  if (arrows.tells(from, to, ['call', 'event', 'failure', 'log']) || verbs.length === 0) return;
  // What polls a queue or a stream also deletes from it; the arrow of its event source says both. So with the changes of a table.
  const isPolled = /^AWS::(SQS|Kinesis|MSK)::/.test(target.type) || grant.resource.includes(':stream/<');
  if (isPolled && arrows.has(to, from, ['event'])) return;
  const [logicalId] = grant.from.split('.');
  const because = [
    { stack: target.stack.name, logicalId, rule: grant.from.slice(logicalId.length + 1) },
    ...(target === parameter ? [{ stack: target.stack.name, logicalId: target.logicalId, rule: 'Name' }] : []),
  ];
  // What comes from a store by events and is read there again flows away from the store, not back to it.
  const isBackward = readsOnly(verbs) && arrows.leads(to, from);
  // What is read and written over the network needs no second arrow beside the first.
  const isMount = arrows.has(from, to, ['traffic']) && target.type === 'AWS::EFS::FileSystem';
  for (const verb of verbs)
    arrows.add({
      from,
      to,
      kind: isMount ? 'traffic' : kindOf(verb),
      label: target === replicated ? `${verb} a copy` : verb,
      because,
      ...(isBackward && { isBackward }),
    });
}

/** What a grant is about. Identities and sets of SES and groups of servers stand in statements by ARNs made of their names. */
function targetOf({ access }: Source, resource: string): Entry | undefined {
  const [, named] = /^arn:[^:]*:(?:ses|autoscaling):.*<([^<>]+)>$/.exec(resource) ?? [];
  return access.names.tryFind(named ?? resource.split(':')[0]);
}

/** The table whose replica a grant is about: one that has the name of the table, and stands in another Region. */
function replicatedOf({ access }: Source, resource: string): Entry | undefined {
  const [, named] = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/<([^<>]+)>/.exec(resource) ?? [];
  const found = named === undefined ? undefined : access.names.tryFind(named);
  return found?.type === 'AWS::DynamoDB::GlobalTable' ? found : undefined;
}

/** The first of the parameters below the path that a grant to read them names, which stands for all of them. */
function belowPath({ entries }: Source, { actions, resource }: Grant): Entry | undefined {
  if (!actions.includes('ssm:GetParametersByPath')) return undefined;
  const below = (arn: string): string => arn.slice(arn.indexOf(':parameter/'));
  return entries.find(
    ({ type, arns }) =>
      type === 'AWS::SSM::Parameter' && arns.some((arn) => below(arn).startsWith(`${below(resource)}/`)),
  );
}

/** What an action means to a reader; nothing for looking at settings. */
function verbOf(action: string): string[] {
  const [service, name = ''] = action.split(':');
  const own = words.find(([pattern]) => pattern.test(action));
  if (own) return [own[1]];
  if (/^(Describe|List)|^Get(Bucket|Queue|Topic|Function|Provisioned)/.test(name)) return [];
  if (service === 'kms' || service === 'logs' || service === 'xray') return [];
  // What answers a group is told by the arrow of what the group asked.
  if (service === 'autoscaling') return [];
  return [/^(Get|BatchGet|Query|Scan|Select|Read|Receive|PartiQLSelect)/.test(name) ? 'reads' : 'writes'];
}

const words: readonly (readonly [RegExp, string])[] = [
  [/^lambda:Invoke/, 'invokes'],
  [/^execute-api:Invoke/, 'invokes'],
  [/^mediaconvert:CreateJob/, 'starts'],
  [/^ec2:AttachVolume/, 'attaches'],
  [/^appconfig:(StartConfigurationSession|GetLatestConfiguration)/, 'reads'],
  [/^elasticfilesystem:ClientMount/, 'reads'],
  [/^states:Start/, 'starts'],
  [/^autoscaling:StartInstanceRefresh/, 'refreshes'],
  [/^sqs:SendMessage/, 'sends'],
  [/^sqs:(Receive|Delete)Message/, 'receives'],
  [/^sqs:(ChangeMessageVisibility|PurgeQueue)/, 'receives'],
  [/^ses:Send/, 'sends mail'],
  [/^sns:Publish/, 'publishes'],
  [/^events:PutEvents/, 'puts events'],
  [/^(kinesis|firehose):PutRecord/, 'sends'],
];

const kindOf = (verb: string): EdgeKind =>
  ['invokes', 'starts', 'refreshes'].includes(verb)
    ? 'call'
    : ['reads', 'writes', 'receives'].includes(verb)
      ? 'data'
      : 'event';
