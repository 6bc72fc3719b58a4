import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { largestMessage, messageBytes, type OutgoingMessage } from './message-size';

export interface QueueMessage extends OutgoingMessage {
  /** Within what order is kept; needed for FIFO queues. */
  readonly groupId?: string;
  /** What makes two messages of a FIFO queue the same; needed unless the queue compares contents. */
  readonly deduplicationId?: string;
  /** How long this message stays hidden, 0 to 900 seconds; standard queues only. */
  readonly delaySeconds?: number;
}

/** A message the queue did not take, and why. */
export interface Unsent {
  readonly message: QueueMessage;
  readonly reason: string;
}

export interface SendBatchOptions {
  /**
   * How often a message is offered at most.
   * @default 3
   */
  readonly attempts?: number;
  /**
   * What is done before a further attempt, counted from 1.
   * @default - wait 100 ms, then twice as long each time
   */
  readonly pause?: (attempt: number) => Promise<void>;
}

/**
 * Sends any number of messages in as few calls as SQS allows (ten messages, 1 MiB), and offers again those the queue did
 * not take for a reason of its own, or that it could not be asked to take. In a FIFO queue such a message comes after those of its group that were taken; whoever
 * cannot bear that sends one at a time.
 *
 * @returns what the queue would not take in the end; empty when all is well
 * @throws one error with every message that no queue of this kind can take, before anything is sent
 * @claims messaging-queue-message-size, messaging-queue-fifo, messaging-queue-delay
 */
export async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  messages: readonly QueueMessage[],
  { attempts = 3, pause = backOff }: SendBatchOptions = {},
): Promise<Unsent[]> {
  const faults = messages.flatMap((message, i) => faultsOf(message, queueUrl.endsWith('.fifo'), i));
  if (faults.length > 0) throw new Error(['messages cannot be sent:', ...faults].join('\n  '));

  const unsent: Unsent[] = [];
  for (const batch of batches(messages)) {
    let offered: Unsent[] = batch.map((message) => ({ message, reason: '' }));
    for (let attempt = 1; offered.length > 0 && attempt <= attempts; attempt++) {
      if (attempt > 1) await pause(attempt - 1);
      const { refused, failed } = await offer(client, queueUrl, offered);
      unsent.push(...refused);
      offered = failed;
    }
    unsent.push(...offered);
  }
  return unsent;
}

/** Splits messages, in order, into calls of at most ten messages and 1 MiB. */
export function batches<Message extends OutgoingMessage>(messages: readonly Message[]): Message[][] {
  const result: Message[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = messageBytes(message);
    const last = result.at(-1);
    if (last && last.length < 10 && bytes + size <= largestMessage) {
      last.push(message);
      bytes += size;
    } else {
      result.push([message]);
      bytes = size;
    }
  }
  return result;
}

/** `refused` is the sender's fault and stays refused; `failed` is the queue's and may be offered again. */
async function offer(
  client: SQSClient,
  queueUrl: string,
  offered: readonly Unsent[],
): Promise<{ refused: Unsent[]; failed: Unsent[] }> {
  const call = new SendMessageBatchCommand({
    QueueUrl: queueUrl,
    Entries: offered.map(({ message }, i) => entry(message, String(i))),
  });
  const answer = await client.send(call).catch((error: Error) => error);
  // Thrown, it would hide which of the messages before were taken.
  if (answer instanceof Error) {
    const reason = `${answer.name}: ${answer.message}`;
    return { refused: [], failed: offered.map(({ message }) => ({ message, reason })) };
  }
  const { Failed = [] } = answer;
  const of = (senderFault: boolean) =>
    Failed.filter(({ SenderFault }) => (SenderFault ?? false) === senderFault).map(({ Id, Code, Message }) => ({
      message: offered[Number(Id)].message,
      reason: `${Code}: ${Message}`,
    }));
  return { refused: of(true), failed: of(false) };
}

function entry(message: QueueMessage, id: string): SendMessageBatchRequestEntry {
  const { body, attributes, groupId, deduplicationId, delaySeconds } = message;
  return {
    Id: id,
    MessageBody: body,
    ...(attributes && {
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
  };
}

function faultsOf(message: QueueMessage, fifo: boolean, i: number): string[] {
  const { groupId, deduplicationId, delaySeconds } = message;
  const size = messageBytes(message);
  return [
    size > largestMessage && `holds ${size} bytes; put the content into a bucket and send its address`,
    message.body === '' && 'is empty; give it a body',
    fifo && groupId === undefined && 'has no groupId; a FIFO queue keeps order within a group',
    fifo && delaySeconds !== undefined && 'has delaySeconds; a FIFO queue delays all its messages alike, or none',
    !fifo && deduplicationId !== undefined && 'has a deduplicationId; a standard queue looks for no duplicates',
    delaySeconds !== undefined &&
      !(delaySeconds >= 0 && delaySeconds <= 900) &&
      `has delaySeconds ${delaySeconds}; give 0 to 900`,
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `message ${i} ${fault}`);
}

const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 100 * 2 ** (attempt - 1)));
