import type { Resolver } from '../template/resolve';
import type { Stack } from '../template/stack';
import { underResourceControl, type PublishedAction } from './actions';
import type { Request } from './applies';
import type { Who } from './callers';
import { RequestContext, type Context, type ContextValue } from './context';
import type { Policies } from './evaluate';
import { arnParts } from './match';
import type { Names } from './names';
import { tagsOf, valueOf } from './properties';
import type { Target } from './requests';
import { endpointPolicy, type ResourcePolicy } from './resource-policies';
import { readDocument, unknownPolicy, type PolicyDocument, type Statement } from './statements';

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

/** Gathers what has a say in a request: what is known of it, and every policy. */
export class Questions {
  readonly #policiesOf = new Map<string, ResourcePolicy[]>();
  readonly #serviceControl?: readonly (readonly Statement[])[];
  readonly #resourceControl?: readonly Statement[];

  constructor(
    private readonly stacks: readonly Stack[],
    private readonly names: Names,
    private readonly resolver: Resolver,
    resourcePolicies: readonly ResourcePolicy[],
    private readonly options: AccessOptions,
  ) {
    for (const policy of resourcePolicies) {
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

  /** A question as the evaluation takes it. */
  ask(who: Who, action: PublishedAction, target: Target, given: Context): { request: Request; policies: Policies } {
    const account = this.#ownerAccount(target, who);
    const known = this.#known(given);
    const context = new RequestContext(known, who.context, this.#aboutResource(target, account), assumed);
    const { caller } = who;
    const request = { caller, action: action.name, resource: target.arn, resourceAccount: account, context };
    return { request, policies: this.#policies(who, action, target, account, known) };
  }

  /** What was taken for granted. */
  notes({ arn, entry }: Target): string[] {
    if (entry || arn === '*' || isDecidedByPolicy(arn)) return [];
    return [`${this.names.show(arn)} is not in the templates; it is taken to have no policy of its own.`];
  }

  /** The policies on the resource an ARN names or lies within, as far as they speak of a service. */
  #policiesOn(arn: string, service: string): ResourcePolicy[] {
    const found = (this.#policiesOf.get('*') ?? []).filter((policy) => policy.service === service);
    for (let end = arn.length; end > 0; end = Math.max(arn.lastIndexOf(':', end - 1), arn.lastIndexOf('/', end - 1))) {
      const here = this.#policiesOf.get(arn.slice(0, end))?.filter((policy) => policy.service === service);
      if (here && here.length > 0) return [...found, ...here];
    }
    return found;
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
    const policies = this.#policiesOn(arn, service);
    const decides = ['kms', 'sts'].includes(service) && isDecidedByPolicy(arn);
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
    const known = Object.entries(context).map(([key, value]) => [
      key,
      typeof value === 'string' ? this.#meant(key, value) : value,
    ]);
    return { ...this.#sourceAccount(context), ...(Object.fromEntries(known) as Context) };
  }

  #meant(key: string, value: string): ContextValue {
    const { account, region } = this.resolver.place(this.stacks[0]);
    if (value === 'AWS::AccountId') return account;
    if (value === 'AWS::Region') return region;
    if (!/(Arn|SourceVpce|SourceVpc|:aud)$/i.test(key) || value.startsWith('arn:')) return value;
    const [name, ...part] = value.split(':');
    const entry = this.names.tryFind(name);
    if (!entry) return value;
    if (!/Arn$/i.test(key)) return this.resolver.identity(entry.stack, entry.logicalId).ref;
    // An API acts under the ARN that calls of it have.
    return [entry.arns.find((arn) => arn.includes(':execute-api:')) ?? entry.arns[0], ...part].join('/');
  }

  /** A service that acts for a resource of the templates acts for its account. */
  #sourceAccount(context: Context): Context {
    const [, source] = Object.entries(context).find(([key]) => key.toLowerCase() === 'aws:sourcearn') ?? [];
    const entry = typeof source === 'string' ? this.names.tryFind(source.split(':')[0]) : undefined;
    return entry ? { 'aws:SourceAccount': this.resolver.place(entry.stack).account } : {};
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
}

/** What holds of every request unless the context says otherwise: the SDKs use TLS, and in a current version. */
const assumed: Context = { 'aws:SecureTransport': true, 's3:TlsVersion': '1.3' };

/** Keys and roles let nobody in without a word in their own policy. */
const isDecidedByPolicy = (arn: string): boolean => /^arn:[^:]*:(kms:.*:key|iam:.*:role)\//.test(arn);
