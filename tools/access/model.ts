import { Resolver } from '../template/resolve';
import type { Template } from '../template/load';
import { underResourceControl, type PublishedAction } from './actions';
import { Attachments } from './attachments';
import { readAssembly, readTemplateFile, type NamedStack } from './assembly';
import { Callers, type PrincipalInput, type Who } from './callers';
import type { Request } from './applies';
import { RequestContext, type Context, type ContextValue } from './context';
import { evaluate, type Decision, type Policies } from './evaluate';
import { arnParts } from './match';
import { matrix, type Grant } from './matrix';
import { Names, type Entry } from './names';
import { findActors, type Actor } from './principals';
import { tagsOf, valueOf } from './properties';
import { askedActions, targetOrThrow, type Target } from './requests';
import { explanation, nearMisses } from './words';
import { endpointPolicy, resourcePolicies, type ResourcePolicy } from './resource-policies';
import { AccessError, readDocument, unknownPolicy, type PolicyDocument, type Statement } from './statements';

/** What is known besides the templates. */
export interface AccessOptions {
  /** Managed policies of AWS or of the account that are not in the templates, by ARN or name. @default - a small table */
  readonly managedPolicies?: Readonly<Record<string, PolicyDocument>>;
  /**
   * Service control policies of the accounts deployed to: for the root of the organisation, each unit below it and the
   * account, the documents attached there. @default - no organisation
   */
  readonly serviceControlPolicies?: readonly (readonly PolicyDocument[])[];
  /** Resource control policies of those accounts, at whatever level. @default - none */
  readonly resourceControlPolicies?: readonly PolicyDocument[];
  /** Accounts that service control policies do not reach: the organisation's management account. @default - none */
  readonly managementAccount?: string;
}

/** One request, decided. */
export interface Ruling extends Decision {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** The verdict and what led to it, in lines to print. */
  readonly explanation: string;
}

/** A role or user of the templates. */
export interface Principal {
  readonly entry: Entry;
  readonly display: string;
  /** What acts through the role, with the property that names it where the resource has several roles. */
  readonly actors: readonly string[];
}

/** The templates of one or several stacks as IAM sees them. */
export class AccessModel {
  readonly names: Names;
  readonly actors: readonly Actor[];
  readonly resolver: Resolver;
  readonly attachments: Attachments;
  readonly resourcePolicies: readonly ResourcePolicy[];
  readonly callers: Callers;
  readonly #policiesOf = new Map<string, ResourcePolicy[]>();
  readonly #serviceControl?: readonly (readonly Statement[])[];
  readonly #resourceControl?: readonly Statement[];

