import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { allowInvoke, Invoker } from './invoker';
import { calledAndWaitedFor } from './waited-for';

export interface FunctionTargetsProps {
  /** What answers, normally an alias. Its answer takes 1 MB at most, and so does a request. */
  readonly callee: IFunction;
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
 * A function as what a load balancer forwards to, for the rules of a `RuleTable`: a request comes to it as JSON, and what it returns goes
 * back to who asked. Several rules may name it, also with others by weight.
 *
 * @claims compute-alb-lambda
 */
export class FunctionTargets extends Construct {
  readonly targetGroup: ApplicationTargetGroup;

  /** @param faults of what is made with it, told together with its own */
  constructor(
    scope: Construct,
    id: string,
    props: FunctionTargetsProps,
    faults: readonly (string | false | undefined)[] = [],
  ) {
    super(scope, id);
    const { callee, healthPath, multiValueHeaders = false } = props;
    refuse(this, [
      ...faults,
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
  }
}
