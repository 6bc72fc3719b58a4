import { CfnVPCEndpointService } from 'aws-cdk-lib/aws-ec2';
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Template } from 'aws-cdk-lib/assertions';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { testStack } from '../../support/app';

type Change = 'port' | 'scheme' | 'group' | 'listener' | 'service';

/** A Gateway Load Balancer made by hand, with one thing that is wrong. */
const built = (wrong?: Change) => (): Template => {
  const stack = testStack();
  const balancer = new CfnLoadBalancer(stack, 'Balancer', {
    type: 'gateway',
    subnets: ['subnet-1'],
    ...(wrong === 'scheme' && { scheme: 'internet-facing' }),
    ...(wrong === 'group' && { securityGroups: ['sg-1'] }),
  });
  const group = new CfnTargetGroup(stack, 'Group', {
    protocol: 'GENEVE',
    port: wrong === 'port' ? 6082 : 6081,
    vpcId: 'vpc-1',
  });
  new CfnListener(stack, 'Listener', {
    loadBalancerArn: balancer.ref,
    defaultActions: [{ type: 'forward', targetGroupArn: group.ref }],
    ...(wrong === 'listener' && { port: 80, protocol: 'TCP' }),
  });
  new CfnVPCEndpointService(stack, 'Service', {
    ...(wrong === 'service'
      ? { networkLoadBalancerArns: [balancer.ref] }
      : { gatewayLoadBalancerArns: [balancer.ref] }),
  });
  guardCompute(stack);
  return Template.fromStack(stack);
};

test('a balancer of packets that would get them is let through, and so are balancers of other kinds [compute-gwlb-core]', () => {
  expect(built()).not.toThrow();
  const stack = testStack();
  const other = new CfnLoadBalancer(stack, 'Other', { type: 'network', scheme: 'internet-facing' });
  new CfnListener(stack, 'Listener', { loadBalancerArn: other.ref, port: 80, protocol: 'TCP', defaultActions: [] });
  new CfnVPCEndpointService(stack, 'Service', { networkLoadBalancerArns: [other.ref] });
  new CfnTargetGroup(stack, 'Group', { protocol: 'TCP', port: 80 });
  guardCompute(stack);
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test.each<[Change, string]>([
  [
    'port',
    'Stack/Group:\n  Port is 6082 for GENEVE, whose packets are handed over at 6081 and nowhere else; write 6081',
  ],
  [
    'scheme',
    'Stack/Balancer:\n  Scheme is internet-facing on a Gateway Load Balancer, to which packets come by its endpoints alone; leave it out, and lead the internet there by the routes of InspectionRoutes',
  ],
  [
    'group',
    'Stack/Balancer:\n  SecurityGroups are given to a Gateway Load Balancer, which has none; let the group of its appliances say who may reach them',
  ],
  [
    'listener',
    'Stack/Listener:\n  Port or Protocol is given to a listener of a Gateway Load Balancer, which takes every packet of every port; leave both out',
  ],
  [
    'service',
    'Stack/Service:\n  NetworkLoadBalancerArns names a Gateway Load Balancer; write GatewayLoadBalancerArns, as PrivateService does',
  ],
])('fails when its %s is one the CDK takes and AWS does not [compute-gwlb-core]', (wrong, message) => {
  expect(built(wrong)).toThrow(message);
});
