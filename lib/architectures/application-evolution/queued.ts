import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { documentPrefix, environment, summaryPrefix } from '../../../lambda/application-evolution/environment';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import { WorkerTier } from '../../constructs/messaging/worker-tier';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { programFile } from '../../handlers';
import { pathOf } from './contract';
import { Library } from './library';
import { Place } from './place';
import { ServerTier } from './server-tier';
import { service, type Stage, type StageProps } from './stage';

/**
 * Stage 3: the tier in front keeps a document, queues where it lies, and answers. Workers follow the length of the queue, down to
 * none, and whether there are any nobody who uploads can tell.
 *
 * @claims serverless-stage-queued
 */
export class Queued extends Construct implements Stage {
  readonly answering: Stage['answering'];
  readonly outputs: Stage['outputs'];

  constructor(scope: Construct, id: string, { ...props }: StageProps) {
    super(scope, id);
    const { alarms, size } = props;
    const place = new Place(this, 'Place');
    const library = new Library(this, 'Library', props);
    const jobs = new WorkQueue(this, 'Jobs', {
      alarms,
      visibilityTimeout: Duration.minutes(2),
      oldestMessageAge: Duration.minutes(30),
    });
    const buckets = {
      [environment.documentBucket]: library.bucket.bucketName,
      [environment.summaryBucket]: library.bucket.bucketName,
    };
    const front = new ServerTier(this, 'Upload', {
      ...props,
      place,
      from: place.link,
      program: 'queueing-tier',
      environment: { ...buckets, [environment.nextQueue]: jobs.queue.queueUrl },
    });
    library.grantRead(front.role, documentPrefix);
    library.grantWrite(front.role, documentPrefix);
    library.grantRead(front.role, summaryPrefix);
    jobs.grantSend(front.role);

    const workers = new WorkerTier(this, 'Workers', {
      vpc: place.vpc,
      subnets: place.servers,
      machine: { instanceType: size.server, publicAddress: true },
      jobs,
      program: WorkerProgram.bundled(programFile(service, 'worker')),
      environment: { ...buckets, POWERTOOLS_SERVICE_NAME: service },
      alarms,
      maxWorkers: size.maxWorkers,
      messagesPerWorker: 100,
      longestJob: Duration.minutes(1),
    });
    library.grantRead(workers.role, documentPrefix);
    library.grantWrite(workers.role, summaryPrefix);

    const { loadBalancer: balancer } = front.entry;
    this.answering = (route) => ApiTarget.linkedProxy(place.link, { balancer, path: pathOf(route) });
    this.outputs = {
      UploadGroup: ['Servers that take documents in', front.groupName],
      WorkerGroup: ['Grows with the queue, and shrinks to nothing', workers.fleet.group.autoScalingGroupName],
      JobsQueueUrl: ['What waits to be worked', jobs.queue.queueUrl],
      DeadLetterQueueUrl: ['What failed too often', jobs.deadLetterQueue.queueUrl],
      LibraryBucket: ['Documents and summaries', library.bucket.bucketName],
    };
  }
}
