import { Logger } from '@aws-lambda-powertools/logger';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { SQSClient } from '@aws-sdk/client-sqs';
import { InstanceMetadata } from '../shared/instance-metadata';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { GroupMember } from './group-member';
import { workLoop, type LoopOptions } from './loop';
import { QueueSource, type Received, type WorkSource } from './source';

/** What a worker does, and where its messages come from if not straight from the queue. */
export interface Worker<Message extends Received> {
  readonly work: LoopOptions<Message>['work'];
  /** Puts something before the queue, such as a store of large payloads. */
  readonly through: (queue: WorkSource) => WorkSource<Message>;
}

/**
 * The life of a worker on an instance of a group: works its queue until its group, EC2 or the machine's shutdown says that it
 * goes, drains, lets the group go on, and ends.
 *
 * Needs the variables of `WorkerTier`.
 */
export async function runWorker<Message extends Received>({ work, through }: Worker<Message>): Promise<void> {
  const given = variables(environment);
  const seconds = {
    visibilitySeconds: Number(given.visibilitySeconds),
    longestSeconds: Number(given.longestSeconds),
    drainSeconds: Number(given.drainSeconds),
  };
  const notes = new Logger();
  const member = await GroupMember.find(new AutoScalingClient(patience), new InstanceMetadata(), given.hook);
  notes.appendKeys({ instance: member.instanceId });

  const stop = new AbortController();
  const goes = (why: string) => {
    if (stop.signal.aborted) return;
    notes.info('worker drains', { why });
    stop.abort();
  };
  process.once('SIGTERM', () => goes('the machine shuts down'));
  const watching = member.watch(stop.signal, goes);
  notes.info('worker ready', { group: member.groupName, queue: given.queueUrl });

  const source = through(new QueueSource(new SQSClient(patience), given.queueUrl, seconds.visibilitySeconds));
  const settings = { ...seconds, concurrency: Number(given.concurrency) };
  await workLoop({ source, host: member, notes, settings, work }, stop.signal);
  await watching;
  // A shutdown that no group ordered has no hook that waits.
  await member.leave().catch((error: Error) => notes.info('no group waits', { reason: error.message }));
  notes.info('worker ends', {});
}
