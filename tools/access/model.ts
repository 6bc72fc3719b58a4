import { Resolver } from '../template/resolve';
import { loadTemplates } from '../template/load';
import { linked } from '../template/nesting';
import type { Stack, Template } from '../template/stack';
import type { PublishedAction } from './actions';
import { Attachments } from './attachments';
import { Callers, type PrincipalInput, type Who } from './callers';
import type { Context } from './context';
import { evaluate, type Decision } from './evaluate';
import { matrix, type Grant } from './matrix';
import { Names, type Entry } from './names';
import { findActors, type Actor } from './principals';
import { Questions, type AccessOptions } from './questions';
import { askedActions, targetOrThrow, type Target } from './requests';
import { ResourceGrants, type ResourceGrant } from './resource-grants';
import { endpointPolicy, resourcePolicies, type ResourcePolicy } from './resource-policies';
import { AccessError, readDocument, type PolicyDocument, type Statement } from './statements';
import { explanation, nearMisses } from './words';

export type { AccessOptions } from './questions';

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

/** A VPC endpoint and what its policy says; none where it has no policy. */
interface EndpointPolicy {
  readonly holder: Entry;
  readonly statements: readonly Statement[];
}

/** The templates of one or several stacks as IAM sees them. */
export class AccessModel {
  readonly names: Names;
  readonly actors: readonly Actor[];
  readonly resolver: Resolver;
  readonly attachments: Attachments;
  readonly resourcePolicies: readonly ResourcePolicy[];
  readonly callers: Callers;
  readonly #questions: Questions;
  #grants?: ResourceGrants;
  #endpointPolicies?: readonly EndpointPolicy[];
  readonly #readPolicies = new WeakMap<PolicyDocument, Map<string, Statement[]>>();

  readonly stacks: readonly Stack[];

  private constructor(templates: readonly Stack[], options: AccessOptions) {
    if (templates.length === 0) throw new AccessError('there is no template; give at least one');
    const stacks = linked(templates);
    this.stacks = stacks;
    this.resolver = new Resolver(stacks);
    this.names = new Names(stacks, this.resolver);
    this.attachments = new Attachments(this.names.entries, this.resolver, options.managedPolicies);
    this.resourcePolicies = resourcePolicies(this.names.entries, this.resolver);
    this.actors = findActors(this.names.entries, this.resolver);
    this.callers = new Callers(this.names, this.attachments, this.actors, this.resolver, (policy, part) =>
      this.#readOnce(policy, part),
    );
    this.#questions = new Questions(stacks, this.names, this.resolver, this.resourcePolicies, options);
  }

  /** A policy of the question. Whoever asks a thousand questions about a principal gives the same policies each time. */
  #readOnce(policy: PolicyDocument, part: string): Statement[] {
    const parts = this.#readPolicies.get(policy) ?? new Map<string, Statement[]>();
    this.#readPolicies.set(policy, parts);
    const known = parts.get(part);
    if (known) return known;
    const read = readDocument(this.resolver.resolve(this.stacks[0], policy), { in: 'the question', document: part });
    parts.set(part, read);
    return read;
  }

  /**
   * Reads templates.
   *
   * @param templates by stack name, or with the account, region and parameters they are deployed with
   */
  static fromTemplates(
    templates: readonly Stack[] | Readonly<Record<string, Template>>,
    options: AccessOptions = {},
  ): AccessModel {
    const stacks = Array.isArray(templates)
      ? (templates as readonly Stack[])
      : Object.entries(templates as Readonly<Record<string, Template>>).map(([name, template]) => ({ name, template }));
    return new AccessModel(stacks, options);
  }

  /** Reads a `cdk.out`. */
  static fromAssembly(directory: string, options: AccessOptions = {}): AccessModel {
    return new AccessModel(loadTemplates(directory), options);
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

  /** What policies of resources allow a principal, or everyone, by name. */
  grantsTo(arn: string): ResourceGrant[] {
    this.#grants ??= new ResourceGrants(this.resourcePolicies);
    return this.#grants.to(arn);
  }

  /** The policies of the VPC endpoints, where they have one. */
  endpointPolicies(): readonly EndpointPolicy[] {
    this.#endpointPolicies ??= this.names.entries
      .filter(({ type }) => type === 'AWS::EC2::VPCEndpoint')
      .map((holder) => ({ holder, statements: endpointPolicy(holder, this.resolver) ?? [] }));
    return this.#endpointPolicies;
  }

  /** Decides one request about an ARN that is already worked out. */
  decide(who: Who, action: PublishedAction, target: Target, context: Context = {}): Decision {
    const { request, policies } = this.#questions.ask(who, action, target, context);
    return evaluate(request, policies);
  }

  #decide(principal: string | PrincipalInput, action: PublishedAction, resource: string, context: Context): Ruling {
    const who = this.callers.find(principal, action.name);
    const target = targetOrThrow(action, resource, this.names);
    const { request, policies } = this.#questions.ask(who, action, target, context);
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
      explanation: explanation(question, decision, near, this.#questions.notes(target), this.names),
    };
  }
}

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
