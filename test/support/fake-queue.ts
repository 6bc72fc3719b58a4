import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** Time that passes only when told to, in seconds. */
export class FakeClock {
  now = 0;

  advance(seconds: number): void {
    this.now += seconds;
  }
}

export interface FakeQueueSettings {
  readonly name: string;
  /** Seconds a received message is hidden. */
  readonly visibility: number;
  /** Seconds a message lives from when it was first sent. */
  readonly retention: number;
  /** @default - messages are never moved aside */
  readonly maxReceiveCount?: number;
  readonly deadLetters?: FakeQueue;
  /** Seconds a new message is hidden. @default 0 */
  readonly delay?: number;
  /** @default - a standard queue */
  readonly fifo?: { readonly contentBasedDeduplication: boolean };
  /** How many copies of a message a standard queue hands out at least; SQS promises one and gives more at times. @default 1 */
  readonly copies?: number;
  /** A number from 0 to 1, for the order a standard queue hands messages out in. @default - the order they came */
  readonly random?: () => number;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly group?: string;
  readonly sentAt: number;
  visibleFrom: number;
  receives: number;
  receipt?: string;
}

/**
 * A queue as SQS describes its own: a received message is hidden, not gone; one that is not deleted in time comes back; one
 * that came too often moves aside and keeps its age; one that is too old is lost. A standard queue may hand out copies, in
 * any order. A FIFO queue hands out a group in order, one batch at a time, and takes a message once in five minutes.
 */
export class FakeQueue {
  readonly name: string;
  private messages: Message[] = [];
  private readonly seen = new Map<string, number>();
  private serial = 0;

  constructor(
    private readonly clock: FakeClock,
    readonly settings: FakeQueueSettings,
  ) {
    this.name = settings.name;
  }

  send(body: string, { groupId, deduplicationId }: { groupId?: string; deduplicationId?: string } = {}): void {
    const { fifo, delay = 0, copies = 1 } = this.settings;
    if (fifo) {
      if (groupId === undefined) throw new Error('The request must contain the parameter MessageGroupId.');
      const key = deduplicationId ?? (fifo.contentBasedDeduplication ? body : undefined);
      if (key === undefined) throw new Error('The queue should either have ContentBasedDeduplication enabled or …');
      if (this.clock.now - (this.seen.get(key) ?? -Infinity) < 300) return;
      this.seen.set(key, this.clock.now);
    }
    for (let copy = 0; copy < copies; copy++) {
      this.messages.push({
        id: `${this.name}-${(this.serial += 1)}`,
        body,
        ...(groupId !== undefined && { group: groupId }),
        sentAt: this.clock.now,
        visibleFrom: this.clock.now + delay,
        receives: 0,
      });
    }
  }

  receive(max: number): SQSRecord[] {
    this.forget();
    const { maxReceiveCount = Infinity, fifo, random } = this.settings;
    const records: SQSRecord[] = [];
    const locked = new Set(this.messages.filter((one) => this.isInFlight(one)).map(({ group }) => group));
    const order = random && !fifo ? shuffled(this.messages, random) : [...this.messages];
    for (const message of order) {
      if (records.length === Math.min(max, 10_000)) break;
      if (fifo && locked.has(message.group)) continue;
      if (message.visibleFrom > this.clock.now) {
        if (fifo) locked.add(message.group);
        continue;
      }
      if (message.receives >= maxReceiveCount) {
        this.moveAside(message);
        continue;
      }
      message.receives += 1;
      message.visibleFrom = this.clock.now + this.settings.visibility;
      message.receipt = `${message.id}#${message.receives}`;
      records.push(this.record(message));
    }
    return records;
  }

  /** Deletes by receipt; one that has expired since, or was used, deletes nothing and harms nothing. */
  delete(receipt: string): void {
    this.messages = this.messages.filter((message) => message.receipt !== receipt);
  }

  /** Hides a message from now for so many seconds, or shows it; a receipt that has expired since changes nothing. */
  hide(receipt: string, seconds: number): void {
    const message = this.messages.find((one) => one.receipt === receipt);
    if (message) message.visibleFrom = this.clock.now + seconds;
  }

  /** Bodies of everything that is neither deleted nor lost, oldest first. */
  get bodies(): string[] {
    this.forget();
    return this.messages.map(({ body }) => body);
  }

  get visible(): number {
    this.forget();
    return this.messages.filter(({ visibleFrom }) => visibleFrom <= this.clock.now).length;
  }

  private moveAside(message: Message): void {
    this.messages = this.messages.filter((one) => one !== message);
    this.settings.deadLetters?.messages.push({ ...message, receives: 0, visibleFrom: this.clock.now });
  }

  private forget(): void {
    this.messages = this.messages.filter(({ sentAt }) => this.clock.now - sentAt < this.settings.retention);
  }

  private isInFlight({ receives, visibleFrom }: Message): boolean {
    return receives > 0 && visibleFrom > this.clock.now;
  }

  private record({ id, body, receipt, receives, sentAt, group }: Message): SQSRecord {
    return {
      messageId: id,
      receiptHandle: receipt!,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(sentAt * 1000),
        SenderId: 'AIDAIENQZJOLO23YVJ4VO',
        ApproximateFirstReceiveTimestamp: String(this.clock.now * 1000),
        ...(group !== undefined && { MessageGroupId: group }),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:111122223333:${this.name}`,
      awsRegion: 'eu-west-1',
    };
  }
}

export type BatchHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/**
 * What Lambda does with a queue, once: receive a batch, run the function, delete what it did not report. A function that
 * throws, or is too late, has nothing deleted.
 *
 * @returns how many messages it was given
 */
export async function poll(queue: FakeQueue, handler: BatchHandler, batchSize = 10): Promise<number> {
  const records = queue.receive(batchSize);
  if (records.length === 0) return 0;
  const answer = await handler({ Records: records }).catch(() => undefined);
  if (!answer) return records.length;
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { messageId, receiptHandle } of records) if (!failed.has(messageId)) queue.delete(receiptHandle);
  return records.length;
}

/** Fisher-Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
