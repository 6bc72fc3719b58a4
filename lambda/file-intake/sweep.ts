import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { handOver } from '../shared/hand-over';
import { KeptFiles } from '../shared/kept-files';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { resizerEnvironment, sweepEnvironment } from './environment';
import { placeFromEnvironment } from './place';
import { sweep, type Swept } from './sweeping';

const place = placeFromEnvironment();
const { resizer, settleSeconds, reachSeconds } = variables({
  resizer: resizerEnvironment.resizer,
  ...sweepEnvironment,
});
const s3 = new S3Client(patience);
const lambda = new LambdaClient(patience);
const tools = { s3, files: new KeptFiles(s3, place.bucket), place };
const logger = new Logger();
const metrics = new Metrics();

/** What the schedule sends: the time the run is for; and a run that goes on: behind which key besides. */
const request = z.object({
  scheduledTime: z.iso.datetime(),
  after: z.optional(z.string().check(z.minLength(1), z.maxLength(1024))),
});

/**
 * Looks for files that have neither results nor a reason, and has them resized. Which files it looks at follows from the time the
 * run is for, not from when it happens to be: a second run for the same time looks at the same.
 *
 * @claims serverless-cron
 */
export async function handler(event: unknown, context: Context): Promise<Swept> {
  logger.addContext(context);
  try {
    const { scheduledTime, after } = request.parse(event);
    const until = (seconds: string): Date => new Date(Date.parse(scheduledTime) - Number(seconds) * 1000);
    const span = { from: until(reachSeconds), to: until(settleSeconds) };
    const swept = await sweep(context, tools, span, after, {
      resize: (key) => handOver(lambda, resizer, { key }),
      goOn: (last) => handOver(lambda, context.invokedFunctionArn, { scheduledTime, after: last }),
    });
    logger.info('swept', { ...swept, scheduledTime });
    metrics.addMetric('FilesMissed', MetricUnit.Count, swept.missed);
    return swept;
  } catch (error) {
    logger.error('not swept', error as Error);
    throw error;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}