  private constructor(
    readonly stacks: readonly NamedStack[],
    private readonly options: AccessOptions,
  ) {
    if (stacks.length === 0) throw new AccessError('there is no template; give at least one');
    this.resolver = new Resolver(stacks);
    this.names = new Names(stacks, this.resolver);
    this.attachments = new Attachments(this.names.entries, this.resolver, options.managedPolicies);
    this.resourcePolicies = resourcePolicies(this.names.entries, this.resolver);
    this.actors = findActors(this.names.entries, this.resolver);
    this.callers = new Callers(this.names, this.attachments, this.actors, this.resolver, (policy, part) =>
      readDocument(this.resolver.resolve(stacks[0], policy), { in: 'the question', document: part }),
    );
    for (const policy of this.resourcePolicies) {
      const others = this.#policiesOf.get(policy.target);
      if (others) others.push(policy);
      else this.#policiesOf.set(policy.target, [policy]);
    }
    this.#serviceControl = options.serviceControlPolicies?.map((level) =>
      level.flatMap((document) => readDocument(document, { in: 'service control policy' })),
    );
    this.#resourceControl = options.resourceControlPolicies?.flatMap((document) =>
      readDocument(document, { in: 'resource control policy' }),
    );
  }

  /**
   * Reads templates.
   *
   * @param templates by stack name, or with the account, region and parameters they are deployed with
   */
  static fromTemplates(
    templates: readonly NamedStack[] | Readonly<Record<string, Template>>,
    options: AccessOptions = {},
  ): AccessModel {
    const stacks = Array.isArray(templates)
      ? (templates as readonly NamedStack[])
      : Object.entries(templates as Readonly<Record<string, Template>>).map(([name, template]) => ({ name, template }));
    return new AccessModel(stacks, options);
  }

  /** Reads a `cdk.out`. */
  static fromAssembly(directory: string, options: AccessOptions = {}): AccessModel {
    return new AccessModel(readAssembly(directory), options);
  }

  /** Reads one template file. */
  static fromFile(file: string, options: AccessOptions = {}): AccessModel {
    return new AccessModel(readTemplateFile(file), options);
  }

  /**
   * Whether a principal may do something to a resource, and why.
   *
   * @param principal a role, a user or a resource that acts through a role, by logical id or the end of its construct path;
   * an ARN, an account, a service, or `*` for everyone
   * @param action `s3:GetObject`; a pattern asks about every action it covers that the resource takes
   * @param resource a resource by logical id or the end of its construct path, with `:part` for a part of it
   * (`Bucket:uploads/cat.jpg`), or an ARN
   * @param context condition keys of the request; `null` for a key it does not carry
   * @throws when a name is unknown or the action is not done to such a resource
   */
  can(principal: string | PrincipalInput, action: string, resource: string, context: Context = {}): Ruling {
    const actions = askedActions(action, resource, this.names);
    const rulings = actions.map((one) => this.#decide(principal, one, resource, context));
    return rulings.length === 1 ? rulings[0] : summed(action, rulings);
  }

  /** What a principal may do, statement by statement. */
  matrix(principal: string): Grant[] {
    return matrix(this, principal);
  }

  /** The roles and users of the templates, each with the resources that act through it. */
  principals(): Principal[] {
    const kinds = ['AWS::IAM::Role', 'AWS::IAM::User'];
    const acting = new Map<Entry, Actor[]>();
    const roles = new Map<Entry, Set<Entry>>();
    for (const actor of this.actors.filter(({ alias }) => !alias)) {
      acting.set(actor.role, [...(acting.get(actor.role) ?? []), actor]);
      roles.set(actor.entry, (roles.get(actor.entry) ?? new Set()).add(actor.role));
    }
    return this.names.entries
      .filter(({ type }) => kinds.includes(type))
      .map((entry) => {
        const names = (acting.get(entry) ?? []).map(({ entry: { display }, entry: by, property }) =>
          roles.get(by)!.size > 1 ? `${display} (${property})` : display,
        );
        return { entry, display: entry.display, actors: [...new Set(names)] };
      });
  }

  /** The policies on the resource an ARN names or lies within, as far as they speak of a service. */
  policiesOn(arn: string, service: string): ResourcePolicy[] {
    const found = (this.#policiesOf.get('*') ?? []).filter((policy) => policy.service === service);
    for (let end = arn.length; end > 0; end = Math.max(arn.lastIndexOf(':', end - 1), arn.lastIndexOf('/', end - 1))) {
      const here = this.#policiesOf.get(arn.slice(0, end))?.filter((policy) => policy.service === service);
      if (here && here.length > 0) return [...found, ...here];
    }
    return found;
  }

  /** The policies of the VPC endpoints, where they have one. */
  endpointPolicies(): { readonly holder: Entry; readonly statements: readonly Statement[] }[] {
    return this.names.entries
      .filter(({ type }) => type === 'AWS::EC2::VPCEndpoint')
      .map((holder) => ({ holder, statements: endpointPolicy(holder, this.resolver) ?? [] }));
  }

  /** Decides one request about an ARN that is already worked out. */
  decide(who: Who, action: PublishedAction, target: Target, context: Context = {}): Decision {
    const { request, policies } = this.#question(who, action, target, context);
    return evaluate(request, policies);
  }

  #question(
    who: Who,
    action: PublishedAction,
    target: Target,
    given: Context,
  ): { request: Request; policies: Policies } {
    const account = this.#ownerAccount(target, who);
    const known = this.#known(given);
    const context = new RequestContext(known, who.context, this.#aboutResource(target, account), assumed);
    const { caller } = who;
    const request = { caller, action: action.name, resource: target.arn, resourceAccount: account, context };
    return { request, policies: this.#policies(who, action, target, account, known) };
  }

  #decide(principal: string | PrincipalInput, action: PublishedAction, resource: string, context: Context): Ruling {
    const who = this.callers.find(principal, action.name);
    const target = targetOrThrow(action, resource, this.names);
    const { request, policies } = this.#question(who, action, target, context);
    const decision = evaluate(request, policies);
    const question = {
      principal: who.display,
      action: action.name,
      resource: target.arn === '*' ? '*' : this.names.display(target.arn),
    };
    const near = decision.denial === 'implicit' ? nearMisses(request, policies, this.names) : [];
    return {
      ...decision,
      because: decision.because.map((reason) => this.names.show(reason)),
      ...question,
      explanation: explanation(question, decision, near, this.#notes(target), this.names),
    };
  }

  #policies(who: Who, action: PublishedAction, target: Target, account: string, context: Context): Policies {
    const [service] = action.name.split(':');
    const { resource, decides } = this.#resourceSide(service, action, target);
    const endpoint = this.#endpoint(context);
    const ours = who.caller.account !== undefined && this.#isOurs(who.caller.account);
    const capped = ours && !who.serviceLinked && who.caller.account !== this.options.managementAccount;
    const barred = this.#barred(who, target);
    return {
      identity: who.identity,
      ...(who.boundary && { boundary: who.boundary }),
      ...(who.session && { session: who.session }),
      resource,
      resourceDecides: decides,
      ...(endpoint && { endpoint }),
      ...(this.#serviceControl && capped && { serviceControl: this.#serviceControl }),
      ...(this.#resourceControl &&
        !who.serviceLinked &&
        this.#isOurs(account) &&
        underResourceControl().has(service) && { resourceControl: this.#resourceControl }),
      ...(barred !== undefined && { barred }),
    };
  }

  /** The policy of the resource; keys and roles outside the templates have one nobody knows. */
  #resourceSide(
    service: string,
    action: PublishedAction,
    { arn, entry }: Target,
  ): { resource: Statement[]; decides: boolean } {
    const policies = this.policiesOn(arn, service);
    const decides = service === 'kms' ? /:key\//.test(arn) : service === 'sts' && /:role\//.test(arn);
    if (policies.length > 0 || !decides || entry) {
      return { resource: policies.flatMap(({ statements }) => statements), decides };
    }
    const everyone = { everyone: true, aws: [], services: [], federated: [], canonical: [] };
    const why = `the policy of ${this.names.show(arn)} is not in the templates, and ${action.name} needs it`;
    return { resource: unknownPolicy({ in: arn }, why).map((one) => ({ ...one, principals: everyone })), decides };
  }

  /** The account a resource is in: that of its stack or its ARN; a resource without either is the caller's own. */
  #ownerAccount({ arn, entry }: Target, { caller }: Who): string {
    if (entry) return this.resolver.place(entry.stack).account;
    const [, , , , account] = arnParts(arn);
    if (account !== undefined && account !== '' && account !== '*') return account;
    return caller.account ?? this.resolver.place(this.stacks[0]).account;
  }

  #isOurs(account: string): boolean {
    return this.stacks.some((stack) => this.resolver.place(stack).account === account);
  }

  /** The context as asked, with names of resources turned into what requests carry. */
  #known(context: Context): Context {
    return Object.fromEntries(
      Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? this.#meant(key, value) : value]),
    );
  }

  #meant(key: string, value: string): ContextValue {
    if (!/(Arn|SourceVpce|SourceVpc)$/i.test(key) || value.startsWith('arn:')) return value;
    const entry = this.names.tryFind(value);
    if (!entry) return value;
    return /Arn$/i.test(key) ? entry.arns[0] : this.resolver.identity(entry.stack, entry.logicalId).ref;
  }

  #aboutResource({ entry }: Target, account: string): Context {
    const tags = entry ? tagsOf(this.resolver, entry) : {};
    return {
      'aws:ResourceAccount': account,
      's3:ResourceAccount': account,
      ...(entry && { 'aws:RequestedRegion': this.resolver.place(entry.stack).region }),
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    };
  }

  /** The policy of the VPC endpoint the context says the request goes through. */
  #endpoint(context: Context): Statement[] | undefined {
    const [, id] = Object.entries(context).find(([key]) => key.toLowerCase() === 'aws:sourcevpce') ?? [];
    const entry = this.names.entries.find(({ type, name }) => type === 'AWS::EC2::VPCEndpoint' && name === id);
    return entry && endpointPolicy(entry, this.resolver);
  }

  #barred({ caller }: Who, { entry }: Target): string | undefined {
    if (caller.kind !== 'anonymous' || entry?.type !== 'AWS::S3::Bucket') return undefined;
    const block = valueOf(this.resolver, entry, 'PublicAccessBlockConfiguration') as
      Record<string, unknown> | undefined;
    return String(block?.RestrictPublicBuckets) === 'true' ? 'the bucket restricts public policies' : undefined;
  }

  #notes({ arn, entry }: Target): string[] {
    if (entry || arn === '*') return [];
    return [`${this.names.show(arn)} is not in the templates; it is taken to have no policy of its own.`];
  }
}

