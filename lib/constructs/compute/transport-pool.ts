import { Duration, Stack } from 'aws-cdk-lib';
import { Port, type IConnectable, type IInstance, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { NetworkTargetGroup, Protocol, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { InstanceIdTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Construct, type IConstruct } from 'constructs';
import { outsideDuration, outsideRange, refuse } from '../faults';
import { PoolMembers } from './pool-members';
import { TransportHealth } from './transport-health';

export interface TransportPoolProps {
  readonly vpc: IVpc;
  /** The port members take connections or datagrams on, 1 to 65,535. */
  readonly port: number;
  /**
   * What they speak: TCP, UDP, both on one port (TCP_UDP), or TLS, which the entry then ends and begins anew.
   * @default Protocol.TCP
   */
  readonly protocol?: Protocol;
  /**
   * Who is in it.
   * @default PoolMembers.instances()
   */
  readonly members?: PoolMembers;
  /**
   * How members are probed. What speaks UDP is probed on another port, by TCP, HTTP or HTTPS.
   * @default TransportHealth.connection()
   */
  readonly health?: TransportHealth;
  /**
   * Whether a client comes back to the member it had, by its address: all clients behind one gateway then share a member. Not with TLS that the
   * entry ends.
   * @default false
   */
  readonly sticky?: boolean;
  /**
   * Whether members see the client's address instead of the entry's. UDP and Application Load Balancers always do.
   * @default - true, but for TCP and TLS to addresses
   */
  readonly preserveClientIp?: boolean;
  /**
   * How long a leaving member keeps the connections it has, 0 to 3,600 seconds; what is left then is cut.
   * @default Duration.minutes(5)
   */
  readonly deregistrationDelay?: Duration;
}

/** Protocols a Network Load Balancer's pool can speak. */
const protocols: readonly Protocol[] = [Protocol.TCP, Protocol.UDP, Protocol.TCP_UDP, Protocol.TLS];

/**
 * Who answers behind a `TransportEntry`: a target group with everything said that AWS would otherwise default, and the ways to it. The CDK opens
 * nothing on targets of a Network Load Balancer, so that nothing would pass; here whoever joins lets the entry in, on the ports of the traffic and
 * of the probe.
 *
 * @claims compute-nlb-stickiness, compute-nlb-health, compute-nlb-security-group, compute-nlb-alb-target
 */
export class TransportPool extends Construct {
  readonly targetGroup: NetworkTargetGroup;
  readonly port: number;
  readonly protocol: Protocol;
  readonly members: PoolMembers;
  /** Whether a client comes back to the member it had. */
  readonly isSticky: boolean;
  private readonly healthPort: number;
  private readonly entries = new Set<IConnectable>();
  private readonly joined = new Set<IConnectable>();
  private readonly alarms = new Set<IConstruct>();
  private readonly groups = new Set<IConstruct>();

  constructor(scope: Construct, id: string, props: TransportPoolProps) {
    super(scope, id);
    const { vpc, port, protocol = Protocol.TCP, members = PoolMembers.instances() } = props;
    const { health = TransportHealth.connection(), sticky = false, deregistrationDelay = Duration.minutes(5) } = props;
    const seesDatagrams = protocol === Protocol.UDP || protocol === Protocol.TCP_UDP;
    const alwaysKeeps = seesDatagrams || members.type === TargetType.ALB;
    const { preserveClientIp = alwaysKeeps || members.type !== TargetType.IP } = props;
    const traffic = { vpc, port, protocol };
    refuse(this, [
      outsideRange('port', port, 1, 65_535),
      !protocols.includes(protocol) &&
        `protocol is ${protocol}, which a Network Load Balancer does not read; take TCP, UDP, TCP_UDP or TLS, or an AppLoadBalancer`,
      ...members.faults(traffic),
      ...health.faults(),
      protocol === Protocol.UDP &&
        health.port === undefined &&
        `protocol is UDP, which no probe speaks, and health names no port; give the port of a service in TCP or HTTP that tells how the one on ${port} is`,
      members.type === TargetType.ALB &&
        !health.asks &&
        'health is a connection, and an Application Load Balancer is probed by HTTP or HTTPS; take TransportHealth.http(path)',
      sticky &&
        protocol === Protocol.TLS &&
        'sticky is true with TLS, where the entry ends connections and cannot keep a client to one; leave one out',
      sticky &&
        members.type === TargetType.ALB &&
        'sticky is true for one Application Load Balancer, so that there is nothing to choose from; set stickiness on the pools behind that',
      alwaysKeeps &&
        !preserveClientIp &&
        `preserveClientIp is false, and ${seesDatagrams ? protocol : 'an Application Load Balancer'} always gets the client's address; leave it out`,
      outsideDuration('deregistrationDelay', deregistrationDelay, Duration.seconds(0), Duration.hours(1)),
    ]);

    this.port = port;
    this.protocol = protocol;
    this.members = members;
    this.isSticky = sticky;
    this.healthPort = health.port ?? port;
    this.targetGroup = new NetworkTargetGroup(this, 'Group', {
      vpc,
      port,
      protocol,
      targetType: members.type,
      targets: members.targets(traffic),
      healthCheck: health.check,
      deregistrationDelay,
      ...(members.type !== TargetType.ALB && { preserveClientIp, connectionTermination: true }),
    });
    if (members.type !== TargetType.ALB) this.targetGroup.setAttribute('stickiness.enabled', `${sticky}`);
    if (sticky) this.targetGroup.setAttribute('stickiness.type', 'source_ip');
    for (const door of members.doors) this.joined.add(door);
  }

  /** Makes one instance a member. */
  add(instance: IInstance & IConnectable): void {
    refuse(this, [
      this.members.type !== TargetType.INSTANCE &&
        `${instance.node.path} is an instance, and the pool holds others; take PoolMembers.instances()`,
    ]);
    this.targetGroup.addTarget(new InstanceIdTarget(instance.instanceId));
    this.admit(instance);
  }

  /** Lets the entries of this pool in to whoever is in it, on the ports of the traffic and the probe. `add` and a `Fleet` call it. */
  admit(members: IConnectable): void {
    this.joined.add(members);
    for (const entry of this.entries) this.open(entry, members);
  }

  /** Lets an entry out to whoever is in it. The entry calls it. */
  openTo(entry: IConnectable): void {
    if (this.entries.has(entry)) return;
    this.entries.add(entry);
    for (const members of this.joined) this.open(entry, members);
  }

  /**
   * Has its alarms be made when a group has been, whose instances are well by then. `Fleet` calls it; call it for a pool that holds a balancer, with
   * the group behind that.
   */
  filledBy(group: IConstruct): void {
    this.groups.add(group);
    for (const alarm of this.alarms) wait(alarm, group);
  }

  /** Has an alarm be made when there is somebody: of an empty pool it would be raised by every first deployment. The entry calls it. */
  watchedBy(alarm: IConstruct): void {
    this.alarms.add(alarm);
    for (const group of this.groups) wait(alarm, group);
  }

  private open(entry: IConnectable, members: IConnectable): void {
    const udp = this.protocol === Protocol.UDP || this.protocol === Protocol.TCP_UDP;
    const tcp = this.protocol !== Protocol.UDP;
    if (tcp) entry.connections.allowTo(members, Port.tcp(this.port), `tcp/${this.port} from the entry`);
    if (udp) entry.connections.allowTo(members, Port.udp(this.port), `udp/${this.port} from the entry`);
    if (tcp && this.healthPort === this.port) return;
    entry.connections.allowTo(members, Port.tcp(this.healthPort), `tcp/${this.healthPort}: is it well?`);
  }
}

function wait(alarm: IConstruct, group: IConstruct): void {
  // Another stack whose group is in the pool waits for the pool's own; waiting for it in turn would close a circle.
  if (Stack.of(alarm) === Stack.of(group)) alarm.node.addDependency(group);
}
