import type { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { environment, optionalEnvironment } from '../../../lambda/path-routed-front-door/environment';
import type { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import type { OriginGuard } from '../../constructs/edge/origin-guard';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { LoadBalancedFunction } from '../../constructs/serverless/load-balanced-function';
import { handlerCode } from '../../handlers';

export interface ServerPagesProps {
  readonly alarms: AlarmTopic;
  readonly balancer: AppLoadBalancer;
  readonly guard: OriginGuard;
  /** What the balancer asks of a request before the pages get it. */
  readonly conditions: readonly ListenerCondition[];
}

/** The web application: pages that are made for each request, behind the balancer and behind nothing else. */
export class ServerPages extends Construct {
  constructor(scope: Construct, id: string, { alarms, balancer, guard, conditions }: ServerPagesProps) {
    super(scope, id);
    const [secret, former] = guard.secrets;
    const pages = new AppFunction(this, 'Function', {
      description: 'Makes pages for whoever came through CloudFront',
      code: handlerCode('path-routed-front-door', 'pages'),
      environment: { [environment.header]: guard.headerName },
      secrets: { [environment.secret]: secret, ...(former && { [optionalEnvironment.formerSecret]: former }) },
    });
    new FunctionAlarms(this, 'Alarms', { alarms, function: pages });
    new LoadBalancedFunction(this, 'Rule', {
      balancer,
      callee: pages.function,
      priority: 10,
      conditions,
    });
  }
}