/** What holds of every request unless the context says otherwise: the SDKs use TLS, and in a current version. */
const assumed: Context = { 'aws:SecureTransport': true, 's3:TlsVersion': '1.3' };

/** One ruling for several actions: the common verdict, or `unknown` when they differ. */
function summed(pattern: string, rulings: readonly Ruling[]): Ruling {
  const verdicts = new Set(rulings.map(({ verdict }) => verdict));
  const first = rulings.find(({ verdict }) => verdict !== 'denied') ?? rulings[0];
  const of = (verdict: string) => rulings.filter((ruling) => ruling.verdict === verdict).map(({ action }) => action);
  if (verdicts.size === 1) {
    const { explanation, action } = first;
    const rest = `  so it is with all ${rulings.length} actions of ${pattern}; shown is ${action}`;
    return { ...first, action: pattern, explanation: `${explanation}\n${rest}` };
  }
  const parts = [...verdicts].map((verdict) => `${verdict} are ${briefly(of(verdict))}`);
  const because = `there is not one answer for ${pattern}; ${parts.join('; ')}`;
  return {
    ...first,
    action: pattern,
    verdict: 'unknown',
    because: [because],
    explanation: `unknown: ${because}\n${first.explanation}`,
  };
}

function briefly(actions: readonly string[]): string {
  return actions.length <= 8 ? actions.join(', ') : `${actions.slice(0, 5).join(', ')} and ${actions.length - 5} more`;
}
