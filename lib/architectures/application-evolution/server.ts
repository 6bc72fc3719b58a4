import { Duration } from 'aws-cdk-lib';
import type { IConnectable } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { Exposure } from '../../constructs/compute/exposure';
import { ProgramBoot, type ProgramBootProps } from '../../constructs/compute/program-boot';
import { TargetPool } from '../../constructs/compute/target-pool';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import { programFile } from '../../handlers';
import type { Place } from './place';
import { service, type StageProps } from './stage';

const port = 8080;

export interface ServerProps extends Pick<StageProps, 'alarms' | 'logs' | 'deletionProtection'> {
  readonly place: Place;
  /** Who may call: the API by its link, or the tier before. */
  readonly from: IConnectable;
  /** Of its code, `lambda/application-evolution/<program>.ts`. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Whether it keeps something on its disk.
   * @default false
   */
  readonly keepsState?: boolean;
}

/** What servers of one program have in common, however many there are: a balancer nobody else reaches, and how they boot. */
export class Server extends Construct {
  readonly pool: TargetPool;
  readonly entry: AppLoadBalancer;
  readonly boot: ProgramBoot;

  constructor(scope: Construct, id: string, props: ServerProps) {
    super(scope, id);
    const { place, from, alarms, logs, deletionProtection, program, environment, keepsState = false } = props;
    this.pool = new TargetPool(this, 'Pool', {
      vpc: place.vpc,
      port,
      health: { path: '/health' },
      deregistrationDelay: Duration.seconds(30),
    });
    this.entry = new AppLoadBalancer(this, 'Entry', {
      vpc: place.vpc,
      subnets: place.entry,
      targets: this.pool,
      logs,
      logPrefix: program,
      alarms,
      exposure: Exposure.internal([from]),
      deletionProtection,
    });
    const unit: Pick<ProgramBootProps, 'unit' | 'description' | 'ready' | 'keepsState'> = {
      unit: 'server',
      description: `Answers requests: ${program}`,
      ready: 'server ready',
      keepsState,
    };
    this.boot = new ProgramBoot(this, 'Boot', {
      ...unit,
      program: WorkerProgram.bundled(programFile(service, program)),
      logGroup: new LogGroup(this, 'Output'),
      drainTime: Duration.seconds(30),
      environment: {
        PORT: `${port}`,
        POWERTOOLS_SERVICE_NAME: service,
        // Figures of functions; what servers do, their balancer counts.
        POWERTOOLS_METRICS_DISABLED: 'true',
        ...environment,
      },
    });
  }
}
