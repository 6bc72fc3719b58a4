import { Duration } from 'aws-cdk-lib';
import type { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment, ready } from '../../../lambda/traffic-inspection/environment';
import type { BurstCredits } from '../../constructs/compute/burst-credits';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import type { FleetSize } from '../../constructs/compute/fleet-size';
import type { GatewayBalancer } from '../../constructs/compute/gateway-balancer';
import { genevePort } from '../../constructs/compute/gateway-rules';
import { ProgramBoot } from '../../constructs/compute/program-boot';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { programFile } from '../../handlers';
import type { ApplianceNetwork } from './appliance-network';

/** What a machine is, and whether its figures come every minute. */
export interface Machine {
  readonly instanceType: InstanceType;
  readonly detailedMonitoring: boolean;
  /**
   * What a burstable one does when its credits are used up.
   * @default - as ComputeTemplate and SecureInstance have it
   */
  readonly credits?: BurstCredits;
}

export interface AppliancesProps {
  readonly network: ApplianceNetwork;
  readonly alarms: AlarmTopic;
  readonly machine: Machine;
  readonly size: FleetSize;
  readonly singleZone: boolean;
  readonly packetsFrom: GatewayBalancer;
  /** The TCP port of the requests they read. */
  readonly watchedPort: number;
  /** Names of headers whose requests are dropped. */
  readonly blockedHeaders: readonly string[];
}

/** Where appliances say whether they are well. */
export const health = { port: 8081, path: '/' } as const;
const drainTime = Duration.minutes(1);

/** Machines that read packets, all alike. Nobody but the balancer reaches them. */
export class Appliances extends Construct {
  readonly fleet: Fleet;
  /** What they say, a stream for each machine: each connection that was blocked, and why. */
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: AppliancesProps) {
    super(scope, id);
    const { network, alarms, size, singleZone, packetsFrom } = props;
    const { vpc, subnets, publicAddress, access } = network;
    this.logGroup = new LogGroup(this, 'Logs');
    const program = new ProgramBoot(this, 'Boot', {
      unit: 'appliance',
      description: 'Reads the packets of a Gateway Load Balancer',
      ready,
      program: WorkerProgram.bundled(programFile('traffic-inspection', 'inspect')),
      logGroup: this.logGroup,
      drainTime,
      environment: {
        [environment.address]: '0.0.0.0',
        [environment.port]: `${genevePort}`,
        [environment.healthPort]: `${health.port}`,
        [environment.watchedPort]: `${props.watchedPort}`,
        [environment.blockedHeaders]: props.blockedHeaders.join(','),
        [environment.drainSeconds]: `${drainTime.toSeconds()}`,
        POWERTOOLS_SERVICE_NAME: 'traffic-inspection',
      },
    });
    const template = new ComputeTemplate(this, 'Machine', {
      vpc,
      description: 'Appliances: packets and probes from the balancer only',
      ...props.machine,
      boot: program.boot,
      publicAddress,
      access,
    });
    program.grantRun(template.role);
    this.fleet = new Fleet(this, 'Fleet', { vpc, subnets, template, size, singleZone, alarms, packetsFrom });
    // The first appliance would find neither packages nor its program, nor anybody to tell that it is well.
    this.fleet.group.node.addDependency(network.services);
  }
}
