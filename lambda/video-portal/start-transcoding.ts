import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { logger, metrics } from './runtime';
import { startTranscoding } from './start';
import { uploadIn } from './upload';
import { VideoTable } from './video-table';

const { uploadBucket, uploadPrefix, mediaBucket, mediaPrefix, videoTable, transcodingQueue, transcoderRole } =
  variables({
    uploadBucket: environment.uploadBucket,
    uploadPrefix: environment.uploadPrefix,
    mediaBucket: environment.mediaBucket,
    mediaPrefix: environment.mediaPrefix,
    videoTable: environment.videoTable,
    transcodingQueue: environment.transcodingQueue,
    transcoderRole: environment.transcoderRole,
  });
const studio = {
  mediaConvert: new MediaConvertClient(patience),
  videos: new VideoTable(tableClient(), videoTable),
  settings: { uploadBucket, mediaBucket, mediaPrefix, queue: transcodingQueue, role: transcoderRole },
};

/**
 * Works the queue of uploads.
 *
 * @claims serverless-handler-contract, serverless-stateless
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  try {
    return await workBatch(event, context, logger, async ({ body }, signal) => {
      const upload = uploadIn(body, { bucket: uploadBucket, prefix: uploadPrefix });
      const started = await startTranscoding(upload, studio, signal);
      if (started !== 'known')
        metrics.addMetric('job' in started ? 'JobsStarted' : 'UploadsRefused', MetricUnit.Count, 1);
      logger.info('upload worked', { key: upload.key, started });
    });
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
