import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { outcomeIn } from './outcome';
import { logger, metrics } from './runtime';
import { VideoTable } from './video-table';

const { mediaBucket, mediaPrefix, videoTable } = variables({
  mediaBucket: environment.mediaBucket,
  mediaPrefix: environment.mediaPrefix,
  videoTable: environment.videoTable,
});
const videos = new VideoTable(tableClient(), videoTable);

/**
 * Works the queue of jobs that ended: what was made of a video, or why nothing was, goes into the table.
 *
 * @claims serverless-handler-contract, serverless-stateless
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  try {
    return await workBatch(event, context, logger, async ({ body }) => {
      const outcome = outcomeIn(body, { bucket: mediaBucket, prefix: mediaPrefix });
      const { state } = outcome.ended;
      const recorded = await videos.end(outcome);
      if (recorded) metrics.addMetric(state === 'ready' ? 'VideosReady' : 'VideosFailed', MetricUnit.Count, 1);
      logger.info('job ended', { owner: outcome.owner, video: outcome.video, job: outcome.job, state, recorded });
    });
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
