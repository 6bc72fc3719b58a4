import { Duration } from 'aws-cdk-lib';
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { outsideRange } from '../faults';
import type { FirewallCondition, StatementSite } from './firewall-condition';

type Rule = CfnWebACL.RuleProperty;
type Body = Omit<Rule, 'name' | 'priority' | 'visibilityConfig'>;

export interface RulePlace {
  /**
   * When it is asked: rules go from the lowest up.
   * @default - ten more than the rule before it in the list, the first 0
   */
  readonly priority?: number;
}

export interface BlockOptions extends RulePlace {
  /**
   * What a blocked client is answered with, 200 to 599.
   * @default 403
   */
  readonly status?: number;
}

export interface RateOptions extends BlockOptions {
  /** The requests one address may send within the window, 10 to 2,000,000,000; the rest is turned away. */
  readonly limit: number;
  /**
   * 1, 2, 5 or 10 minutes.
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;
  /**
   * Which requests count.
   * @default - all
   */
  readonly only?: FirewallCondition;
}

export interface ManagedOptions extends RulePlace {
  /**
   * Rules of the group that only count, since they hit what is meant to pass.
   * @default - none
   */
  readonly countOnly?: readonly string[];
  /**
   * Which requests it looks at.
   * @default - all
   */
  readonly only?: FirewallCondition;
}

/** The rule groups that AWS keeps up to date and asks no price of their own for. */
export type ManagedGroup =
  | 'AWSManagedRulesCommonRuleSet'
  | 'AWSManagedRulesKnownBadInputsRuleSet'
  | 'AWSManagedRulesSQLiRuleSet'
  | 'AWSManagedRulesAmazonIpReputationList'
  | 'AWSManagedRulesAnonymousIpList';

/**
 * A rule of a firewall: what a request has to be, and what is done with it then. What allows or blocks ends the way of a
 * request; what counts does not.
 *
 * @claims edge-web-acl-order, edge-waf-rate, edge-waf-injection
 */
export class FirewallRule {
  /** Lets requests pass, past all rules behind it. */
  static allow(name: string, condition: FirewallCondition, options: RulePlace = {}): FirewallRule {
    return FirewallRule.of(name, condition, { allow: {} }, options);
  }

  /** Turns requests away. */
  static block(name: string, condition: FirewallCondition, options: BlockOptions = {}): FirewallRule {
    return FirewallRule.of(name, condition, blocking(options), options, statusFaults(options));
  }

  /** Only counts requests, to see what a rule would do. */
  static count(name: string, condition: FirewallCondition, options: RulePlace = {}): FirewallRule {
    return FirewallRule.of(name, condition, { count: {} }, options);
  }

  /** Turns away whoever asks too often, as long as they do. */
  static rate(name: string, options: RateOptions): FirewallRule {
    const { limit, window = Duration.minutes(5), only } = options;
    const seconds = window.toSeconds({ integral: false });
    const faults = [
      outsideRange('limit', limit, 10, 2_000_000_000, 'requests'),
      !windows.includes(seconds) && `window is ${window.toHumanString()}; give 1, 2, 5 or 10 minutes`,
      ...(only?.faults ?? []),
      ...statusFaults(options),
    ];
    return new FirewallRule(
      name,
      (site) => ({
        action: blocking(options),
        statement: {
          rateBasedStatement: {
            limit,
            evaluationWindowSec: seconds,
            aggregateKeyType: 'IP',
            ...(only && { scopeDownStatement: only.statementIn(site) }),
          },
        },
      }),
      options.priority,
      faults,
    );
  }

  /** A group of rules that AWS keeps. */
  static managed(group: ManagedGroup, options: ManagedOptions = {}): FirewallRule {
    const { countOnly = [], only } = options;
    return new FirewallRule(
      group,
      (site) => ({
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: 'AWS',
            name: group,
            ...(countOnly.length > 0 && {
              ruleActionOverrides: countOnly.map((name) => ({ name, actionToUse: { count: {} } })),
            }),
            ...(only && { scopeDownStatement: only.statementIn(site) }),
          },
        },
      }),
      options.priority,
      only?.faults ?? [],
    );
  }

  /** A rule in the CDK's own words, for what is not here: labels, captchas, groups of one's own or that are sold. */
  static raw(rule: Body & { readonly name: string; readonly priority?: number }): FirewallRule {
    const { name, priority, ...body } = rule;
    return new FirewallRule(name, () => body, priority, formFaults(body));
  }

  private static of(
    name: string,
    condition: FirewallCondition,
    action: CfnWebACL.RuleActionProperty,
    { priority }: RulePlace,
    faults: readonly Fault[] = [],
  ): FirewallRule {
    const body = (site: StatementSite): Body => ({ action, statement: condition.statementIn(site) });
    return new FirewallRule(name, body, priority, [...condition.faults, ...faults]);
  }

  private constructor(
    readonly name: string,
    readonly bodyIn: (site: StatementSite) => Body,
    readonly priority: number | undefined,
    private readonly own: readonly Fault[],
  ) {}

  /** Sentences about what the service would refuse, or take and never act on. */
  faults(): string[] {
    const named = /^[\w-]{1,128}$/.test(this.name);
    return [
      !named && 'its name is none; give letters, digits, hyphens and underscores, at most 128',
      outsideRange('priority', this.priority, 0, 1_000_000),
      ...this.own,
    ].flatMap((fault) => (fault ? [`rule ${this.name}: ${fault}`] : []));
  }
}

type Fault = string | undefined | false;

const windows = [60, 120, 300, 600];

const blocking = ({ status }: BlockOptions): CfnWebACL.RuleActionProperty => ({
  block: status === undefined ? {} : { customResponse: { responseCode: status } },
});

const statusFaults = ({ status }: BlockOptions): Fault[] => [outsideRange('status', status, 200, 599)];

/** Groups are overridden, all else acts; what has the other form is taken by the CDK and refused by the service. */
function formFaults({ statement, action, overrideAction }: Body): Fault[] {
  const kinds = Object.keys(statement);
  const isGroup = kinds.some((kind) => ['managedRuleGroupStatement', 'ruleGroupReferenceStatement'].includes(kind));
  return [
    kinds.length !== 1 && `its statement is ${kinds.length} statements; give one, and combine others in it`,
    isGroup &&
      action !== undefined &&
      'it has an action, but a group of rules acts by itself; give overrideAction: { none: {} } instead',
    isGroup &&
      overrideAction === undefined &&
      'it is a group of rules without overrideAction; give overrideAction: { none: {} }',
    !isGroup &&
      overrideAction !== undefined &&
      'it has an overrideAction, which only groups of rules take; give an action',
    !isGroup && action === undefined && 'it has no action; give one such as { block: {} }',
  ];
}
