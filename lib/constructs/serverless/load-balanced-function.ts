import type { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { AppLoadBalancer } from '../compute/app-load-balancer';
import { outsideRange } from '../faults';
import { FunctionTargets, type FunctionTargetsProps } from './function-targets';

export interface LoadBalancedFunctionProps extends FunctionTargetsProps {
  readonly balancer: AppLoadBalancer;
  /** Which rule comes first, 1 to 50,000, the lowest first; no two rules of a balancer have the same. */
  readonly priority: number;
  /** Which requests it gets, by path, header, method or host. */
  readonly conditions: readonly ListenerCondition[];
}

/**
 * A function behind a load balancer, with the one rule that leads to it. Where many rules lead to many functions, a `RuleTable` with
 * `FunctionTargets` says which comes first.
 *
 * @claims serverless-alb-target, compute-alb-lambda
 */
export class LoadBalancedFunction extends FunctionTargets {
  constructor(scope: Construct, id: string, props: LoadBalancedFunctionProps) {
    const { balancer, priority, conditions } = props;
    super(scope, id, props, [
      outsideRange('priority', priority, 1, 50_000),
      conditions.length === 0 &&
        'conditions are none, so that the rules after it would never be asked; name a path or a header',
    ]);
    balancer.forward(`${this.node.id}Rule`, priority, [...conditions], this);
  }
}
