import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { ApplicationTargetGroup, TargetType, type ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AppLoadBalancer } from '../compute/app-load-balancer';
import { allowInvoke, Invoker } from './invoker';
import { calledAndWaitedFor } from './waited-for';

export interface LoadBalancedFunctionProps {
  readonly balancer: AppLoadBalancer;
  /** What answers, normally an alias. Its answer takes 1 MB at most, and so does a request. */
  readonly callee: IFunction;
  /** Which rule comes first, 1 to 50,000, the lowest first; no two rules of a balancer have the same. */
  readonly priority: number;
  /** Which requests it gets, by path, header, method or host. */
  readonly conditions: readonly ListenerCondition[];
  /**
   * Whether headers and parameters that come more than once are all handed over, as lists. The answer must then have its headers as
   * lists too (`balancerHandler`'s `multiValueHeaders`).
   * @default false
   */
  readonly multiValueHeaders?: boolean;
  /**
   * The path by which the balancer asks whether it is well; each probe is a run that is paid for.
   * @default - it is not asked
   */
  readonly healthPath?: string;
}

/**
 * A function behind a load balancer: requests that meet the conditions come to it as JSON, and what it returns goes back to who
 * asked.
 *
 * @claims serverless-alb-target, compute-alb-lambda
 */
export class LoadBalancedFunction extends Construct {
  readonly targetGroup: ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: LoadBalancedFunctionProps) {
    super(scope, id);
    const { balancer, callee, priority, conditions, healthPath, multiValueHeaders = false } = props;
    refuse(this, [
      outsideRange('priority', priority, 1, 50_000),
      conditions.length === 0 &&
        'conditions are none, so that the rules after it would never be asked; name a path or a header',
      healthPath !== undefined &&
        !/^\/\S*$/.test(healthPath) &&
        `healthPath is ${healthPath || '(empty)'}; begin it with a slash, such as /health`,
    ]);
    this.targetGroup = new ApplicationTargetGroup(this, 'Group', {
      targetType: TargetType.LAMBDA,
      targets: [
        {
          attachToApplicationTargetGroup: () => ({
            targetType: TargetType.LAMBDA,
            targetJson: { id: callee.functionArn },
          }),
        },
      ],
      multiValueHeadersEnabled: multiValueHeaders,
      healthCheck:
        healthPath === undefined
          ? { enabled: false }
          : { enabled: true, path: healthPath, interval: Duration.minutes(5), timeout: Duration.seconds(10) },
    });
    // The CDK's own target lets balancers of every account in. Not even ours can be named: its group is made with the function in
    // it, for which the permission has to be there before.
    const sourceArn = Stack.of(this).formatArn({
      service: 'elasticloadbalancing',
      resource: 'targetgroup',
      resourceName: '*/*',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    allowInvoke(this, callee, this.node.id, Invoker.service('elasticloadbalancing.amazonaws.com', { sourceArn }));
    this.targetGroup.node.addDependency(callee.permissionsNode.findChild(this.node.id));
    calledAndWaitedFor(callee, 'The load balancer');
    balancer.forward(`${this.node.id}Rule`, priority, [...conditions], this);
  }
}
