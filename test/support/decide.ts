import { RequestContext } from '../../tools/access/context';
import { evaluate, type Policies } from '../../tools/access/evaluate';
import type { Caller } from '../../tools/access/applies';
import { readDocument, type Statement } from '../../tools/access/statements';
import { Evaluator } from '../../tools/template/evaluate';
import type { Notation } from '../../tools/template/notation';

/** A policy document as a template has it, intrinsic functions included. */
export interface PolicyDocument {
  readonly Statement: readonly { readonly Effect: string; readonly [element: string]: unknown }[];
}

/** One request, as the service that receives it sees it. */
export interface AccessRequest {
  /** `{ Service: 'cloudfront.amazonaws.com' }`, `{ AWS: 'arn:…' }`, `{ CanonicalUser: '…' }`; nobody when left out. */
  readonly principal?: Readonly<Record<string, string>>;
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values; a key that is left out is not in the request. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Decision = 'allow' | 'explicit deny' | 'implicit deny';

/**
 * What one policy alone says, as `tools/access` decides it: that of an identity to a request of its own account, that of a
 * resource to somebody of another account whom everything else allows.
 */
export function decide(policy: PolicyDocument, request: AccessRequest): Decision {
  const statements = statementsOf(policy);
  if (statements.every(({ principals, notPrincipals }) => !principals && !notPrincipals))
    return decision(request, someone, 'own', { identity: statements });
  return decision(request, callerOf(request), 'another', { identity: everything, resource: statements });
}

/**
 * What an identity of the resource's own account is told: either side may allow, either may deny. Of another account both
 * sides must allow.
 */
export function decideTogether(
  identity: PolicyDocument,
  resource: PolicyDocument,
  request: AccessRequest,
  sameAccount: boolean,
): Decision {
  const caller = request.principal === undefined ? someone : callerOf(request);
  const policies = { identity: statementsOf(identity), resource: statementsOf(resource) };
  return decision(request, caller, sameAccount ? 'own' : 'another', policies);
}

/**
 * The text of a value with its intrinsic functions: `{ Ref: 'Bucket' }` is `<Bucket>`, an attribute `<Bucket.Arn>`, and the
 * parts of a join follow each other. Whoever asks writes resources the same way.
 */
export const text = (value: unknown): string => notation.text(read(value));

const someone: Caller = { kind: 'role', arn: 'arn:aws:iam::000000000000:role/Someone', account: '000000000000' };

/** Whether the caller asks about a resource of its own account or of another. */
type Owner = 'own' | 'another';

function decision(request: AccessRequest, caller: Caller, owner: Owner, policies: Policies): Decision {
  const { action, resource, context = {} } = request;
  const values = Object.fromEntries(Object.entries(context).map(([key, value]) => [key, asArn(value)]));
  const { verdict, denial, because } = evaluate(
    {
      caller,
      action,
      resource: asArn(resource),
      resourceAccount: owner === 'own' ? (caller.account ?? 'own') : 'of the other side',
      context: new WholeContext(values),
    },
    policies,
  );
  if (verdict === 'unknown') throw new Error(`nobody can tell whether ${action} is allowed: ${because.join('; ')}`);
  return verdict === 'allowed' ? 'allow' : `${denial!} deny`;
}

function callerOf({ principal }: AccessRequest): Caller {
  const [[kind, given] = ['', '']] = Object.entries(principal ?? {});
  const arn = asArn(given);
  if (kind === 'Service') return { kind: 'service', arn };
  if (kind === 'CanonicalUser') return { kind: 'canonical', arn };
  if (kind !== 'AWS') return { kind: 'anonymous', arn: '*' };
  const account = arn.split(':')[4] ?? 'another';
  // An account stands for somebody in it, not for its root user, who needs no policy of its own.
  return { kind: 'role', arn: arn.replace(/:root$/, ':role/Someone'), account };
}

/** A resource of the template stands for its ARN where an ARN is wanted, and no name within one has a colon. */
const asArn = (one: string): string =>
  one.replace(/^<(?!AWS::)[^>]*>/, 'arn:aws:made:::$&').replaceAll(/<AWS::(\w+)>/g, '<$1>');

const withArns = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, one: unknown) => (typeof one === 'string' ? asArn(one) : one));

/** A request carries what the test says, and nothing else. */
class WholeContext extends RequestContext {
  override get(key: string): readonly string[] | null {
    return super.get(key) ?? null;
  }
}

const everything = readDocument({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, { in: 'everything' });

function statementsOf(policy: PolicyDocument): Statement[] {
  return readDocument(withArns(read(policy)), { in: 'the policy' });
}

/** Names in angle brackets for what a piece of a template refers to. */
const notation: Notation<unknown> = {
  resource: (_, logicalId) => `<${logicalId}>`,
  attribute: (_, logicalId, name) => `<${logicalId}.${name}>`,
  pseudo: (_, name) => `<${name}>`,
  open: ({ label }) => `<${label}>`,
  text: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  isOpen: (one) => one.includes('<'),
  joined: (separator, parts) => parts.map((part) => notation.text(part)).join(separator),
  split: (value, separator) => notation.text(value).split(separator),
  item: () => undefined,
  either: ({ label }) => `<${label}>`,
};

const fragment = { name: 'fragment', template: { Resources: {} } };
const read = (value: unknown): unknown => new Evaluator([fragment], notation, true).value(fragment, value);
