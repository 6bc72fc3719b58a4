import { join } from 'node:path';
import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { InstanceWatch } from '../../constructs/compute/instance-watch';
import { OfficeHours, OfficeServers } from '../../constructs/compute/office-hours';
import { SecureInstance } from '../../constructs/compute/secure-instance';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { declaredPage } from './declared-page';
import { profiles } from './profiles';

export interface SingleServerProps extends ArchitectureProps {
  /**
   * Whether the server is declared (cfn-init) and kept as it is declared (cfn-hup), rather than made by a program.
   * @default false
   */
  readonly declared?: boolean;
  /**
   * Whether office hours are kept by whatever bears a tag, by a function, rather than by this one server.
   * @default false
   */
  readonly hoursByTag?: boolean;
}

/** What AWS promises of one instance in one zone. */
const availability = 0.995;
/** Servers that bear it stand still outside office hours. */
const hoursTag = ['groundplan:hours', 'office'] as const;

/**
 * One hardened web server, the smallest thing worth deploying.
 *
 * @claims compute-web-server, compute-web-user-data
 */
export class SingleServer extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'declared-state': {
      what: 'what the server is made of is declared, and changed in place',
      props: { declared: true } satisfies Partial<SingleServerProps>,
    },
    'hours-by-tag': {
      what: 'a function starts and stops whatever bears a tag',
      props: { hoursByTag: true } satisfies Partial<SingleServerProps>,
    },
  };

  constructor(scope: Construct, id: string, props: SingleServerProps) {
    super(scope, id, props);
    const { profile, settings, declared = false, hoursByTag = false } = props;
    const { server: kind, hours, flowLogs } = profiles[profile.name];

    const network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr: '10.56.0.0/16',
        tiers: [
          { name: 'web', access: 'public' },
          { name: 'data', access: 'isolated' },
        ],
        zones: 2,
      },
      gatewayEndpoints: {},
      flowLogs,
    });
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });

    const server = new SecureInstance(this, 'WebServer', {
      vpc: network.vpc,
      subnet: network.vpc.selectSubnets(network.subnets('web')).subnets[0],
      publicAddress: true,
      description: 'The web server: pages for everybody, shells by Session Manager alone',
      ...kind,
      ...(declared
        ? { state: declaredPage('Hello') }
        : { boot: new BootProgram(this, 'Boot', { program: join(__dirname, 'boot', 'boot.sh'), files: [bootKit] }) }),
    });
    server.group.allowFromAnywhere(
      [80],
      'It is a public web server with one page, which says who serves it and holds nothing.',
    );

    const watch = new InstanceWatch(this, 'Watch', { instance: server.instance, alarms, availability });
    this.tell({
      Server: ['The instance; its public address is another one after every stop', server.instanceId],
      OwnAlarm: ['Goes off when the system of the server fails, and reboots it', watch.own.alarmName],
    });
    if (!hours) return;

    Tags.of(server).add(...hoursTag);
    const office = new OfficeHours(this, 'Hours', {
      of: hoursByTag ? OfficeServers.tagged(...hoursTag) : OfficeServers.named(server),
      hours,
      alarms,
    });
    this.tell({
      StopGroup: ['The group of the schedule that stops it', office.stop.group.ref],
      StopSchedule: ['That schedule', office.stop.schedule.ref],
      StartGroup: ['The group of the schedule that starts it', office.start.group.ref],
      StartSchedule: ['That schedule', office.start.schedule.ref],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
