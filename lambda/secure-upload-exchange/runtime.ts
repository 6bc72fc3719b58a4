import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import { Links } from '../shared/links';
import { patience } from '../shared/patience';
import type { RestOptions } from '../shared/rest';
import { variables } from '../shared/variables';
import { environment } from './environment';

const { bucket, linkSeconds, allowedOrigins, accelerated } = variables(environment);
export const exchangeBucket: string = bucket;

export const restOptions: RestOptions = {
  logger: new Logger(),
  metrics: new Metrics(),
  cors: { origins: allowedOrigins.split(',') },
};

/** Links to the bucket, at the nearest edge where the bucket takes uploads there. */
export const links: Links = new Links(
  // The holder of a link sends bytes of their own, so no checksum of an empty body may be signed.
  new S3Client({
    ...patience,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    useAccelerateEndpoint: accelerated === 'true',
  }),
  bucket,
  Number(linkSeconds),
);
