import { Duration, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Peer, Port, type IConnectable, type ISubnet, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct, type IConstruct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import { portFault } from '../network/ports';
import { zonesOf } from '../network/subnet-zones';
import type { AlarmTopic } from '../operations/alarm-topic';
import { genevePort } from './gateway-rules';
import { watchTargets } from './watch-targets';

/** How an appliance is asked whether it is well; packets themselves are no answer. */
export interface ApplianceHealth {
  /** A TCP port of its own, 1 to 65,535, other than 6081. */
  readonly port: number;
  /**
   * The path that is asked for by HTTP.
   * @default - a connection is enough
   */
  readonly path?: string;
}

export interface GatewayBalancerProps {
  readonly vpc: IVpc;
  /** Where it stands: one subnet in each zone. */
  readonly subnets: SubnetSelection;
  readonly health: ApplianceHealth;
  /** Where it is told that no appliance is well. */
  readonly alarms: AlarmTopic;
  /**
   * Whether packets of one zone may go to appliances of another, which costs for each gigabyte. Without, a zone whose appliances are ill passes nothing.
   * @default false
   */
  readonly crossZone?: boolean;
  /**
   * How long connections stay with an appliance that is to go, 0 seconds to 1 hour.
   * @default Duration.minutes(1)
   */
  readonly deregistrationDelay?: Duration;
  /**
   * Whether nobody can delete it by mistake.
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/**
 * A Gateway Load Balancer: one entry and exit for all packets of a network, whatever they hold, over a fleet of appliances that read them. Each is
 * handed over in a wrapping, GENEVE at UDP 6081, and comes back in the same one or not at all; both directions of a connection go to one appliance.
 *
 * Connections of an appliance that falls ill or goes are moved to another, which has not seen their beginning.
 *
 * @claims compute-gwlb-core
 */
export class GatewayBalancer extends Construct {
  readonly loadBalancer: CfnLoadBalancer;
  readonly targetGroup: CfnTargetGroup;
  /** Where it stands. */
  readonly subnets: readonly ISubnet[];
  private readonly listener: CfnListener;
  private joined = false;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayBalancerProps,
  ) {
    super(scope, id);
    const { vpc, health, crossZone = false, deletionProtection = false } = props;
    const { deregistrationDelay = Duration.minutes(1) } = props;
    this.subnets = vpc.selectSubnets(props.subnets).subnets;
    refuse(this, [
      this.subnets.length === 0 && 'subnets are none; name one in each zone',
      zonesOf(this, this.subnets).size < this.subnets.length &&
        'subnets has two of one zone, and it stands once in each; name one of them',
      portFault('health.port', health.port),
      health.port === genevePort &&
        `health.port is ${genevePort}, where packets come in by UDP; let the appliance answer by TCP at a port of its own`,
      health.path?.startsWith('/') === false && `health.path is ${health.path}; begin it with a slash`,
      outsideDuration('deregistrationDelay', deregistrationDelay, Duration.seconds(0), Duration.hours(1)),
    ]);

    this.loadBalancer = new CfnLoadBalancer(this, 'Balancer', {
      type: 'gateway',
      subnets: this.subnets.map(({ subnetId }) => subnetId),
      loadBalancerAttributes: attributes({
        'load_balancing.cross_zone.enabled': crossZone,
        'deletion_protection.enabled': deletionProtection,
      }),
    });
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions::AwsSolutions-ELB2',
      reason:
        'A Gateway Load Balancer reads no requests and has no access logs to switch on; who sent what to whom is in the flow logs of the networks.',
    });
    this.targetGroup = new CfnTargetGroup(this, 'Appliances', {
      vpcId: vpc.vpcId,
      protocol: 'GENEVE',
      port: genevePort,
      targetType: 'instance',
      healthCheckEnabled: true,
      healthCheckPort: `${health.port}`,
      ...(health.path === undefined
        ? { healthCheckProtocol: 'TCP' }
        : { healthCheckProtocol: 'HTTP', healthCheckPath: health.path, matcher: { httpCode: '200' } }),
      healthCheckIntervalSeconds: 10,
      healthCheckTimeoutSeconds: 5,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
      targetGroupAttributes: attributes({
        'deregistration_delay.timeout_seconds': deregistrationDelay.toSeconds(),
        // Both or none; otherwise connections stay with an appliance that is dead.
        'target_failover.on_deregistration': 'rebalance',
        'target_failover.on_unhealthy': 'rebalance',
      }),
    });
    this.listener = new CfnListener(this, 'Listener', {
      loadBalancerArn: this.loadBalancer.ref,
      defaultActions: [{ type: 'forward', targetGroupArn: this.targetGroup.ref }],
    });
  }

  /** Whether a fleet reads its packets. */
  get hasAppliances(): boolean {
    return this.joined;
  }

  /** Lets it reach the members of a group, and tells when they are ill. A `Fleet` that has its packets from here calls it. */
  admit(group: IConnectable & IConstruct): void {
    this.joined = true;
    // Until a listener uses the targets nobody asks for health, and the group would take silence for illness.
    group.node.addDependency(this.listener);
    const { port } = this.props.health;
    for (const { ipv4CidrBlock: cidr } of this.subnets) {
      const here = Peer.ipv4(cidr);
      group.connections.allowFrom(here, Port.udp(genevePort), 'Packets to be read, in their wrapping');
      group.connections.allowFrom(here, Port.tcp(port), 'Whether the appliance is well');
      // What goes back is no reply to a security group: it goes from and to the ports it came from and to.
      group.connections.allowTo(here, Port.udp(genevePort), 'Packets that may go on');
    }
    this.watch(group);
  }

  private watch(group: IConstruct): void {
    const dimensionsMap = {
      LoadBalancer: this.loadBalancer.attrLoadBalancerFullName,
      TargetGroup: this.targetGroup.attrTargetGroupFullName,
    };
    const none = watchTargets(this, {
      alarms: this.props.alarms,
      metrics: {
        custom: (metricName, options) =>
          new Metric({ namespace: 'AWS/GatewayELB', metricName, dimensionsMap, ...options }),
      },
      oneIll: {
        id: 'UnhealthyAppliances',
        alarmDescription: 'An appliance has failed its health checks for five minutes and was not replaced.',
      },
      noneWell: {
        id: 'NoHealthyAppliance',
        alarmDescription: 'No appliance is well: nothing goes in or out of the networks behind them.',
      },
    });
    none.node.addDependency(group);
  }
}

const attributes = (values: Readonly<Record<string, boolean | number | string>>): { key: string; value: string }[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: `${value}` }));
