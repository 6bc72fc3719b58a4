import type { Resolver } from '../template/resolve';
import type { Caller } from './applies';
import type { Attachments } from './attachments';
import type { Context } from './context';
import { arnParts } from './match';
import type { Entry, Names } from './names';
import { mainRole, type Actor } from './principals';
import { tagsOf } from './properties';
import { AccessError, unknownPolicy, type PolicyDocument, type Statement } from './statements';

/** A principal with more than its name: the policies of somebody outside the templates, or of a session. */
export interface PrincipalInput {
  /** A role, a user, or a resource that acts through a role; an ARN, an account, a service, or `*` for everyone. */
  readonly principal: string;
  /** Policies attached besides those in the templates; for a principal outside them, all there are. */
  readonly policies?: readonly PolicyDocument[];
  /** A permissions boundary. @default - the one in the templates */
  readonly boundary?: PolicyDocument;
  /** Policies handed over when the role was assumed. @default - none */
  readonly session?: readonly PolicyDocument[];
  /** The name of the role's session. @default - any */
  readonly sessionName?: string;
  /** Tags of the principal and its session. @default - those in the templates */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A principal as the evaluation needs it. */
export interface Who {
  readonly caller: Caller;
  /** What tables and messages call it. */
  readonly display: string;
  readonly identity: readonly Statement[];
  readonly boundary?: readonly Statement[];
  readonly session?: readonly Statement[];
  /** What the principal alone says about the request. */
  readonly context: Context;
  readonly entry?: Entry;
  /** Whether service control policies leave it alone. */
  readonly serviceLinked: boolean;
}

/** Finds principals by the names people use. */
export class Callers {
  readonly #actorsOf = new Map<Entry, Actor[]>();
  readonly #byArn = new Map<string, Entry>();

  constructor(
    private readonly names: Names,
    private readonly attachments: Attachments,
    readonly actors: readonly Actor[],
    private readonly resolver: Resolver,
    /** Reads a policy of the question; it may refer to resources of the templates. */
    private readonly read: (policy: PolicyDocument, part: string) => Statement[],
  ) {
    for (const actor of actors) this.#actorsOf.set(actor.entry, [...(this.#actorsOf.get(actor.entry) ?? []), actor]);
    for (const entry of names.entries) {
      if (['AWS::IAM::Role', 'AWS::IAM::User'].includes(entry.type)) this.#byArn.set(entry.arns[0], entry);
    }
  }

  /**
   * The principal a name means.
   *
   * @param action what it is to do; who assumes a role with a token comes from outside
   * @throws when there is none, or when the resource acts through no role or through several
   */
  find(input: string | PrincipalInput, action: string): Who {
    const given = typeof input === 'string' ? { principal: input } : input;
    const { principal } = given;
    const display = principal;
    if (principal === '*' || principal === 'anonymous')
      return this.#outside(given, { kind: 'anonymous', arn: '*' }, 'everyone');
    if (/^sts:AssumeRoleWith(WebIdentity|SAML)$/i.test(action)) {
      const provider = this.names.tryFind(principal)?.arns[0] ?? principal;
      return this.#outside(given, { kind: 'federated', arn: provider }, display);
    }
    if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal))
      return this.#outside(given, { kind: 'service', arn: principal }, display);
    if (/^\d{12}$/.test(principal)) return this.#outside(given, rootOf(principal), display);
    if (principal.startsWith('arn:')) return this.#byName(given) ?? this.#outside(given, callerOf(principal), display);
    const entry = this.names.find(principal);
    const identity = this.#identityOf(entry);
    const through = entry === identity ? '' : `${entry.display} as `;
    return this.#inside(given, identity, `${through}${identity.display}`);
  }

  /** The role or user an entry is, or acts through. */
  #identityOf(entry: Entry): Entry {
    if (['AWS::IAM::Role', 'AWS::IAM::User'].includes(entry.type)) return entry;
    const actors = this.#actorsOf.get(entry) ?? [];
    const role = mainRole(actors);
    if (role) return role;
    if (actors.length === 0) {
      throw new AccessError(
        `${entry.display}, which is an ${entry.type}, acts through no role of these templates; name a role`,
      );
    }
    const roles = [...new Set(actors.map(({ role: one }) => one.display))];
    throw new AccessError(`${entry.display} acts through ${roles.length} roles; name one: ${roles.join(', ')}`);
  }

  #byName(given: PrincipalInput): Who | undefined {
    const entry = this.#byArn.get(given.principal);
    return entry && this.#inside(given, entry);
  }

  #inside(given: PrincipalInput, entry: Entry, display = entry.display): Who {
    const attached = this.attachments.of(entry);
    const kind = entry.type === 'AWS::IAM::User' ? 'user' : 'role';
    const more = (given.policies ?? []).flatMap((policy) => this.read(policy, 'policies'));
    const boundary = given.boundary ? this.read(given.boundary, 'boundary') : attached.boundary;
    const { account } = this.resolver.place(entry.stack);
    const tags = { ...tagsOf(this.resolver, entry), ...given.tags };
    return {
      caller: {
        kind,
        arn: entry.arns[0],
        account,
        bounded: boundary !== undefined,
        ...(given.sessionName !== undefined && { session: given.sessionName }),
      },
      display,
      identity: [...attached.statements, ...more],
      ...(boundary && { boundary }),
      ...this.#session(given),
      context: { ...contextOf(kind, entry.arns[0], account, entry.name), ...principalTags(tags) },
      entry,
      serviceLinked: false,
    };
  }

  #outside(given: PrincipalInput, caller: Caller, display: string): Who {
    const bounded = given.boundary !== undefined;
    const boundary = bounded && this.read(given.boundary, 'boundary');
    return {
      caller: { ...caller, bounded, ...(given.sessionName !== undefined && { session: given.sessionName }) },
      display,
      identity: this.#outsidePolicies(given, caller),
      ...(boundary && { boundary }),
      ...this.#session(given),
      context: {
        ...contextOf(caller.kind, caller.arn, caller.account, arnParts(caller.arn)[5]?.split('/').at(-1) ?? ''),
        ...principalTags(given.tags ?? {}),
      },
      serviceLinked: caller.arn.includes(':role/aws-service-role/'),
    };
  }

  #session({ session }: PrincipalInput): Pick<Who, 'session'> {
    return session ? { session: session.flatMap((policy) => this.read(policy, 'session')) } : {};
  }

  /** Nobody knows the policies of a role or user outside the templates, unless the question or a policy in them says so. */
  #outsidePolicies({ policies }: PrincipalInput, { kind, arn }: Caller): readonly Statement[] {
    if (kind !== 'role' && kind !== 'user') return [];
    if (policies) return policies.flatMap((policy) => this.read(policy, 'policies'));
    const here = this.attachments.named(kind, arnParts(arn)[5]?.split('/').at(-1) ?? '');
    return [...here, ...unknownPolicy({ in: arn }, `the policies of ${this.names.show(arn)} are not in the templates`)];
  }
}

