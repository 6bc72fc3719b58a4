import { Aws, Duration } from 'aws-cdk-lib';
import { InstanceTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { OperatorAccess } from '../../constructs/network/operator-access';
import { SmallHost } from '../../constructs/network/small-host';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { pathOf } from './contract';
import { Place } from './place';
import { Server } from './server';
import type { Stage, StageProps } from './stage';

/**
 * Stage 1: one machine takes documents in, processes them and keeps them on its disk. It fails as one, grows only by being stopped
 * and made larger, and is paid for as a whole at its peak, used or not.
 *
 * The balancer in front of it balances nothing: an API's private link ends at one.
 *
 * @claims serverless-stage-monolith
 */
export class Monolith extends Construct implements Stage {
  readonly answering: Stage['answering'];
  readonly outputs: Stage['outputs'];

  constructor(scope: Construct, id: string, { ...props }: StageProps) {
    super(scope, id);
    const place = new Place(this, 'Place');
    const server = new Server(this, 'Server', {
      ...props,
      place,
      from: place.link,
      program: 'monolith',
      environment: {},
      keepsState: true,
    });
    const group = new TierSecurityGroup(this, 'Group', {
      vpc: place.vpc,
      description: 'The machine: lets its balancer in, and reaches AWS',
    });
    group.allowOutbound(443);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const access = { scope: this, vpc: place.vpc, role, connections: group.connections };
    OperatorAccess.session().open(access);
    server.boot.boot.grantRead(role);
    server.boot.grantRun(role);

    const machine = new SmallHost(this, 'Machine', {
      vpc: place.vpc,
      subnet: place.vpc.selectSubnets(place.servers).subnets[0],
      associatePublicIpAddress: true,
      securityGroup: group.securityGroup,
      role,
      instanceType: props.size.monolith,
      // A newer image would replace it, and its documents with it.
      keepsImage: true,
      keepsDisk: props.deletionProtection,
      userData: server.boot.boot.userData,
    });
    machine.instance.cfnOptions.creationPolicy = {
      resourceSignal: { count: 1, timeout: Duration.minutes(15).toIsoString() },
    };
    server.boot.boot.signal(machine.instance);
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['cloudformation:SignalResource'], resources: [Aws.STACK_ID] }),
    );
    machine.node.addDependency(place.vpc.internetConnectivityEstablished);
    server.pool.targetGroup.addTarget(new InstanceTarget(machine));
    server.pool.admit(group);

    const { loadBalancer: balancer } = server.entry;
    this.answering = (route) => ApiTarget.linkedProxy(place.link, { balancer, path: pathOf(route) });
    this.outputs = { Machine: ['All there is', machine.instanceId] };
  }
}
