import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { keepNote, textIn } from './note';

const { notes, region } = variables({ ...environment, region: 'AWS_REGION' });
const logger = new Logger();
const client = tableClient();

/** Writes the notes that the API of this Region has put into its queue. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, ({ messageId, body, attributes }) =>
    keepNote(client, notes, region, {
      messageId,
      sentAt: new Date(Number(attributes.SentTimestamp)),
      text: textIn(body),
    }),
  );
}
