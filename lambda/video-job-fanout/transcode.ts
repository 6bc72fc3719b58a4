import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { once } from '../shared/idempotency';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { jobsIn, type Job } from './job';
import { renditionNamed } from './plan';
import { makeRendition } from './work';

const given = variables(environment);
const rendition = renditionNamed(given.rendition);
const rules = { bucket: given.uploadBucket, prefix: given.uploadPrefix, suffixes: given.videoSuffixes.split(',') };
const workplace = {
  s3: new S3Client(patience),
  rendition,
  uploadPrefix: given.uploadPrefix,
  renditionBucket: given.renditionBucket,
};

const logger = new Logger({ persistentKeys: { rendition } });
const metrics = new Metrics({ defaultDimensions: { rendition } });

const renderOnce = once(
  async ({ signal, ...job }: Job & { readonly signal: AbortSignal }) => {
    const result = await makeRendition(job, { ...workplace, signal });
    metrics.addMetric('RenditionsPlanned', MetricUnit.Count, 1);
    metrics.addMetric('SourceBytes', MetricUnit.Bytes, job.bytes);
    logger.info('rendition planned', { ...job, ...result });
    return result;
  },
  { client: tableClient(), name: `video-job-fanout.${rendition}`, key: '[bucket, key, version]' },
);

/**
 * Works the queue of one rendition. Three functions run this code, each told its rendition by its environment.
 *
 * @claims serverless-handler-contract, serverless-stateless
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  renderOnce.starting(context);
  try {
    const answer = await workBatch(event, context, logger, async ({ body }, signal) => {
      for (const job of jobsIn(body, rules)) await renderOnce({ ...job, signal });
    });
    if (answer.batchItemFailures.length > 0)
      metrics.addMetric('JobsFailed', MetricUnit.Count, answer.batchItemFailures.length);
    return answer;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
