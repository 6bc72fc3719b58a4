import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { Refused } from '../shared/batch';
import { Deadline } from '../shared/deadline';
import { KeptFiles } from '../shared/kept-files';
import { patience } from '../shared/patience';
import { keysIn } from './announced';
import { placeFromEnvironment } from './place';
import { resizeFile, type Outcome } from './resizing';

const place = placeFromEnvironment();
const files = new KeptFiles(
  new S3Client({ ...patience, requestHandler: { ...patience.requestHandler, requestTimeout: 10_000 } }),
  place.bucket,
);
const logger = new Logger();
const metrics = new Metrics();

/**
 * Resizes the files S3 announces, or the one that the sweep or the desk ask for. What it cannot work makes it throw: Lambda tries
 * again, and in the end the event lies in the failure queue with the reason.
 *
 * @claims serverless-handler-contract, serverless-stateless
 */
export async function handler(event: unknown, context: Context): Promise<Outcome[]> {
  logger.addContext(context);
  const deadline = new Deadline(context);
  try {
    const outcomes: Outcome[] = [];
    for (const key of keysIn(event, place)) {
      const outcome = await deadline.within((signal) => resizeFile(files, place, key, signal));
      logger.info('file worked', { ...outcome });
      metrics.addMetric('PicturesWritten', MetricUnit.Count, outcome.written);
      outcomes.push(outcome);
    }
    return outcomes;
  } catch (error) {
    const refused = error instanceof Refused;
    if (refused) metrics.addMetric('FilesRefused', MetricUnit.Count, 1);
    logger.error(refused ? 'file refused' : 'file failed', error as Error);
    throw error;
  } finally {
    deadline.met();
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}
