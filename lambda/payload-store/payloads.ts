import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Refused } from '../shared/batch';
import { messageBytes } from '../shared/message-size';
import type { OfferOptions, Untaken } from '../shared/offer';
import { sendBatch, type QueueMessage } from '../shared/send-batch';
import { payloadPrefix } from './environment';
import { pointerIn, pointerText, sizeAttribute } from './pointer';

/** The most a body may hold: 2 GiB. */
export const largestPayload = 2 * 1024 ** 3;
/** The most of a body that is taken into memory as one text. */
const largestText = 256 * 1024 ** 2;

/** A body that is read only when it is wanted. */
export interface Payload {
  readonly bytes: number;
  open(): Promise<Readable>;
  /** @throws Refused when it is too large to be one text */
  text(): Promise<string>;
}

/** A message whose body may be of any size up to 2 GiB: a text, or something that opens as a stream. */
export interface LargeMessage extends Omit<QueueMessage, 'body'> {
  readonly body: string | Pick<Payload, 'bytes' | 'open'>;
}

/**
 * The body is no longer in the store. As it outlives its message there, somebody has worked the message and deleted both: this
 * one is a copy, and there is nothing left to do.
 */
export class PayloadGone extends Error {
  override readonly name = 'PayloadGone';
}

export interface PayloadsOptions {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly bucket: string;
  /** How many bytes a message may hold, attributes included, before its body goes to the bucket. */
  readonly threshold: number;
}

/**
 * Messages of any size: a body that is too large lies in a bucket, and the message carries the way to it. Sending stores it,
 * receiving loads it when it is wanted, and deleting removes both.
 *
 * The order of things keeps every message whole: a body is stored before its message is sent, and removed after it. What a crash
 * in between leaves lies there until it expires.
 *
 * @claims messaging-large-payload
 */
export class Payloads {
  constructor(private readonly options: PayloadsOptions) {}

  /**
   * Sends messages as `sendBatch` does. The body of one that the queue certainly did not take is removed again; where an answer may
   * have been lost it stays, as the message may be there.
   *
   * @throws one error with every body that is too large, before anything is stored
   */
  async send(
    queueUrl: string,
    messages: readonly LargeMessage[],
    options: OfferOptions = {},
  ): Promise<Untaken<QueueMessage>[]> {
    const faults = messages.flatMap(({ body }, i) => {
      const bytes = bytesOf(body);
      return bytes > largestPayload ? [`message ${i} has a body of ${bytes} bytes; the most is ${largestPayload}`] : [];
    });
    if (faults.length > 0) throw new Error(['messages cannot be sent:', ...faults].join('\n  '));

    const ready: QueueMessage[] = [];
    try {
      for (const message of messages) ready.push(await this.#offloaded(message));
    } catch (error) {
      await this.#removeBodies(ready);
      throw error;
    }
    const unsent = await sendBatch(this.options.sqs, queueUrl, ready, options).catch(async (error: Error) => {
      // It throws before the first call, so none was taken.
      await this.#removeBodies(ready);
      throw error;
    });
    await this.#removeBodies(unsent.filter(({ doubtful }) => !doubtful).map(({ item }) => item));
    return unsent;
  }

  /** The body of a message that came. @throws Refused when the message was tampered with */
  payloadOf(body: string, attributes: Readonly<Record<string, string>>): Payload {
    const pointer = pointerIn(body, this.options.bucket);
    if (!pointer) return held(body);
    const bytes = Number(attributes[sizeAttribute]);
    if (!(Number.isInteger(bytes) && bytes >= 0 && bytes <= largestPayload))
      throw new Refused(`the message says that its body has ${attributes[sizeAttribute]} bytes`);
    const open = async () => {
      const { ContentLength, Body } = await this.#get(pointer.key);
      if (ContentLength !== bytes)
        throw new Refused(`the body of the message has ${ContentLength} bytes, where it says ${bytes}`);
      return Body as Readable;
    };
    return { bytes, open, text: async () => textOf(bytes, open) };
  }

  /** Removes the body of a message that was deleted from its queue; never before that. */
  async remove(body: string): Promise<void> {
    const pointer = pointerIn(body, this.options.bucket);
    if (pointer) await this.options.s3.send(new DeleteObjectCommand({ Bucket: pointer.bucket, Key: pointer.key }));
  }

  async #offloaded(message: LargeMessage): Promise<QueueMessage> {
    const { s3, bucket, threshold } = this.options;
    const { body, ...rest } = message;
    if (typeof body === 'string' && messageBytes({ ...rest, body }) <= threshold) return { ...rest, body };
    const bytes = bytesOf(body);
    const key = `${payloadPrefix}${randomUUID()}`;
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: typeof body === 'string' ? body : await body.open(),
        ContentLength: bytes,
      }),
    );
    const attributes = { ...rest.attributes, [sizeAttribute]: bytes };
    return { ...rest, body: pointerText({ bucket, key }), attributes };
  }

  async #get(key: string) {
    const { s3, bucket } = this.options;
    try {
      return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (cause) {
      if ((cause as Error).name !== 'NoSuchKey') throw cause;
      throw new PayloadGone(`${key} is gone; the message was worked already`, { cause });
    }
  }

  /** What cannot be removed expires. */
  async #removeBodies(messages: readonly QueueMessage[]): Promise<void> {
    await Promise.allSettled(messages.map(({ body }) => this.remove(body)));
  }
}

const bytesOf = (body: LargeMessage['body']): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body.bytes;

const held = (body: string): Payload => ({
  bytes: Buffer.byteLength(body),
  open: () => Promise.resolve(Readable.from([Buffer.from(body)])),
  text: () => Promise.resolve(body),
});

async function textOf(bytes: number, open: () => Promise<Readable>): Promise<string> {
  if (bytes > largestText) throw new Refused(`a body of ${bytes} bytes is too large for one text; read it as a stream`);
  const parts: Buffer[] = [];
  for await (const part of await open()) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
