import { Duration } from 'aws-cdk-lib';
import { Peer, Port, type IConnectable, type IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  Protocol,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IpTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Construct } from 'constructs';
import { outsideDuration, outsideRange, refuse } from '../faults';
import { probeFaults } from './probe-faults';
import { Stickiness } from './stickiness';
import { addressFault, isOutside } from './target-address';

/** How targets are probed. */
export interface HealthProbe {
  /** Beginning with a slash. */
  readonly path: string;
  /**
   * 1 to 65,535.
   * @default - the traffic port
   */
  readonly port?: number;
  /**
   * Status codes that mean healthy, such as 200 or 200-204; anything else is unhealthy.
   * @default '200'
   */
  readonly codes?: string;
  /**
   * Between probes, 5 to 300 seconds and longer than the timeout.
   * @default Duration.seconds(15)
   */
  readonly interval?: Duration;
  /**
   * For one answer, 2 to 120 seconds.
   * @default Duration.seconds(5)
   */
  readonly timeout?: Duration;
  /**
   * Good answers in a row until a target gets traffic, 2 to 10.
   * @default 2
   */
  readonly healthyAfter?: number;
  /**
   * Bad answers in a row until it gets none, 2 to 10.
   * @default 2
   */
  readonly unhealthyAfter?: number;
}

export interface TargetPoolProps {
  readonly vpc: IVpc;
  /** The port targets take requests on, 1 to 65,535. */
  readonly port: number;
  /**
   * Whether targets are spoken to in TLS too, probes included: the client's connection ends at the balancer all the same, and a second
   * one that is encrypted begins. Targets then need a certificate, which may be one of their own making (`ownCertificate`), as the
   * balancer does not verify it, and processor time.
   * @default false
   */
  readonly tls?: boolean;
  readonly health: HealthProbe;
  /**
   * What is registered: instances, or addresses, as containers have them. Functions are behind a `LoadBalancedFunction`.
   * @default - addresses where `addresses` are given, else TargetType.INSTANCE
   */
  readonly targetType?: TargetType.INSTANCE | TargetType.IP;
  /**
   * Private addresses to register at once: of this network, or of one that it reaches by peering, a VPN or a direct line.
   * @default - none; what is registered comes and goes by itself
   */
  readonly addresses?: readonly string[];
  /**
   * How long a leaving target may finish what it has begun, 0 to 3,600 seconds.
   * @default Duration.minutes(5)
   */
  readonly deregistrationDelay?: Duration;
  /** @default Stickiness.none() */
  readonly stickiness?: Stickiness;
  /**
   * How requests are dealt out.
   * @default TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN
   */
  readonly algorithm?: TargetGroupLoadBalancingAlgorithmType;
  /**
   * How long a new target's share grows to its full size, 30 to 900 seconds; not with least outstanding requests.
   * @default - its full share at once
   */
  readonly slowStart?: Duration;
  /**
   * Whether balancer nodes also send to targets of other zones. An Application Load Balancer does so unless a pool says otherwise, and what
   * then passes between zones is not billed; `loadShare` tells what each target gets.
   * @default true
   */
  readonly crossZone?: boolean;
}

/**
 * Instances, or containers, that answer the same requests: a target group with everything said that AWS would otherwise default.
 *
 * @claims compute-health-check, compute-deregistration-delay, compute-stickiness, compute-target-types, compute-tls-bridging,
 * compute-cross-zone
 */
export class TargetPool extends Construct {
  readonly targetGroup: ApplicationTargetGroup;
  readonly port: number;
  readonly healthPort: number;
  /** Whether a client comes back to the target it had. */
  readonly isSticky: boolean;
  readonly targetType: TargetType;

  constructor(scope: Construct, id: string, props: TargetPoolProps) {
    super(scope, id);
    const { health, port, deregistrationDelay = Duration.minutes(5), stickiness = Stickiness.none() } = props;
    const { algorithm = TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN, crossZone = true } = props;
    const { interval = Duration.seconds(15), timeout = Duration.seconds(5), codes = '200' } = health;
    const { healthyAfter = 2, unhealthyAfter = 2 } = health;
    const { tls = false, addresses = [], vpc } = props;
    const { targetType = addresses.length > 0 ? TargetType.IP : TargetType.INSTANCE } = props;
    refuse(this, [
      outsideRange('port', port, 1, 65_535),
      ...kindFaults(targetType, addresses),
      !/^\/\S*$/.test(health.path) && `health.path is ${health.path}; begin it with a slash, such as /health`,
      !/^[2-4]\d\d([-,][2-4]\d\d)*$/.test(codes) &&
        `health.codes is ${codes}; give codes from 200 to 499 such as 200, 200-204 or 200,302`,
      ...probeFaults({ ...health, interval, timeout }),
      outsideDuration('deregistrationDelay', deregistrationDelay, Duration.seconds(0), Duration.seconds(3_600)),
      outsideDuration('slowStart', props.slowStart, Duration.seconds(30), Duration.seconds(900)),
      props.slowStart !== undefined &&
        algorithm !== TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN &&
        `slowStart is given with the algorithm ${algorithm}, which ignores it; leave one out`,
      ...stickiness.faults(),
      stickiness.isOn &&
        !crossZone &&
        'stickiness is on and crossZone off; a client whose cookie names a target of another zone would be refused, so turn one round',
    ]);

    this.port = port;
    this.isSticky = stickiness.isOn;
    this.targetType = targetType;
    this.healthPort = health.port ?? port;
    this.targetGroup = new ApplicationTargetGroup(this, 'Group', {
      vpc,
      targetType,
      protocol: tls ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP,
      ...(addresses.length > 0 && {
        // An address outside the network belongs to no zone of it, and the service refuses it unless that is said.
        targets: addresses.map((address) => new IpTarget(address, port, isOutside(address, vpc) ? 'all' : undefined)),
      }),
      port,
      deregistrationDelay,
      loadBalancingAlgorithmType: algorithm,
      ...(props.slowStart && { slowStart: props.slowStart }),
      crossZoneEnabled: crossZone,
      healthCheck: {
        enabled: true,
        protocol: tls ? Protocol.HTTPS : Protocol.HTTP,
        path: health.path,
        port: health.port === undefined ? 'traffic-port' : `${health.port}`,
        healthyHttpCodes: codes,
        interval,
        timeout,
        healthyThresholdCount: healthyAfter,
        unhealthyThresholdCount: unhealthyAfter,
      },
    });
    for (const [key, value] of Object.entries(stickiness.attributes)) this.targetGroup.setAttribute(key, value);
    for (const address of addresses) this.admit(Peer.ipv4(`${address}/32`));
  }

  /**
   * Lets the balancers of this pool in on the traffic port and, where it is another, the health port: the CDK opens only the
   * first. Call it for whatever is registered here.
   */
  admit(members: IConnectable): void {
    this.targetGroup.registerConnectable(members, Port.tcp(this.port));
    if (this.healthPort !== this.port) this.targetGroup.registerConnectable(members, Port.tcp(this.healthPort));
  }
}

function kindFaults(kind: TargetType, addresses: readonly string[]): (string | false)[] {
  return [
    kind === TargetType.LAMBDA &&
      'targetType is lambda, but a function has no port; put it behind the balancer with a LoadBalancedFunction',
    kind === TargetType.ALB &&
      'targetType is alb, which is a target of a Network Load Balancer alone; register instances or addresses',
    kind === TargetType.INSTANCE &&
      addresses.length > 0 &&
      'addresses are given to a pool of instances, and a pool holds one kind; leave targetType out, or take two pools',
    ...addresses.map(addressFault),
  ];
}
