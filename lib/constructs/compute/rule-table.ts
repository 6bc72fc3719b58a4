import { Annotations } from 'aws-cdk-lib';
import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AppLoadBalancer } from './app-load-balancer';
import { route, type RequestRule, type RoutedRequest, type RuleConditions } from './route-request';
import type { RuleAction } from './rule-action';
import { conditionFaults, shadowFaults } from './rule-faults';

export interface TableRule {
  /** Letters and digits; of this table alone. */
  readonly name: string;
  readonly conditions: RuleConditions;
  readonly action: RuleAction;
  /**
   * 1 to 50,000, the lowest first.
   * @default - ten more than the rule listed before it
   */
  readonly priority?: number;
}

export interface RuleTableProps {
  readonly balancer: AppLoadBalancer;
  /** What none of them takes is answered as the balancer says. */
  readonly rules: readonly TableRule[];
  /**
   * What stands between clients and the balancer, such as a distribution; conditions on sources then see its addresses.
   * @default - nothing
   */
  readonly proxy?: string;
}

/**
 * Which requests go where: the rules of a balancer's listener as one table, whose answers `route` tells beforehand.
 *
 * @claims compute-alb-rules, compute-alb-path-host, compute-alb-other-conditions
 */
export class RuleTable extends Construct {
  private readonly rules: readonly (TableRule & RequestRule)[];

  constructor(scope: Construct, id: string, { balancer, rules, proxy }: RuleTableProps) {
    super(scope, id);
    this.rules = prioritised(rules);
    const names = rules.map(({ name }) => name);
    const faults = [
      ...names.map(
        (name) =>
          !/^[A-Za-z][A-Za-z0-9]*$/.test(name) && `rule ${name || '(empty)'} is no name; give letters and digits`,
      ),
      ...names
        .filter((name, at) => names.indexOf(name) < at)
        .map((name) => `rule ${name} is there more than once; give each a name of its own`),
      ...rules.flatMap(({ name, conditions }) => conditionFaults(name, conditions)),
    ];
    refuse(this, faults);
    refuse(this, shadowFaults(this.rules));

    const between = proxy ?? (balancer.exposure.isForVpcOrigin ? 'a distribution' : undefined);
    for (const { name, priority, conditions, action } of this.rules) {
      balancer.rules.add(`${id}${name}`, priority, conditionsOf(conditions), action);
      if (between !== undefined && conditions.sources)
        Annotations.of(this).addWarningV2(
          `groundplan:source-of-proxy:${name}`,
          `rule ${name} asks for the source, which is the address of ${between} and never the client's; judge clients there, as with a WebFirewall`,
        );
    }
  }

  /** The rule that takes a request; nothing where the balancer's default answers. */
  route(request: RoutedRequest): TableRule | undefined {
    return route(request, this.rules);
  }
}

function prioritised(rules: readonly TableRule[]): (TableRule & RequestRule)[] {
  let last = 0;
  return rules.map((rule) => {
    last = rule.priority ?? last + 10;
    return { ...rule, priority: last };
  });
}

function conditionsOf({ hosts, paths, methods, sources, headers, query }: RuleConditions): ListenerCondition[] {
  return [
    ...(hosts ? [ListenerCondition.hostHeaders([...hosts])] : []),
    ...(paths ? [ListenerCondition.pathPatterns([...paths])] : []),
    ...(methods ? [ListenerCondition.httpRequestMethods([...methods])] : []),
    ...(sources ? [ListenerCondition.sourceIps([...sources])] : []),
    ...Object.entries(headers ?? {}).map(([name, values]) => ListenerCondition.httpHeader(name, [...values])),
    ...Object.entries(query ?? {}).map(([key, values]) =>
      ListenerCondition.queryStrings(values.map((value) => (key === '*' ? { value } : { key, value }))),
    ),
  ];
}
