import { Validations } from 'aws-cdk-lib';
import { Port, type Connections, type IConnectable, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  NetworkLoadBalancer,
  Protocol,
  type INetworkListener,
  type INetworkLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { openPortFault } from '../network/ports';
import { TierSecurityGroup } from '../network/tier-security-group';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { LogBucket } from '../storage/log-bucket';
import { logConnections } from './balancer-logs';
import { subnetFaults } from './balancer-subnets';
import { EntryAddresses } from './entry-addresses';
import type { EntryPort } from './entry-port';
import { Exposure } from './exposure';
import type { TransportPool } from './transport-pool';
import { watchTargets } from './watch-targets';

export interface TransportEntryProps {
  readonly vpc: IVpc;
  /** One subnet in each of two or more zones; public ones for an exposure to the internet. */
  readonly subnets: SubnetSelection;
  /** What is open, each port once, and what it leads to. */
  readonly ports: readonly EntryPort[];
  /**
   * Whether the node of a zone hands on to members of other zones too. It evens out zones that are unlike, keeps a zone without members in use, and
   * what then passes between zones is billed both ways; `loadShare` tells what each member gets. AWS leaves it off where nothing is said.
   */
  readonly crossZone: boolean;
  /**
   * Who it is for.
   * @default Exposure.internet()
   */
  readonly exposure?: Exposure;
  /**
   * Which addresses its nodes have.
   * @default EntryAddresses.assigned()
   */
  readonly addresses?: EntryAddresses;
  /**
   * Where it is told of pools with nobody who is well.
   * @default - nobody is told
   */
  readonly alarms?: AlarmTopic;
  /**
   * Where access logs go; needed where TLS ends here, and refused otherwise, as a Network Load Balancer writes them of TLS alone.
   * @default - none are written
   */
  readonly logs?: LogBucket;
  /**
   * Whether it refuses to be deleted.
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/**
 * A Network Load Balancer: connections and datagrams, by port, at one address in each zone that stays.
 *
 * It has a security group, which can be given at the beginning only, and does with it what the CDK leaves out: listeners are open to whom the
 * exposure names, the group lets out to the pools and nobody else, and whoever is in a pool lets it in for traffic and probes.
 *
 * @claims compute-nlb-core, compute-nlb-security-group, compute-nlb-ports, compute-tls-pass-through, compute-cross-zone
 */
export class TransportEntry extends Construct implements IConnectable {
  readonly loadBalancer: INetworkLoadBalancer;
  readonly listeners: readonly INetworkListener[];
  readonly connections: Connections;
  /** The Elastic IPs, zone by zone, where they are made here. */
  readonly addresses: readonly string[];

  constructor(scope: Construct, id: string, props: TransportEntryProps) {
    super(scope, id);
    const { vpc, ports, crossZone, logs, exposure = Exposure.internet() } = props;
    const { addresses = EntryAddresses.assigned(), deletionProtection = false } = props;
    const { subnets } = vpc.selectSubnets(props.subnets);
    const endsTls = ports.some(({ protocol }) => protocol === Protocol.TLS);
    refuse(this, [
      ...subnetFaults(this, vpc, subnets, exposure.isPublic),
      ...exposure.faults(),
      exposure.isForVpcOrigin &&
        'exposure is for a distribution, whose origin inside a network speaks HTTP; take an AppLoadBalancer',
      ...addresses.faults(subnets.length, exposure.isPublic),
      ...portFaults(ports),
      ...ports.flatMap((port) => port.faults(this)),
      ...(exposure.isWorld ? ports : []).map(
        ({ port, protocol }) => protocol !== Protocol.UDP && openPortFault('0.0.0.0/0', port, port),
      ),
      endsTls &&
        !logs &&
        'a port ends TLS and logs are none; give a LogBucket, nobody else sees who was refused a handshake',
      !endsTls &&
        logs !== undefined &&
        'logs are given and no port ends TLS, of which alone they are written; leave them out',
    ]);

    const group = new TierSecurityGroup(this, 'Group', {
      vpc,
      description: 'The entry: lets clients in on its ports and reaches its pools only',
    });
    this.admitClients(group, exposure, ports);
    const { mappings, addresses: made } = addresses.make(this, subnets);
    const balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc,
      ...(mappings ? { subnetMappings: mappings } : { vpcSubnets: { subnets } }),
      internetFacing: exposure.isPublic,
      crossZoneEnabled: crossZone,
      deletionProtection,
      securityGroups: [group.securityGroup],
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: !exposure.isForPrivateLink,
    });
    if (mappings) for (const subnet of subnets) balancer.node.addDependency(subnet.internetConnectivityEstablished);
    if (logs) logConnections(balancer, logs, this.node.path);
    else
      Validations.of(balancer).acknowledge({
        id: 'AwsSolutions::AwsSolutions-ELB2',
        reason:
          'A Network Load Balancer writes access logs of TLS listeners only, and this one passes on TCP or UDP; the flow logs of the network have every connection of it.',
      });
    this.loadBalancer = balancer;
    this.connections = group.connections;
    this.addresses = made;
    this.listeners = ports.map(({ id: name, port, protocol, pool, transport }) => {
      pool.openTo(this);
      return balancer.addListener(name, {
        port,
        protocol,
        defaultTargetGroups: [pool.targetGroup],
        ...(transport && { certificates: [...transport.certificates], sslPolicy: transport.policy }),
      });
    });
    const { alarms } = props;
    if (alarms) for (const pool of new Set(ports.map((one) => one.pool))) this.watch(alarms, pool);
  }

  private admitClients(group: TierSecurityGroup, exposure: Exposure, ports: readonly EntryPort[]): void {
    const tcp = ports.filter(({ protocol }) => protocol !== Protocol.UDP).map(({ port }) => port);
    const udp = ports
      .filter(({ protocol }) => protocol === Protocol.UDP || protocol === Protocol.TCP_UDP)
      .map(({ port }) => port);
    if (exposure.isWorld) {
      group.allowFromAnywhere(
        tcp,
        'A public entry is where the internet is meant to come in; this group opens its listener ports and nothing else, and no instance uses it.',
        udp,
      );
      return;
    }
    for (const peer of exposure.from) {
      for (const port of tcp) group.connections.allowFrom(peer, Port.tcp(port), `tcp/${port} from clients`);
      for (const port of udp) group.connections.allowFrom(peer, Port.udp(port), `udp/${port} from clients`);
    }
  }

  private watch(alarms: AlarmTopic, pool: TransportPool): void {
    const { id } = pool.node;
    const gone = watchTargets(this, {
      alarms,
      metrics: pool.targetGroup.metrics,
      oneIll: {
        id: `${id}Ill`,
        alarmDescription: `Somebody in the pool ${id} has failed its probes for five minutes and was not replaced.`,
      },
      noneWell: {
        id: `${id}Gone`,
        alarmDescription: `Nobody in the pool ${id} is well: its port is open and nobody answers.`,
      },
    });
    pool.watchedBy(gone);
  }
}

function portFaults(ports: readonly EntryPort[]): (string | false)[] {
  const numbers = ports.map(({ port }) => port);
  const twice = new Set(numbers.filter((port, i) => numbers.indexOf(port) !== i));
  return [
    ports.length === 0 && 'ports are none, so nobody could come in; name one at least',
    ...[...twice].map(
      (port) =>
        `ports have ${port} twice, and a balancer listens on a port once; for TCP and UDP on one take EntryPort.tcpAndUdp`,
    ),
  ];
}
