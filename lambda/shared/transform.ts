import type { Logger } from '@aws-lambda-powertools/logger';
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';

/** The most an answer of a function may hold, with room for what is around the records. */
const largestAnswer = 6 * 1_048_576 - 1024;
/** What a record takes in the answer besides its data. */
const envelope = JSON.stringify({ recordId: '', result: 'ProcessingFailed', data: '' }).length + 1;

/**
 * Takes records of a delivery stream through a transformation, and answers as Firehose wants it: each record once, by its id, as
 * done, left out, or failed. Never throws for a record: Firehose would try them all again, and in the end deliver none.
 *
 * A failed record is put aside as it came, with its reason in the log. So are those for which the answer has no room left, as
 * an answer above 6 MB counts as none.
 *
 * @param transform gives what is delivered in the place of a record, or undefined to leave it out; throws if it cannot tell
 * @claims messaging-delivery-transform
 */
export function transformRecords(
  event: FirehoseTransformationEvent,
  logger: Logger,
  transform: (data: Buffer) => string | undefined,
): FirehoseTransformationResult {
  let room = largestAnswer - event.records.reduce((sum, { recordId }) => sum + recordId.length + envelope, 0);
  const records = event.records.map(({ recordId, data }): FirehoseTransformationResultRecord => {
    try {
      const text = transform(Buffer.from(data, 'base64'));
      if (text === undefined) return { recordId, result: 'Dropped' };
      const encoded = Buffer.from(text).toString('base64');
      if (encoded.length > room) throw new Error('the answer has no room for it: give the transform smaller batches');
      room -= encoded.length;
      return { recordId, result: 'Ok', data: encoded };
    } catch (error) {
      logger.error('record refused', { recordId, reason: (error as Error).message, error: error as Error });
      return { recordId, result: 'ProcessingFailed' };
    }
  });
  return { records };
}
