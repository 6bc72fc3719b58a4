import { asText, Either, type Resolver } from '../template/resolve';
import { show } from '../template/text';
import { arnParts } from './match';
import { managedPolicies } from './managed-policies';
import type { Entry } from './names';
import { grouped, textsOf, valueOf, whyUnsure } from './properties';
import { readDocument, unknownPolicy, type PolicyDocument, type Statement } from './statements';

/** What is attached to a role, user or group. */
export interface Attached {
  readonly statements: readonly Statement[];
  readonly boundary?: readonly Statement[];
}

type Json = Readonly<Record<string, unknown>>;

/** A policy document of an identity and the resource that holds it. */
export interface IdentityDocument {
  readonly holder: Entry;
  readonly statements: readonly Statement[];
}

/** Collects the policies of every role, user and group of the templates. */
export class Attachments {
  readonly documents: IdentityDocument[] = [];
  /** Statements by kind and physical name: `role <OrdersRole>`. */
  readonly #byName = new Map<string, Statement[]>();
  readonly #managed = new Map<string, readonly Statement[]>();
  readonly #groupsOfUser = new Map<string, string[]>();

  constructor(
    entries: readonly Entry[],
    private readonly resolver: Resolver,
    /** AWS-managed and other outside policies by ARN or name. */
    private readonly outside: Readonly<Record<string, PolicyDocument>> = {},
  ) {
    const byType = grouped(entries);
    for (const entry of byType.get('AWS::IAM::ManagedPolicy') ?? []) {
      const statements = this.#document(entry, 'PolicyDocument');
      this.#managed.set(entry.arns[0], statements);
      this.#attach(entry, statements);
    }
    const inline = ['Policy', 'RolePolicy', 'UserPolicy', 'GroupPolicy'].flatMap(
      (type) => byType.get(`AWS::IAM::${type}`) ?? [],
    );
    for (const entry of inline) this.#attach(entry, this.#document(entry, 'PolicyDocument'));
    for (const type of ['Role', 'User', 'Group']) {
      for (const entry of byType.get(`AWS::IAM::${type}`) ?? []) this.#own(entry, type.toLowerCase());
    }
    for (const entry of byType.get('AWS::IAM::User') ?? []) this.#join(entry.name, this.#texts(entry, 'Groups'));
    for (const entry of byType.get('AWS::IAM::UserToGroupAddition') ?? []) {
      const [group] = this.#texts(entry, 'GroupName');
      for (const user of this.#texts(entry, 'Users')) this.#join(user, [group]);
    }
  }

  /** What a role, user or group of the templates has. */
  of(entry: Entry): Attached {
    const kind = entry.type.replace('AWS::IAM::', '').toLowerCase();
    const statements = [
      ...this.named(kind, entry.name),
      ...(kind === 'user'
        ? (this.#groupsOfUser.get(entry.name) ?? []).flatMap((group) => this.named('group', group))
        : []),
    ];
    const [boundary] = this.#texts(entry, 'PermissionsBoundary');
    return { statements, ...(boundary !== undefined && { boundary: this.managed(boundary, entry.logicalId) }) };
  }

  /** What the templates attach to a role, user or group by its physical name. */
  named(kind: string, name: string): readonly Statement[] {
    return this.#byName.get(`${kind} ${name}`) ?? [];
  }

  /** The statements of a managed policy by ARN. */
  managed(arn: string, holder: string): readonly Statement[] {
    const known = this.#managed.get(arn) ?? this.#managed.get(`${holder} ${arn}`);
    if (known) return known;
    const [, , , , account, resource = ''] = arnParts(arn);
    const name = resource.replace(/^policy\//, '');
    const published = account === 'aws' ? (managedPolicies[name] as PolicyDocument | undefined) : undefined;
    const document = this.outside[arn] ?? this.outside[name] ?? published;
    const origin = { in: holder, document: name || show(arn), outside: true as const };
    const statements = document
      ? readDocument(document, origin)
      : unknownPolicy(
          origin,
          `the text of the managed policy ${name || show(arn)} is not known here; give it as an option`,
        );
    this.#managed.set(`${holder} ${arn}`, statements);
    return statements;
  }

  #own(entry: Entry, kind: string): void {
    const { logicalId } = entry;
    const policies = valueOf(this.resolver, entry, 'Policies');
    const list = Array.isArray(policies) ? (policies as unknown[]) : [];
    const inline = list.flatMap((policy) => inlinePolicy(policy, logicalId));
    const managed = this.#texts(entry, 'ManagedPolicyArns').flatMap((arn) => this.managed(arn, logicalId));
    const aws = managed.filter((statement) => statement.origin.in === logicalId);
    this.documents.push({ holder: entry, statements: [...inline, ...aws] });
    this.#add(kind, entry.name, [...inline, ...managed]);
  }

  #attach(entry: Entry, statements: readonly Statement[]): void {
    for (const [property, kind] of attachedTo) {
      for (const name of this.#texts(entry, property)) this.#add(kind, name, statements);
    }
  }

  #add(kind: string, name: string, statements: readonly Statement[]): void {
    const key = `${kind} ${name}`;
    const present = this.#byName.get(key);
    // A managed policy may name its role, and the role the policy; it is attached once.
    const fresh = statements.filter((statement) => !present?.includes(statement));
    if (present) present.push(...fresh);
    else this.#byName.set(key, fresh);
  }

  #join(user: string, groups: readonly string[]): void {
    this.#groupsOfUser.set(user, [...new Set([...(this.#groupsOfUser.get(user) ?? []), ...groups])]);
  }

  #document(entry: Entry, property: string): Statement[] {
    const document = valueOf(this.resolver, entry, property);
    const statements = readDocument(document, { in: entry.logicalId }, whyUnsure(this.resolver, entry));
    this.documents.push({ holder: entry, statements });
    return statements;
  }

  #texts(entry: Entry, property: string): string[] {
    return textsOf(this.resolver, entry, property);
  }
}

/** An inline policy; one that hangs on a condition may be there or not. */
function inlinePolicy(policy: unknown, holder: string, unless?: string): Statement[] {
  if (policy instanceof Either) {
    const why = unless ?? `it depends on the condition ${policy.condition}`;
    return [policy.whenTrue, policy.whenFalse].flatMap((one) =>
      one === undefined ? [] : inlinePolicy(one, holder, why),
    );
  }
  const { PolicyName, PolicyDocument } = policy as Json;
  return readDocument(PolicyDocument, { in: holder, document: show(asText(PolicyName)) }, unless);
}

const attachedTo = [
  ['Roles', 'role'],
  ['Users', 'user'],
  ['Groups', 'group'],
  ['RoleName', 'role'],
  ['UserName', 'user'],
  ['GroupName', 'group'],
] as const;
