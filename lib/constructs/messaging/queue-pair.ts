import { ArnFormat, Duration, Names, Stack, Token, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Queue,
  QueueEncryption,
  RedrivePermission,
  type DeduplicationScope,
  type FifoThroughputLimit,
  type IQueue,
} from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { outsideDuration, outsideRange } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { refuseEveryone } from './open-policy';

/** What a standard and a FIFO queue have in common. */
export interface QueuePairProps {
  /** Where the alarms of this queue report to. */
  readonly alarms: AlarmTopic;
  /**
   * The longest run of whatever works this queue; the timeout of the function.
   * @default Duration.seconds(10)
   */
  readonly consumerTimeout?: Duration;
  /**
   * How long a message is hidden from others once it was received, at most 12 hours. A shorter one than six times
   * `consumerTimeout` is refused: the message would come back while it is still worked.
   * @default - six times `consumerTimeout`
   */
  readonly visibilityTimeout?: Duration;
  /**
   * How long a message waits to be worked before it is lost, 60 seconds to 14 days. Must leave time for all receives.
   * @default Duration.days(4)
   */
  readonly retentionPeriod?: Duration;
  /**
   * How long a message lives that was moved aside, counted from when it was first sent. A shorter one than
   * `retentionPeriod` is refused: a message could expire on the way.
   * @default Duration.days(14)
   */
  readonly deadLetterRetentionPeriod?: Duration;
  /**
   * After how many receives without success a message is moved aside, 1 to 1,000.
   * @default 3
   */
  readonly maxReceiveCount?: number;
  /**
   * How long every new message stays hidden, 0 to 900 seconds.
   * @default Duration.seconds(0)
   */
  readonly deliveryDelay?: Duration;
  /**
   * How long an asking consumer waits for a message, 0 to 20 seconds; 0 is short polling, which costs more.
   * @default Duration.seconds(20)
   */
  readonly receiveMessageWaitTime?: Duration;
  /**
   * The largest message taken, body and attributes together, 1,024 to 1,048,576 bytes.
   * @default 1048576
   */
  readonly maxMessageSizeBytes?: number;
  /**
   * The key both queues are encrypted with.
   * @default - a key of SQS, free of charge (SSE-SQS)
   */
  readonly encryptionKey?: IKey;
  /**
   * How old the oldest waiting message may get before an alarm goes off.
   * @default - no such alarm
   */
  readonly oldestMessageAge?: Duration;
}

/** A queue with its dead-letter queue, as consumers and topics need it; `WorkQueue` and `OrderedQueue` are ones. */
export interface IQueuePair {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly visibilityTimeout: Duration;
  readonly retentionPeriod: Duration;
  /** How long a message lives among the dead letters, from when it was first sent. */
  readonly deadLetterRetentionPeriod: Duration;
  /** The largest message taken, in bytes. */
  readonly maxMessageSizeBytes: number;
}

/** The settings of a pair with nothing left to a default. */
export interface QueuePairSettings extends Required<Omit<QueuePairProps, 'encryptionKey' | 'oldestMessageAge'>> {
  readonly encryptionKey?: IKey;
  readonly oldestMessageAge?: Duration;
}

/** What a FIFO queue has besides. */
export interface FifoSettings {
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationScope: DeduplicationScope;
  readonly fifoThroughputLimit: FifoThroughputLimit;
}

/** How many times the longest run a message must stay hidden: one run, and five more that were throttled or restarted. */
export const visibilityFactor = 6;

export function withDefaults(props: QueuePairProps): QueuePairSettings {
  const { consumerTimeout = Duration.seconds(10) } = props;
  return {
    ...props,
    consumerTimeout,
    visibilityTimeout: props.visibilityTimeout ?? times(consumerTimeout, visibilityFactor),
    retentionPeriod: props.retentionPeriod ?? Duration.days(4),
    deadLetterRetentionPeriod: props.deadLetterRetentionPeriod ?? Duration.days(14),
    maxReceiveCount: props.maxReceiveCount ?? 3,
    deliveryDelay: props.deliveryDelay ?? Duration.seconds(0),
    receiveMessageWaitTime: props.receiveMessageWaitTime ?? Duration.seconds(20),
    maxMessageSizeBytes: props.maxMessageSizeBytes ?? 1_048_576,
  };
}

