import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetters } from './find';

/** A message that waits among the dead letters. */
export interface Sample {
  readonly id: string;
  readonly sent: string;
  readonly receives: number;
  /** The beginning of its body. */
  readonly body: string;
}

/** A move of messages back to their queue. */
export interface Task {
  readonly status: string;
  readonly moved: number;
  readonly of: number;
  readonly started: string;
  /** What stops it; only a running one has it. */
  readonly handle?: string;
  readonly failure?: string;
}

/**
 * Some of the dead letters. They stay where they are and can be seen by others at once; only the count of receives, which nobody goes
 * by there, grows.
 */
export async function samplesOf(sqs: SQSClient, { url }: DeadLetters, many: number): Promise<Sample[]> {
  if (many === 0) return [];
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: many,
      VisibilityTimeout: 0,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
    }),
  );
  return Messages.map(({ MessageId, Body = '', Attributes = {} }) => ({
    id: MessageId!,
    sent: new Date(Number(Attributes.SentTimestamp)).toISOString(),
    receives: Number(Attributes.ApproximateReceiveCount),
    body: shortened(Body),
  }));
}

/** The moves of a queue that SQS remembers, the latest first. */
export async function tasksOf(sqs: SQSClient, { arn }: DeadLetters): Promise<Task[]> {
  const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 10 }));
  return Results.map((result) => ({
    status: result.Status!,
    moved: result.ApproximateNumberOfMessagesMoved ?? 0,
    of: result.ApproximateNumberOfMessagesToMove ?? 0,
    started: new Date(result.StartedTimestamp ?? 0).toISOString(),
    ...(result.TaskHandle !== undefined && { handle: result.TaskHandle }),
    ...(result.FailureReason !== undefined && { failure: result.FailureReason }),
  }));
}

/** Starts to move every message back to the queue it came from. @param rate messages a second at most; as SQS sees fit if left out */
export async function start(sqs: SQSClient, { arn }: DeadLetters, rate: number | undefined): Promise<void> {
  await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: arn,
      ...(rate !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
    }),
  );
}

/** Stops a move; what was moved stays moved. @returns how many messages that were, as far as SQS knows */
export async function stop(sqs: SQSClient, handle: string): Promise<number> {
  const { ApproximateNumberOfMessagesMoved = 0 } = await sqs.send(
    new CancelMessageMoveTaskCommand({ TaskHandle: handle }),
  );
  return ApproximateNumberOfMessagesMoved;
}

const shortened = (body: string): string => {
  const line = body.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};
