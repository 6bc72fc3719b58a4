import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { TypePolicy } from '../../constructs/compute/type-policy';
import { PayloadStore } from '../../constructs/messaging/payload-store';
import { QueueOperators } from '../../constructs/messaging/queue-operators';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import { WorkerTier, type WorkerMachine } from '../../constructs/messaging/worker-tier';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { programFile } from '../../handlers';
import type { ProfileName } from '../../profile';
import { Desk } from './desk';
import { Documents } from './documents';
import { WorkerNetwork, type Standing } from './worker-network';

export interface QueuedWorkerTierProps extends ArchitectureProps {
  /**
   * Where workers stand.
   * @default - public in a sandbox, isolated in production
   */
  readonly standing?: Standing;
}

interface Size {
  readonly standing: Standing;
  readonly maxWorkers: number;
  /** How many documents one worker is for. */
  readonly messagesPerWorker: number;
  readonly machine: WorkerMachine;
}

const sizes: Readonly<Record<ProfileName, Size>> = {
  sandbox: { standing: 'public', maxWorkers: 4, messagesPerWorker: 25, machine: {} },
  production: {
    standing: 'isolated',
    maxWorkers: 20,
    messagesPerWorker: 500,
    machine: { instanceType: new InstanceType('m7g.medium'), typePolicy: TypePolicy.sustained() },
  },
};

/**
 * An upload tier that never waits, and workers that exist only while there is work.
 *
 * @claims messaging-worker-tier, messaging-large-payload, messaging-queue-tag-access, messaging-private-access
 */
export class QueuedWorkerTier extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'public-workers': {
      what: 'workers in public subnets, with addresses of their own and no way in',
      props: { standing: 'public' } satisfies Partial<QueuedWorkerTierProps>,
    },
    'isolated-workers': {
      what: 'workers in isolated subnets, which reach their services by interface endpoints',
      props: { standing: 'isolated' } satisfies Partial<QueuedWorkerTierProps>,
    },
  };

  constructor(scope: Construct, id: string, props: QueuedWorkerTierProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const { maxWorkers, messagesPerWorker, machine, ...size } = sizes[profile.name];
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const jobs = new WorkQueue(this, 'Jobs', {
      alarms,
      // A worker asks for more time while it works; one that dies leaves its messages hidden for this long.
      visibilityTimeout: Duration.minutes(2),
      oldestMessageAge: Duration.minutes(30),
    });
    const payloads = new PayloadStore(this, 'Payloads', { queue: jobs, accessLogs });
    const documents = new Documents(this, 'Documents', { jobs, accessLogs });
    const desk = new Desk(this, 'Desk', { jobs, payloads });

    const network = new WorkerNetwork(this, 'Place', { standing: props.standing ?? size.standing, jobs });
    const workers = new WorkerTier(this, 'Workers', {
      vpc: network.vpc,
      subnets: network.subnets,
      machine: { ...machine, ...network.machine },
      jobs,
      program: WorkerProgram.bundled(programFile('queued-worker-tier', 'worker')),
      environment: { ...documents.environment, ...payloads.environment, POWERTOOLS_SERVICE_NAME: 'queued-worker-tier' },
      alarms,
      maxWorkers,
      messagesPerWorker,
    });
    documents.grantWork(workers.role);
    payloads.grantReceive(workers.role);
    const operators = new QueueOperators(this, 'Operators', { queues: [jobs] });

    this.tell({
      UploadBucket: ['Put documents here, below documents/', documents.uploads.bucketName],
      SubmitFunction: ['Or send them to this', desk.function.function.functionName],
      ReportBucket: ['Reports appear here', documents.reports.bucketName],
      QueueUrl: ['What waits to be worked', jobs.queue.queueUrl],
      DeadLetterQueueUrl: ['What failed too often', jobs.deadLetterQueue.queueUrl],
      PayloadBucket: ['Bodies that are too large for a message', payloads.bucket.bucketName],
      WorkerGroup: ['Grows with the queue, and shrinks to nothing', workers.fleet.group.autoScalingGroupName],
      WorkerLogs: ['What workers say', workers.logGroup.logGroupName],
      OperatorRole: ['Looks after the queues', operators.role.roleArn],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
