import { Duration, Token, Validations } from 'aws-cdk-lib';
import { DefaultResult, LifecycleTransition, ScalingEvents, type CfnLifecycleHook } from 'aws-cdk-lib/aws-autoscaling';
import {
  InstanceType,
  type Connections,
  type IConnectable,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment as variables } from '../../../lambda/worker-tier/environment';
import { BacklogScaling } from '../compute/backlog-scaling';
import { hookConsumer } from '../compute/compute-guard';
import { ComputeTemplate, type ComputeTemplateProps } from '../compute/compute-template';
import { Fleet } from '../compute/fleet';
import { FleetSize } from '../compute/fleet-size';
import { grantOnGroup } from '../compute/group-grant';
import { ProgramBoot } from '../compute/program-boot';
import { RollOut } from '../compute/roll-out';
import { outsideDuration, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { IQueuePair } from './queue-pair';
import { workerUnit } from './worker-boot';
import type { WorkerProgram } from './worker-program';

/** What a worker's machine may differ in. */
export type WorkerMachine = Partial<
  Pick<
    ComputeTemplateProps,
    'instanceType' | 'typePolicy' | 'credits' | 'rootDisk' | 'access' | 'outbound' | 'publicAddress'
  >
>;

export interface WorkerTierProps {
  readonly vpc: IVpc;
  /** Where jobs come from: a `WorkQueue`. An ordered queue is refused, as workers take several messages at once. */
  readonly jobs: IQueuePair;
  /** What workers run. */
  readonly program: WorkerProgram;
  /** Where failures to start workers, and dead letters, are told. */
  readonly alarms: AlarmTopic;
  /** How many workers there are at most, 1 to 1,000. There are none while there is nothing to do. */
  readonly maxWorkers: number;
  /** How many jobs, waiting or in work, one worker is for, 1 to 100,000: what it does in the time you are willing to wait. */
  readonly messagesPerWorker: number;
  /**
   * The longest one job may take before it counts as failed, 1 second to 11 hours. The worker asks the queue for more time
   * meanwhile, up to the twelve hours a message can be hidden.
   * @default Duration.minutes(5)
   */
  readonly longestJob?: Duration;
  /**
   * How long a worker that is to go works on, 1 second to 100 minutes. What is not done then goes to another worker.
   * @default - longestJob, at most 100 minutes
   */
  readonly drainTime?: Duration;
  /**
   * How many jobs a worker works side by side, 1 to 10.
   * @default 4
   */
  readonly concurrency?: number;
  /**
   * For how long there must be too many workers before one goes, 1 minute to 1 hour in whole minutes.
   * @default Duration.minutes(5)
   */
  readonly quietTime?: Duration;
  /**
   * Environment variables of the program, beside those by which the tier tells it about its queue. Never secrets.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Where workers stand, in two or more zones. Public subnets if and only if the machine has a public address.
   * @default - the private subnets with a way out
   */
  readonly subnets?: SubnetSelection;
  /**
   * What workers run on.
   * @default - t4g.micro
   */
  readonly machine?: WorkerMachine;
  /**
   * How long an instance takes from launch until its worker is ready, 10 seconds to 1 hour.
   * @default Duration.minutes(4)
   */
  readonly bootTime?: Duration;
}

/** The hook that waits for a worker to drain; a group has its own. */
const hook = 'drain';

/**
 * Workers that exist only while there is work: a group of instances that grows from nothing with the length of a queue and goes
 * back to nothing when the queue is empty, each running a program that works the queue.
 *
 * Running work is not killed. The group counts messages in work beside those that wait; a busy worker is protected when the group
 * shrinks; and whichever instance goes, its group waits until it has drained.
 *
 * Its role may work this one queue, write its log and speak for itself to its group; what its jobs need is granted to `role`.
 *
 * @claims messaging-worker-tier
 */
export class WorkerTier extends Construct implements IConnectable {
  readonly fleet: Fleet;
  readonly role: IRole;
  readonly connections: Connections;
  /** What workers say, a stream for each instance. */
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: WorkerTierProps) {
    super(scope, id);
    const { vpc, jobs, alarms, maxWorkers, messagesPerWorker, concurrency = 4, environment = {} } = props;
    const { longestJob = Duration.minutes(5), bootTime = Duration.minutes(4), machine = {} } = props;
    const { drainTime = shorter(longestJob, longestDrain) } = props;
    const scaling = new BacklogScaling({
      queue: jobs.queue,
      messagesPerWorker,
      ...(props.quietTime && { quietTime: props.quietTime }),
    });
    refuse(this, [
      jobs.queue.fifo &&
        `jobs is ${jobs.queue.node.path}, an ordered queue; give a WorkQueue, as workers take several messages at once and would break the order`,
      outsideRange('maxWorkers', maxWorkers, 1, 1_000, 'workers'),
      ...scaling.faults({ minCapacity: 0, maxCapacity: maxWorkers, isBalanced: false }),
      outsideDuration('longestJob', longestJob, Duration.seconds(1), Duration.hours(11)),
      outsideDuration('drainTime', drainTime, Duration.seconds(1), longestDrain),
      outsideRange('concurrency', concurrency, 1, 10, 'jobs'),
      jobs.visibilityTimeout.toSeconds() < 30 &&
        `jobs hides messages for ${jobs.visibilityTimeout.toHumanString()}; give a visibilityTimeout of 30 seconds or more, as a worker asks for more time three times in each`,
      ...Object.keys(environment)
        .filter((name) => Object.values<string>(variables).includes(name) || internal.includes(name))
        .map((name) => `environment has ${name}, which the tier gives itself; choose another name`),
      ...Object.entries(environment)
        .filter(([, value]) => !Token.isUnresolved(value) && value === '')
        .map(([name]) => `environment.${name} is empty; leave it out`),
    ]);

    this.logGroup = new LogGroup(this, 'Logs');
    const program = new ProgramBoot(this, 'Boot', {
      ...workerUnit,
      program: props.program,
      logGroup: this.logGroup,
      drainTime,
      environment: {
        [variables.queueUrl]: jobs.queue.queueUrl,
        [variables.visibilitySeconds]: `${jobs.visibilityTimeout.toSeconds()}`,
        [variables.longestSeconds]: `${longestJob.toSeconds()}`,
        [variables.drainSeconds]: `${drainTime.toSeconds()}`,
        [variables.concurrency]: `${concurrency}`,
        [variables.hook]: hook,
        ...environment,
      },
    });
    const template = new ComputeTemplate(this, 'Machine', {
      vpc,
      description: `Workers of ${jobs.queue.node.scope?.node.id ?? 'a queue'}`,
      tagsInMetadata: true,
      ...machine,
      instanceType: machine.instanceType ?? new InstanceType('t4g.micro'),
      boot: program.boot,
    });
    this.role = template.role;
    this.connections = template.connections;
    this.mayWork(jobs);
    program.grantRun(this.role);

    this.fleet = new Fleet(this, 'Fleet', {
      vpc,
      template,
      alarms,
      size: FleetSize.between(0, maxWorkers),
      scaling: [scaling],
      bootTime,
      rollOut: RollOut.rolling({ batch: Math.ceil(maxWorkers / 4) }),
      notices: ScalingEvents.ERRORS,
      ...(props.subnets && { subnets: props.subnets }),
    });
    const drain = this.fleet.group.addLifecycleHook('Drain', {
      lifecycleHookName: hook,
      lifecycleTransition: LifecycleTransition.INSTANCE_TERMINATING,
      // A worker that died says nothing; its group goes on by itself.
      heartbeatTimeout: Duration.seconds(drainTime.toSeconds() + 60),
      defaultResult: DefaultResult.CONTINUE,
    });
    (drain.node.defaultChild as CfnLifecycleHook).addMetadata(hookConsumer, 'the worker on the instance');
    Validations.of(this.fleet.group).acknowledge({
      id: 'AwsSolutions::AwsSolutions-AS3',
      reason:
        'A tier that grows from nothing and goes back several times a day would mail at every burst; it tells of instances that cannot be started or ended, and the queue of messages that wait too long.',
    });
    grantOnGroup(this, 'OwnGroup', {
      group: this.fleet.group,
      role: this.role,
      actions: ['autoscaling:SetInstanceProtection', 'autoscaling:CompleteLifecycleAction'],
    });
  }

  private mayWork({ queue }: IQueuePair): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
        resources: [queue.queueArn],
      }),
    );
    queue.encryptionMasterKey?.grantDecrypt(this.role);
  }
}

const longestDrain = Duration.minutes(100);
const internal = ['AWS_REGION', 'WORKER_PROGRAM', 'WORKER_LOG_GROUP', 'WORKER_REGION', 'WORKER_VARIABLES'];

const shorter = (one: Duration, other: Duration): Duration => (one.toSeconds() < other.toSeconds() ? one : other);