/** Everything about the settings of a pair that SQS, or the messages in it, could not live with. */
export function queueFaults(settings: QueuePairSettings): (string | undefined)[] {
  const { visibilityTimeout, retentionPeriod, deadLetterRetentionPeriod } = settings;
  const shortest = Duration.seconds(60);
  const longest = Duration.days(14);
  const badRetention = outsideDuration('retentionPeriod', retentionPeriod, shortest, longest);
  return [
    outsideDuration('consumerTimeout', settings.consumerTimeout, Duration.seconds(1), Duration.hours(2)),
    outsideDuration('visibilityTimeout', visibilityTimeout, Duration.seconds(0), Duration.hours(12)) ??
      shortVisibility(visibilityTimeout, settings.consumerTimeout),
    outsideDuration('deadLetterRetentionPeriod', deadLetterRetentionPeriod, shortest, longest),
    ...(badRetention ? [badRetention] : [shortDeadLetters(settings), tooShortForReceives(settings)]),
    outsideRange('maxReceiveCount', settings.maxReceiveCount, 1, 1000),
    outsideDuration('deliveryDelay', settings.deliveryDelay, Duration.seconds(0), Duration.seconds(900)),
    outsideDuration(
      'receiveMessageWaitTime',
      settings.receiveMessageWaitTime,
      Duration.seconds(0),
      Duration.seconds(20),
    ),
    outsideRange('maxMessageSizeBytes', settings.maxMessageSizeBytes, 1024, 1_048_576, 'bytes'),
    outsideDuration('oldestMessageAge', settings.oldestMessageAge, Duration.seconds(1), longest),
  ];
}

/**
 * A fault when a message would come back while a run that got it may still be working.
 *
 * @param window how long a batch may be collected before the run starts
 */
export function shortVisibility(
  visibility: Duration,
  consumerTimeout: Duration,
  window: Duration = Duration.seconds(0),
): string | undefined {
  if (visibility.isUnresolved() || consumerTimeout.isUnresolved()) return undefined;
  const needed = visibilityFactor * seconds(consumerTimeout) + seconds(window);
  if (seconds(visibility) >= needed) return undefined;
  const plus = seconds(window) > 0 ? ` and the batching window of ${text(window)}` : '';
  return `visibilityTimeout is ${text(visibility)}, under six times the function's timeout of ${text(consumerTimeout)}${plus}; give at least ${text(Duration.seconds(needed))}, or shorten the function's timeout`;
}

/** A message keeps its age when it is moved aside, so it could expire there at once. */
function shortDeadLetters({ retentionPeriod, deadLetterRetentionPeriod }: QueuePairSettings): string | undefined {
  if (!(seconds(deadLetterRetentionPeriod) < seconds(retentionPeriod))) return undefined;
  return `deadLetterRetentionPeriod is ${text(deadLetterRetentionPeriod)}, shorter than retentionPeriod, ${text(retentionPeriod)}; a message keeps its age when it is moved aside, so give the dead letters at least as long`;
}

/** A failing message must live through all its receives, or it expires instead of being moved aside. */
function tooShortForReceives(settings: QueuePairSettings): string | undefined {
  const { maxReceiveCount, visibilityTimeout, deliveryDelay, retentionPeriod } = settings;
  if (Token.isUnresolved(maxReceiveCount)) return undefined;
  const needed = seconds(deliveryDelay) + maxReceiveCount * seconds(visibilityTimeout);
  if (!(seconds(retentionPeriod) <= needed)) return undefined;
  return `retentionPeriod is ${text(retentionPeriod)}, but ${maxReceiveCount} receives of ${text(visibilityTimeout)} each take ${text(Duration.seconds(needed))}; a failing message would be lost before it is moved aside, so keep messages longer or lower maxReceiveCount`;
}

