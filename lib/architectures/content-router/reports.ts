import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import { ComputeTemplate, type ComputeTemplateProps } from '../../constructs/compute/compute-template';
import { EntryPort } from '../../constructs/compute/entry-port';
import { Fleet, type FleetProps } from '../../constructs/compute/fleet';
import { FleetSize } from '../../constructs/compute/fleet-size';
import { ownCertificate } from '../../constructs/compute/own-certificate';
import { ScalingStrategy } from '../../constructs/compute/scaling-strategy';
import { TargetPool } from '../../constructs/compute/target-pool';
import { TransportEntry } from '../../constructs/compute/transport-entry';
import { TransportHealth } from '../../constructs/compute/transport-health';
import { TransportPool } from '../../constructs/compute/transport-pool';
import { TypePolicy } from '../../constructs/compute/type-policy';
import type { TieredNetwork } from '../../constructs/network/tiered-network';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { ProfileName } from '../../profile';

/** Whether what goes to the servers is encrypted anew behind a balancer that reads it, or passed to them as clients encrypted it. */
export type ReportsWay = 'bridged' | 'passed-through';

export interface ReportsProps {
  readonly network: TieredNetwork;
  readonly alarms: AlarmTopic;
  readonly way: ReportsWay;
  readonly profile: ProfileName;
  readonly deletionProtection: boolean;
}

type Machine = Pick<ComputeTemplateProps, 'instanceType' | 'typePolicy' | 'credits'>;
const machines: Readonly<Record<ProfileName, Machine & Pick<FleetProps, 'size'>>> = {
  sandbox: {
    instanceType: new InstanceType('t4g.micro'),
    credits: BurstCredits.unlimited(
      'A new T4g has no credits, so in standard mode it would install nginx at a fifth of one processor',
    ),
    size: FleetSize.between(1, 2),
  },
  production: {
    instanceType: new InstanceType('m7g.medium'),
    typePolicy: TypePolicy.sustained(),
    size: FleetSize.survivingZoneLoss(1, 4),
  },
};

const file = (name: string): string => join(__dirname, 'boot', name);
const port = 443;
const healthPath = '/health';

/** Servers that speak TLS alone, each with a certificate that it made itself. */
export class Reports extends Construct {
  /** What a rule may lead to. Where nobody before the servers reads a request, there is none. */
  readonly pool?: TargetPool;
  /** Their own door, where they have one. */
  readonly url?: string;
  private readonly behind: Pick<FleetProps, 'targets' | 'transports'>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ReportsProps,
  ) {
    super(scope, id);
    const { network, alarms, way, deletionProtection } = props;
    const { vpc } = network;
    const deregistrationDelay = Duration.seconds(30);
    if (way === 'bridged') {
      this.pool = new TargetPool(this, 'Pool', {
        vpc,
        port,
        tls: true,
        health: { path: healthPath },
        deregistrationDelay,
      });
      this.behind = { targets: this.pool };
      return;
    }
    const transport = new TransportPool(this, 'Passed', {
      vpc,
      port,
      health: TransportHealth.https(healthPath),
      deregistrationDelay,
    });
    const door = new TransportEntry(this, 'Door', {
      vpc,
      subnets: network.subnets('web'),
      ports: [EntryPort.passThrough(transport)],
      crossZone: true,
      alarms,
      deletionProtection,
    });
    this.behind = { transports: [transport] };
    this.url = `https://${door.loadBalancer.loadBalancerDnsName}`;
  }

  /** Launches them; call it when something leads to them, as its probes decide whether they are well. */
  launch(): void {
    const { network, alarms, profile } = this.props;
    const { size, ...machine } = machines[profile];
    const template = new ComputeTemplate(this, 'Server', {
      vpc: network.vpc,
      description: 'Servers of reports: requests and probes from a load balancer only',
      ...machine,
      // They fetch nginx themselves, and a NAT gateway would cost more than they do; no port of theirs is open.
      publicAddress: true,
      boot: new BootProgram(this, 'Boot', {
        program: file('boot.sh'),
        files: [bootKit, ownCertificate, file('nginx.conf')],
      }),
    });
    new Fleet(this, 'Fleet', {
      vpc: network.vpc,
      subnets: network.subnets('web'),
      template,
      size,
      ...this.behind,
      alarms,
      bootTime: Duration.minutes(4),
      scaling: [ScalingStrategy.targetTracking({ cpu: 50 })],
    });
  }
}
