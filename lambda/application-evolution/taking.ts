import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Problem } from '../shared/problem';
import type { Document } from './document';
import type { UploadDesk } from './contract-routes';
import type { Shelf } from './shelf';
import { NothingToSummarise, type Summary } from './summary';

export interface WaitingDesk {
  readonly documents: Pick<Shelf<Document>, 'put'>;
  readonly summaries: Pick<Shelf<Summary>, 'put'>;
  readonly summarise: (text: string) => Summary | Promise<Summary>;
}

/**
 * Takes a document in and answers when all is done, as the first two stages do. What cannot be summarised, now or ever, is not
 * taken: a document that is listed has its summary.
 */
export const takeAndWait =
  ({ documents, summaries, summarise }: WaitingDesk): UploadDesk['take'] =>
  async ({ id, name, text }) => {
    const summary = await Promise.resolve()
      .then(() => summarise(text))
      .catch((error: Error) => {
        throw error instanceof NothingToSummarise ? new Problem(422, { detail: error.message }) : error;
      });
    await summaries.put(id, summary);
    await documents.put(id, { id, name, text });
  };

export interface TellingDesk {
  readonly documents: Pick<Shelf<Document>, 'put'>;
  /** Tells whoever is to go on; it has been told when this returns, and not heard. */
  readonly tell: (document: Document) => Promise<void>;
}

/**
 * Keeps a document and tells others, as the later stages do: nobody waits for what they make of it. Kept first, so that whoever
 * is told finds it.
 */
export const takeAndTell =
  ({ documents, tell }: TellingDesk): UploadDesk['take'] =>
  async (document) => {
    await documents.put(document.id, document);
    await tell(document);
  };

/** Puts a message into a queue. */
export const tellQueue =
  <Message extends object>(sqs: SQSClient, queueUrl: string, about: (document: Document) => Message) =>
  async (document: Document): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(about(document)) }));
  };