/**
 * Makes the two queues and their alarms.
 *
 * The working queue has a physical name, because its dead-letter queue must name it (`RedriveAllowPolicy`) while it itself
 * points there, and CloudFormation makes no two resources that refer to each other.
 */
export function makeQueuePair(
  pair: Construct,
  settings: QueuePairSettings,
  fifo?: FifoSettings,
): { queue: IQueue; deadLetterQueue: IQueue; alarms: readonly IAlarm[] } {
  const queueName = `${Names.uniqueResourceName(pair, {
    maxLength: 75,
    separator: '-',
    allowedSpecialCharacters: '-_',
  })}${fifo ? '.fifo' : ''}`;
  const secured = {
    enforceSSL: true,
    ...(settings.encryptionKey
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: settings.encryptionKey }
      : { encryption: QueueEncryption.SQS_MANAGED }),
  };
  const queueArn = Stack.of(pair).formatArn({
    service: 'sqs',
    resource: queueName,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });

  const deadLetterQueue = new Queue(pair, 'DeadLetters', {
    ...secured,
    retentionPeriod: settings.deadLetterRetentionPeriod,
    visibilityTimeout: settings.visibilityTimeout,
    receiveMessageWaitTime: settings.receiveMessageWaitTime,
    maxMessageSizeBytes: settings.maxMessageSizeBytes,
    ...(fifo && { fifo: true }),
    redriveAllowPolicy: {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueues: [Queue.fromQueueAttributes(pair, 'Source', { queueArn, fifo: fifo !== undefined })],
    },
  });
  Validations.of(deadLetterQueue).acknowledge({
    id: 'Serverless::Serverless-SQSRedrivePolicy',
    reason:
      'This is the dead-letter queue itself; its messages wait here for a person, and an alarm goes off at the first of them.',
  });
  const queue = new Queue(pair, 'Queue', {
    ...secured,
    queueName,
    visibilityTimeout: settings.visibilityTimeout,
    retentionPeriod: settings.retentionPeriod,
    deliveryDelay: settings.deliveryDelay,
    receiveMessageWaitTime: settings.receiveMessageWaitTime,
    maxMessageSizeBytes: settings.maxMessageSizeBytes,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: settings.maxReceiveCount },
    ...(fifo && { fifo: true, ...fifo }),
  });
  for (const each of [queue, deadLetterQueue])
    refuseEveryone(each, 'use the queue', 'name the accounts, or narrow it to an organisation');
  return { queue, deadLetterQueue, alarms: alarmsOf(pair, settings, queue, deadLetterQueue) };
}

function alarmsOf(pair: Construct, settings: QueuePairSettings, queue: IQueue, deadLetterQueue: IQueue): IAlarm[] {
  const { alarms, oldestMessageAge } = settings;
  const deadLetters = alarms.alarm(pair, 'DeadLetterAlarm', {
    alarmDescription: `A message of ${pair.node.path} failed too often and was moved aside; its reason is in the log.`,
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(1),
    }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  if (!oldestMessageAge) return [deadLetters];
  const backlog = alarms.alarm(pair, 'BacklogAlarm', {
    alarmDescription: `The oldest message of ${pair.node.path} has waited longer than ${text(oldestMessageAge)}.`,
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(1) }),
    threshold: seconds(oldestMessageAge),
    evaluationPeriods: 3,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  return [deadLetters, backlog];
}

/** NaN for a token, which compares as neither shorter nor longer. */
const seconds = (duration: Duration): number =>
  duration.isUnresolved() ? NaN : duration.toSeconds({ integral: false });
const text = (duration: Duration): string => duration.toHumanString();
const times = (duration: Duration, factor: number): Duration => Duration.seconds(duration.toSeconds() * factor);
