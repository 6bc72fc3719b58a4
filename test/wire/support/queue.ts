import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { region, type Aws } from './aws';

/** A queue, as whoever polls it sees it. */
export class WireQueue {
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly aws: Aws,
    readonly url: string,
    readonly arn: string,
  ) {}

  static async at(aws: Aws, { name, arn }: { name: string; arn: string }): Promise<WireQueue> {
    const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return new WireQueue(aws, QueueUrl!, arn);
  }

  async send(body: string): Promise<void> {
    await this.aws.sqs.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }));
  }

  /**
   * Records as Lambda hands them to a function; hidden from now on for as long as the queue says. One receive at a time: two at
   * once may get the same message from the emulator, and who gets a message twice is to be decided by the seed.
   */
  receive(max: number): Promise<SQSRecord[]> {
    const turn = this.#turn.then(() => this.#receive(max));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #receive(max: number): Promise<SQSRecord[]> {
    const { Messages = [] } = await this.aws.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: max,
        // The queue's own twenty seconds are for consumers that have nothing else to do.
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map((message) => recordOf(message, this.arn));
  }

  async delete(records: readonly SQSRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.aws.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.url,
        Entries: records.map(({ receiptHandle }, i) => ({ Id: String(i), ReceiptHandle: receiptHandle })),
      }),
    );
  }

  /** What the end of its time of hiding does to a message that is still there. */
  async show({ receiptHandle }: SQSRecord): Promise<void> {
    const QueueUrl = this.url;
    const visible = new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: 0,
    });
    await this.aws.sqs.send(visible).catch((error: Error) => {
      // Another worker had the same message and is done with it.
      if (error.name !== 'ReceiptHandleIsInvalid') throw error;
    });
  }

  /** Takes out everything that is visible. */
  async empty(): Promise<SQSRecord[]> {
    const all: SQSRecord[] = [];
    for (let batch = await this.receive(10); batch.length > 0; batch = await this.receive(10)) {
      await this.delete(batch);
      all.push(...batch);
    }
    return all;
  }
}

const recordOf = (message: Message, arn: string): SQSRecord => ({
  messageId: message.MessageId!,
  receiptHandle: message.ReceiptHandle!,
  body: message.Body!,
  attributes: message.Attributes as unknown as SQSRecord['attributes'],
  messageAttributes: {},
  md5OfBody: message.MD5OfBody!,
  eventSource: 'aws:sqs',
  eventSourceARN: arn,
  awsRegion: region,
});
