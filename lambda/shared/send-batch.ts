import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { attributeType, largestMessage, messageBytes, type OutgoingMessage } from './message-size';
import { inCalls, offer, type Answer, type OfferOptions, type Untaken } from './offer';

export interface QueueMessage extends OutgoingMessage {
  /** Within what order is kept; needed for FIFO queues. */
  readonly groupId?: string;
  /** What makes two messages of a FIFO queue the same; needed unless the queue compares contents. */
  readonly deduplicationId?: string;
  /** How long this message stays hidden, 0 to 900 seconds; standard queues only. */
  readonly delaySeconds?: number;
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
  options: OfferOptions = {},
): Promise<Untaken<QueueMessage>[]> {
  const faults = messages.flatMap((message, i) => faultsOf(message, queueUrl.endsWith('.fifo'), i));
  if (faults.length > 0) throw new Error(['messages cannot be sent:', ...faults].join('\n  '));
  return offer(batches(messages), (batch) => send(client, queueUrl, batch), options);
}

/** Splits messages, in order, into calls of at most ten messages and 1 MiB. */
export const batches = <Message extends OutgoingMessage>(messages: readonly Message[]): Message[][] =>
  inCalls(messages, messageBytes, { items: 10, bytes: largestMessage });

async function send(
  client: SQSClient,
  queueUrl: string,
  batch: readonly QueueMessage[],
): Promise<Answer<QueueMessage>> {
  const { Failed = [], $metadata } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: batch.map((message, i) => entry(message, String(i))),
    }),
  );
  // Of tries before the last no answer came.
  const doubtful = ($metadata?.attempts ?? 1) > 1;
  const of = (senderFault: boolean) =>
    Failed.filter(({ SenderFault }) => (SenderFault ?? false) === senderFault).map(({ Id, Code, Message }) => ({
      item: batch[Number(Id)],
      reason: `${Code}: ${Message}`,
      ...(doubtful && { doubtful }),
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
        Object.entries(attributes).map(([name, value]) => [
          name,
          { DataType: attributeType(value), StringValue: `${value}` },
        ]),
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
