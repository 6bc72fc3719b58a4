import type { IApplicationListener, ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { RuleAction } from './rule-action';
import { valuesFault } from './rule-faults';

/** What a balancer holds, and so no listener of it may pass. */
const mostRules = 100;

/**
 * The rules of a listener, asked by ascending priority before its default action. The CDK takes two rules of one priority, more rules
 * than a balancer holds and more values than a rule does, which the service refuses in the midst of a deployment.
 *
 * @claims compute-alb-rules, compute-alb-rule-limits
 */
export class ListenerRules {
  private readonly names = new Map<number, string>();

  /** @param owner whose path refusals name */
  constructor(
    private readonly owner: Construct,
    private readonly listener: IApplicationListener,
    private readonly isTls: boolean,
  ) {}

  /** @param priority 1 to 50,000, the lowest first; no two rules have the same */
  add(name: string, priority: number, conditions: ListenerCondition[], action: RuleAction): void {
    const values = conditions.reduce((sum, condition) => sum + valuesOf(condition), 0);
    const other = this.names.get(priority);
    refuse(this.owner, [
      outsideRange('priority', priority, 1, 50_000),
      other !== undefined &&
        `rule ${name} has priority ${priority}, which rule ${other} has already; give each a number of its own`,
      this.names.size >= mostRules &&
        `rule ${name} is one more than the ${mostRules} a balancer holds; join rules, or take a second balancer`,
      conditions.length === 0 &&
        `rule ${name} has no conditions, so the rules after it would never be asked; name some`,
      valuesFault(name, values),
      ...action.faults(name, this.isTls),
    ]);
    this.names.set(priority, name);
    this.listener.addAction(name, { priority, conditions, action: action.render() });
  }
}

/** How many values a condition compares with, wherever its kind keeps them. */
function valuesOf(condition: ListenerCondition): number {
  const raw = condition.renderRawCondition() as Readonly<Record<string, { readonly values?: readonly unknown[] }>>;
  return Object.values(raw).reduce((sum, config) => sum + (config.values?.length ?? 0), 0);
}
