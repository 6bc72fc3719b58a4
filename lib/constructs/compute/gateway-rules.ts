import type { CfnResource } from 'aws-cdk-lib';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { referent } from '../network/network-rule';
import { propertiesOf } from '../template-properties';

/** The UDP port at which every appliance is handed packets, and the only one. */
export const genevePort = 6081;

/** What the rules read of balancers, of what stands behind them, and of what offers them. */
interface Balanced {
  readonly LoadBalancerArn?: unknown;
  readonly NetworkLoadBalancerArns?: readonly unknown[];
  readonly Port?: unknown;
  readonly Protocol?: unknown;
  readonly Scheme?: unknown;
  readonly SecurityGroups?: readonly unknown[];
  readonly Type?: unknown;
}
type Faults = (string | false)[];

const isGateway = (resource: CfnResource | undefined): boolean =>
  resource !== undefined && propertiesOf<Balanced>(resource).Type === 'gateway';

/**
 * What is wrong with a Gateway Load Balancer, which the CDK does not look at.
 *
 * @claims compute-gwlb-core
 */
export function gatewayFaults(resource: CfnResource): Faults {
  const { Scheme, SecurityGroups } = propertiesOf<Balanced>(resource);
  if (!isGateway(resource)) return [];
  return [
    Scheme === 'internet-facing' &&
      'Scheme is internet-facing on a Gateway Load Balancer, to which packets come by its endpoints alone; leave it out, and lead the internet there by the routes of InspectionRoutes',
    SecurityGroups !== undefined &&
      'SecurityGroups are given to a Gateway Load Balancer, which has none; let the group of its appliances say who may reach them',
  ];
}

/** What is wrong with a listener of a Gateway Load Balancer. */
export function gatewayListenerFaults(resource: CfnResource): Faults {
  const { LoadBalancerArn, Port, Protocol } = propertiesOf<Balanced>(resource);
  if (!isGateway(referent(resource, LoadBalancerArn, CfnLoadBalancer))) return [];
  return [
    (Port !== undefined || Protocol !== undefined) &&
      'Port or Protocol is given to a listener of a Gateway Load Balancer, which takes every packet of every port; leave both out',
  ];
}

/** What is wrong with the group of its appliances. */
export function gatewayTargetFaults(resource: CfnResource): Faults {
  const { Port, Protocol } = propertiesOf<Balanced>(resource);
  return [
    Protocol === 'GENEVE' &&
      Port !== genevePort &&
      `Port is ${String(Port)} for GENEVE, whose packets are handed over at ${genevePort} and nowhere else; write ${genevePort}`,
  ];
}

/** What is wrong with an endpoint service, as the CDK's own construct writes it for a Gateway Load Balancer. */
export function gatewayServiceFaults(resource: CfnResource): Faults {
  const { NetworkLoadBalancerArns: arns = [] } = propertiesOf<Balanced>(resource);
  return [
    arns.some((arn) => isGateway(referent(resource, arn, CfnLoadBalancer))) &&
      'NetworkLoadBalancerArns names a Gateway Load Balancer; write GatewayLoadBalancerArns, as PrivateService does',
  ];
}
