import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message in the hands of this worker. */
export interface Received {
  readonly id: string;
  /** What deletes and extends it; another one each time it is received. */
  readonly receipt: string;
  readonly body: string;
  /** How often it was received, this time counted. */
  readonly receives: number;
  /** Text and number attributes by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a worker has its messages from. */
export interface WorkSource<Message extends Received = Received> {
  /** Waits up to twenty seconds for at most `max` messages; empty when there are none, or when told to stop. */
  receive(max: number, signal: AbortSignal): Promise<Message[]>;
  /** Hides messages for so many seconds from now; 0 shows them to others at once. */
  hide(messages: readonly Message[], seconds: number): Promise<void>;
  /** Deletes messages. @returns those that are still there, and may be tried again */
  remove(messages: readonly Message[]): Promise<Message[]>;
}

/** A queue of SQS as a worker sees it. */
export class QueueSource implements WorkSource {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly visibilitySeconds: number,
  ) {}

  async receive(max: number, signal: AbortSignal): Promise<Received[]> {
    const order = new ReceiveMessageCommand({
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: 20,
      VisibilityTimeout: this.visibilitySeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      MessageAttributeNames: ['All'],
    });
    try {
      // An answer may take as long as the queue waits, which is longer than a call is given elsewhere.
      const { Messages = [] } = await this.client.send(order, { abortSignal: signal, requestTimeout: 25_000 });
      return Messages.map((message) => ({
        id: message.MessageId!,
        receipt: message.ReceiptHandle!,
        body: message.Body!,
        receives: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
        attributes: Object.fromEntries(
          Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
      }));
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  }

  async hide(messages: readonly Received[], seconds: number): Promise<void> {
    for (const ten of tens(messages)) {
      const { Failed = [] } = await this.client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.queueUrl,
          Entries: ten.map(({ receipt }, i) => ({
            Id: String(i),
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          })),
        }),
      );
      const left = Failed.filter((entry) => !isGone(entry));
      if (left.length > 0) throw new Error(`the queue did not hide ${left.length} messages: ${left[0].Message}`);
    }
  }

  async remove(messages: readonly Received[]): Promise<Received[]> {
    const left: Received[] = [];
    for (const ten of tens(messages)) {
      const { Failed = [] } = await this.client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.queueUrl,
          Entries: ten.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt })),
        }),
      );
      left.push(...Failed.filter((entry) => !isGone(entry)).map(({ Id }) => ten[Number(Id)]));
    }
    return left;
  }
}

/** The receipt is no longer good: the message is gone, or somebody else has it. Neither is mended by asking again. */
const isGone = ({ Code = '' }: BatchResultErrorEntry): boolean =>
  /ReceiptHandleIsInvalid|MessageNotInflight/.test(Code);

const tens = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / 10) }, (_, i) => items.slice(10 * i, 10 * i + 10));
