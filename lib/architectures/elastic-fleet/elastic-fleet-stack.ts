import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import { FleetHealthReporter } from '../../constructs/compute/fleet-health-reporter';
import { LifecycleWork } from '../../constructs/compute/lifecycle-work';
import { MetricsAgent } from '../../constructs/compute/metrics-agent';
import { MixedInstances } from '../../constructs/compute/mixed-instances';
import { SpotDrain } from '../../constructs/compute/spot-drain';
import { TargetPool } from '../../constructs/compute/target-pool';
import { Transport } from '../../constructs/compute/transport';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { sizes } from './sizes';
import { styles, type Style, type StyleName } from './styles';

export interface ElasticFleetProps extends ArchitectureProps {
  /**
   * How the fleet grows and shrinks.
   * @default by-target
   */
  readonly style?: StyleName;
}

const file = (name: string): string => join(__dirname, 'boot', name);
/** The source of the events by which an application tells of an instance that is ill. */
const healthSource = 'elastic-fleet.health';

/**
 * One fleet, mostly of spot instances, that grows and shrinks in any of seven styles, warms up who joins, drains who leaves, and
 * replaces who is wanted back or found ill.
 */
export class ElasticFleet extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = Object.fromEntries(
    Object.entries(styles).map(([style, { what }]) => [style, { what, props: { style } }]),
  );

  constructor(scope: Construct, id: string, props: ElasticFleetProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const size = sizes[profile.name];
    const style: Style = styles[props.style ?? 'by-target'];

    const network = new TieredNetwork(this, 'Network', {
      ...size.network,
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    const { vpc } = network;
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const targets = new TargetPool(this, 'Pages', {
      vpc,
      port: 80,
      health: { path: '/health' },
      deregistrationDelay: Duration.seconds(30),
    });
    const entry = new AppLoadBalancer(this, 'Entry', {
      vpc,
      subnets: network.subnets('web'),
      targets,
      logs: new LogBucket(this, 'AccessLogs'),
      logPrefix: 'entry',
      alarms,
      transport: settings.certificateArn
        ? Transport.tls({ certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn) })
        : Transport.plain(),
      deletionProtection: profile.deletionProtection,
    });

    const template = new ComputeTemplate(this, 'Server', {
      vpc,
      description: 'Servers of the fleet: requests and probes from the load balancer only',
      ...size.server,
      boot: new BootProgram(this, 'Boot', {
        program: file('boot.sh'),
        files: [bootKit, file('nginx.conf')],
        ...(style.inside && { agent: new MetricsAgent(this, 'Agent', { namespace: 'ElasticFleet' }) }),
      }),
    });
    const fleet = new Fleet(this, 'Fleet', {
      vpc,
      subnets: network.subnets(size.servers),
      template,
      size: size.fleet,
      mixed: new MixedInstances({
        types: size.types.map((type) => ({ type })),
        onDemandBase: size.onDemandBase,
      }),
      targets,
      alarms,
      bootTime: Duration.minutes(4),
      scaling: style.scaling({ min: size.fleet.minimum(size.zones), max: size.fleet.maximum }),
    });

    const joining = { fleet, on: 'launch', script: file('warm-up.sh'), longest: Duration.minutes(6), alarms } as const;
    new LifecycleWork(this, 'WarmUp', joining);
    new LifecycleWork(this, 'Leave', { fleet, on: 'termination', script: file('stop.sh'), alarms });
    const drain = new SpotDrain(this, 'SpotDrain', { fleet, stop: file('stop.sh'), alarms });
    new FleetHealthReporter(this, 'Health', { fleet, source: healthSource, alarms });

    this.tell({
      Url: ['Open it and reload: type, zone and way of buying change', entry.url],
      Transport: ['How requests travel', entry.posture],
      FleetGroup: ['Grows and shrinks', fleet.group.autoScalingGroupName],
      SpotDrainFunction: ['Give it the warning of an instance', drain.function.functionName],
      HealthSource: ['Tell the default bus of ill instances under this source', healthSource],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
