import { Duration } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/static-ip-entry/environment';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import { ProgramBoot } from '../../constructs/compute/program-boot';
import type { TargetPool } from '../../constructs/compute/target-pool';
import type { TransportPool } from '../../constructs/compute/transport-pool';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { programFile } from '../../handlers';
import type { Size } from './sizes';

export interface ServersProps extends Pick<Size, 'fleet' | 'server'> {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** The pools behind the entry; each server is in all of them. */
  readonly pools: readonly TransportPool[];
  /**
   * The pool behind an Application Load Balancer.
   * @default - there is none
   */
  readonly pages?: TargetPool | undefined;
  readonly alarms: AlarmTopic;
}

/** The time a server that goes has for who is connected: what the pools give it, and no more. */
const drainTime = Duration.minutes(5);

/** Equal servers, one in each zone at least, that offer every service and let in the entry alone. */
export class Servers extends Construct {
  readonly group: IAutoScalingGroup;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: ServersProps) {
    super(scope, id);
    const { vpc, subnets, pools, pages, alarms, fleet, server } = props;
    this.logGroup = new LogGroup(this, 'Logs');
    const program = new ProgramBoot(this, 'Boot', {
      unit: 'server',
      description: 'Lines, datagrams and pages at ports of their own',
      ready: 'server ready',
      keepsState: true,
      program: WorkerProgram.bundled(programFile('static-ip-entry', 'server')),
      logGroup: this.logGroup,
      drainTime,
      environment: {
        [environment.drainSeconds]: `${drainTime.toSeconds()}`,
        POWERTOOLS_SERVICE_NAME: 'static-ip-entry',
      },
    });
    const template = new ComputeTemplate(this, 'Machine', {
      vpc,
      description: 'Servers: connections, datagrams and probes from the entry only',
      boot: program.boot,
      ...server,
    });
    program.grantRun(template.role);
    this.group = new Fleet(this, 'Fleet', {
      vpc,
      subnets,
      template,
      size: fleet,
      transports: pools,
      ...(pages && { targets: pages }),
      alarms,
      bootTime: Duration.minutes(4),
    }).group;
  }
}
