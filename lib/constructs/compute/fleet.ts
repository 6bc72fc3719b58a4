import { Aws, Duration, Validations } from 'aws-cdk-lib';
import {
  AdditionalHealthCheckType,
  AutoScalingGroup,
  GroupMetrics,
  HealthChecks,
  ScalingEvents,
  type CfnAutoScalingGroup,
  type IAutoScalingGroup,
} from 'aws-cdk-lib/aws-autoscaling';
import { SubnetType, type Connections, type IConnectable, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { zonesOf } from '../network/subnet-zones';
import type { AlarmTopic } from '../operations/alarm-topic';
import { allowNotices, allowVolumes } from './auto-scaling-role';
import type { ComputeTemplate } from './compute-template';
import { addressFaults, contradictions, templateFaults, timeFaults } from './fleet-faults';
import {
  gatewayFleetFaults,
  joinGateway,
  joinPool,
  joinTransportPool,
  poolFaults,
  transportPoolFaults,
} from './fleet-pools';
import type { FleetSize } from './fleet-size';
import type { GatewayBalancer } from './gateway-balancer';
import type { MixedInstances } from './mixed-instances';
import { RollOut } from './roll-out';
import type { IScalingStrategy } from './scaled-group';
import type { TargetPool } from './target-pool';
import type { TransportPool } from './transport-pool';
import { watchTargets } from './watch-targets';

export interface FleetProps {
  readonly vpc: IVpc;
  /** What to launch. */
  readonly template: ComputeTemplate;
  /** How many. */
  readonly size: FleetSize;
  /** Where notices of launches, terminations and alarms go. */
  readonly alarms: AlarmTopic;
  /**
   * Where, in two or more zones. Public subnets if and only if the template gives public addresses.
   * @default - the private subnets with a way out
   */
  readonly subnets?: SubnetSelection;
  /**
   * Whether all instances are meant to be in one zone and to go with it.
   * @default false
   */
  readonly singleZone?: boolean;
  /**
   * The balanced pool instances join. Its health checks then decide which instances are replaced.
   * @default - none
   */
  readonly targets?: TargetPool;
  /**
   * Further pools of the same instances on other ports, as for an administration page beside the site: a rule names each of them.
   * @default - none
   */
  readonly alsoIn?: readonly TargetPool[];
  /**
   * Pools behind a `TransportEntry` that instances join, one for each port. Their probes too decide which instances are replaced.
   * @default - none
   */
  readonly transports?: readonly TransportPool[];
  /**
   * The balancer whose appliances instances are: it hands them packets to read, and its health checks decide which are replaced.
   * @default - none
   */
  readonly packetsFrom?: GatewayBalancer;
  /**
   * How long an instance takes from launch to its first good health check, 10 seconds to 1 hour.
   * @default Duration.minutes(5)
   */
  readonly bootTime?: Duration;
  /**
   * How long bad health checks of a new instance are forgiven; at least `bootTime`, or a slow boot is replaced for ever.
   * @default - bootTime
   */
  readonly healthCheckGracePeriod?: Duration;
  /**
   * How a new release reaches running instances.
   * @default RollOut.rolling()
   */
  readonly rollOut?: RollOut;
  /**
   * Several types, some on demand and the rest spot.
   * @default - the type of the template
   */
  readonly mixed?: MixedInstances;
  /**
   * When the group grows and shrinks: `ScalingStrategy.targetTracking(…)` and others.
   * @default - never
   */
  readonly scaling?: readonly IScalingStrategy[];
  /**
   * Which launches and terminations are told.
   * @default ScalingEvents.ALL
   */
  readonly notices?: ScalingEvents;
  /**
   * How long the group rests after a simple scaling action, 0 to 24 hours. Replacement of failed instances never waits.
   * @default Duration.minutes(5)
   */
  readonly cooldown?: Duration;
}

/**
 * A group of equal instances that heals, scales and takes new releases without a gap.
 *
 * The desired number is left to scaling: a deployment does not reset it.
 *
 * @claims compute-asg-core, compute-asg-launch-template, compute-asg-roll-out, compute-asg-behind-alb,
 * compute-asg-health-checks, compute-asg-self-heal, compute-asg-cooldown, compute-asg-notify, compute-boot-signal, compute-user-data-once,
 * compute-mixed-fleet
 */
export class Fleet extends Construct implements IConnectable {
  readonly group: IAutoScalingGroup;
  readonly connections: Connections;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly bootTime: Duration;
  /** Whether EC2 may take instances back. */
  readonly usesSpot: boolean;
  /** The groups of targets its instances are in, of balancers of every kind. */
  readonly targetGroupArns: readonly string[];

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { vpc, template, size, alarms, targets, mixed, scaling = [], rollOut = RollOut.rolling() } = props;
    const { bootTime = Duration.minutes(5), cooldown = Duration.minutes(5) } = props;
    const { healthCheckGracePeriod = bootTime, transports = [], packetsFrom } = props;
    const selection = vpc.selectSubnets(props.subnets ?? { subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    const zones = zonesOf(this, selection.subnets).size;
    refuse(this, [
      ...size.faults(zones),
      zones < 2 &&
        !props.singleZone &&
        `subnets are in ${zones} zone; give subnets in two or more, or say singleZone: true if the group may go with its zone`,
      ...addressFaults(vpc, selection.subnets, template.publicAddress),
      ...timeFaults({ bootTime, healthCheckGracePeriod, cooldown }),
    ]);
    const bounds = { minCapacity: size.minimum(zones), maxCapacity: size.maximum };
    refuse(this, [
      ...poolFaults(targets, props.alsoIn),
      ...transportPoolFaults(transports),
      ...gatewayFleetFaults(props),
      ...templateFaults(template),
      ...(mixed?.faults(template, bounds.maxCapacity) ?? []),
      ...rollOut.faults({ ...bounds, bootTime }),
      ...scaling.flatMap((strategy) =>
        strategy.faults({ ...bounds, isBalanced: targets !== undefined, agent: template.boot?.agent }),
      ),
      ...contradictions(scaling),
    ]);

    this.minCapacity = bounds.minCapacity;
    this.maxCapacity = bounds.maxCapacity;
    this.bootTime = bootTime;
    this.usesSpot = mixed?.usesSpot ?? template.spot !== undefined;
    this.targetGroupArns = [
      ...[targets ?? [], props.alsoIn ?? [], transports].flat().map(({ targetGroup }) => targetGroup.targetGroupArn),
      ...(packetsFrom ? [packetsFrom.targetGroup.ref] : []),
    ];
    if (alarms.topic.masterKey) allowNotices(alarms.topic.masterKey);
    template.encryptionKeys.forEach(allowVolumes);
    const group = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnets: selection.subnets },
      ...(mixed
        ? { mixedInstancesPolicy: mixed.policy(template), capacityRebalance: mixed.usesSpot }
        : { launchTemplate: template.launchTemplate }),
      ...bounds,
      healthChecks:
        targets || transports.length > 0 || packetsFrom
          ? HealthChecks.withAdditionalChecks({
              gracePeriod: healthCheckGracePeriod,
              additionalTypes: [AdditionalHealthCheckType.ELB, AdditionalHealthCheckType.EBS],
            })
          : HealthChecks.ec2({ gracePeriod: healthCheckGracePeriod }),
      defaultInstanceWarmup: bootTime,
      cooldown,
      updatePolicy: rollOut.policy({ ...bounds, bootTime }),
      notifications: [{ topic: alarms.topic, scalingEvents: props.notices ?? ScalingEvents.ALL }],
      groupMetrics: [GroupMetrics.all()],
    });
    mixed?.finish(this, group);
    if (mixed)
      Validations.of(group).acknowledge({
        id: 'AwsSolutions::AwsSolutions-EC26',
        reason:
          'The rule looks for a launch template beside the policy of a mixed group, where none may be, and breaks; the volumes of the template inside are encrypted, or ComputeGuard refuses it.',
      });
    this.group = group;
    this.connections = group.connections;
    // The first boot fails when its permissions or the way out arrive after it.
    group.node.addDependency(template.role, selection.internetConnectivityEstablished);
    this.expectSignals(template, rollOut.timeout);
    for (const mounted of template.boot?.mounts ?? []) mounted.shared.serve(group, mounted);
    // The CDK takes the pool that is attached last for the one that scaling by requests counts.
    for (const pool of props.alsoIn ?? []) joinPool(group, pool);
    for (const pool of transports) joinTransportPool(group, pool);
    if (packetsFrom) joinGateway(group, packetsFrom);
    if (targets) this.join(group, targets, alarms);
    for (const strategy of scaling) {
      strategy.apply(this, {
        ...bounds,
        group,
        warmup: bootTime,
        agent: template.boot?.agent,
        ...(targets && { targets }),
      });
    }
  }

  /** As many signals of success as there are instances at first; one of failure ends the creation. */
  private expectSignals({ boot, role }: ComputeTemplate, timeout: Duration): void {
    const resource = this.group.node.defaultChild as CfnAutoScalingGroup;
    if (this.minCapacity > 0) {
      resource.cfnOptions.creationPolicy = {
        resourceSignal: { count: this.minCapacity, timeout: timeout.toIsoString() },
        autoScalingCreationPolicy: { minSuccessfulInstancesPercent: 100 },
      };
    }
    boot!.signal(resource);
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['cloudformation:SignalResource'], resources: [Aws.STACK_ID] }),
    );
  }

  private join(group: AutoScalingGroup, targets: TargetPool, alarms: AlarmTopic): void {
    joinPool(group, targets);
    const none = watchTargets(this, {
      alarms,
      metrics: targets.targetGroup.metrics,
      oneIll: {
        id: 'UnhealthyHosts',
        alarmDescription: 'An instance has failed its health checks for five minutes and was not replaced.',
      },
      noneWell: { id: 'NoHealthyHost', alarmDescription: 'No instance is healthy: nobody is served.' },
    });
    none.node.addDependency(group);
  }
}