const rootOf = (account: string): Caller => ({ kind: 'root', arn: `arn:aws:iam::${account}:root`, account });

/** The caller an ARN from outside the templates names. */
function callerOf(arn: string): Caller {
  const [, partition, service, , account, resource = ''] = arnParts(arn);
  const [kind, ...path] = resource.split('/');
  if (resource === 'root') return { kind: 'root', arn, account };
  if (service === 'sts' && kind === 'assumed-role') {
    return { kind: 'role', arn: `arn:${partition}:iam::${account}:role/${path[0]}`, account, session: path[1] };
  }
  if (kind === 'role' || kind === 'user') return { kind, arn, account };
  if (/^(oidc-provider|saml-provider)$/.test(kind)) return { kind: 'federated', arn };
  if (kind === 'group') throw new AccessError(`${arn} is a group; a group makes no requests, name a user in it`);
  throw new AccessError(`${arn} is no principal; name a role, a user, a session, an account, a service, or *`);
}

/** Keys that follow from who asks. What never comes with such a request is `null`, what may is left out. */
function contextOf(kind: Caller['kind'], arn: string, account: string | undefined, name: string): Context {
  const types: Readonly<Record<Caller['kind'], string>> = {
    role: 'AssumedRole',
    user: 'User',
    root: 'Account',
    service: 'AWSService',
    federated: 'FederatedUser',
    canonical: 'Anonymous',
    anonymous: 'Anonymous',
  };
  const common = {
    'aws:PrincipalType': types[kind],
    'aws:PrincipalIsAWSService': kind === 'service',
    'aws:PrincipalServiceName': kind === 'service' ? arn : null,
    'aws:username': kind === 'user' ? name : null,
  };
  if (kind === 'service') {
    return { ...common, 'aws:PrincipalArn': null, 'aws:PrincipalAccount': null, 'aws:PrincipalOrgID': null };
  }
  const source = {
    'aws:SourceArn': null,
    'aws:SourceAccount': null,
    'aws:SourceOrgID': null,
    'aws:SourceOrgPaths': null,
  };
  if (kind === 'anonymous' || account === undefined) {
    return { ...common, ...source, 'aws:PrincipalArn': null, 'aws:PrincipalAccount': null, 'aws:PrincipalOrgID': null };
  }
  return {
    ...common,
    ...source,
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'kms:CallerAccount': account,
  };
}

const principalTags = (tags: Readonly<Record<string, string>>): Context =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
