import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { Refused } from '../shared/batch';
import { Deadline } from '../shared/deadline';
import { patience } from '../shared/patience';
import { announcedObjects } from '../shared/s3-event';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { ExchangeFiles } from './exchange-files';
import { inspect, type Outcome } from './inspection';

const { bucket } = variables({ bucket: environment.bucket });
const files = new ExchangeFiles(new S3Client(patience), bucket);
const logger = new Logger();
const metrics = new Metrics();

/**
 * Inspects the files S3 announces. What it cannot work makes it throw: Lambda tries again, and in the end the announcement lies in
 * the failure queue with the reason. The same announcement twice has the effect of one.
 *
 * @claims storage-events-destinations
 */
export async function handler(event: unknown, context: Context): Promise<Outcome[]> {
  logger.addContext(context);
  const deadline = new Deadline(context);
  try {
    const outcomes: Outcome[] = [];
    for (const { bucket: from, key } of announcedObjects(event)) {
      if (from !== bucket) throw new Refused(`the object is in ${from}, not in ${bucket}`);
      const outcome = await deadline.within((signal) => inspect(files, key, signal));
      logger.info('file inspected', { ...outcome });
      if (outcome.state === 'accepted') metrics.addMetric('FilesAccepted', MetricUnit.Count, 1);
      if (outcome.state === 'refused') metrics.addMetric('FilesRefused', MetricUnit.Count, 1);
      outcomes.push(outcome);
    }
    return outcomes;
  } catch (error) {
    logger.error(error instanceof Refused ? 'announcement refused' : 'inspection failed', error as Error);
    throw error;
  } finally {
    deadline.met();
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}
