import { Logger } from '@aws-lambda-powertools/logger';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { endCopies, pathFaults, type Invalidation } from '../shared/end-copies';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment } from './environment';

const { distribution } = variables(environment);
const cloudFront = new CloudFrontClient(patience);
const logger = new Logger();
const wish = z.strictObject({ paths: z.array(z.string()) });

/**
 * Ends the copies of some paths: `{"paths": ["/images/*"]}`. A run that is tried again has the id of the first, by which CloudFront
 * knows that it is the same wish.
 *
 * @claims edge-invalidate-paths
 */
export async function handler(event: unknown, context: Context): Promise<Invalidation> {
  logger.addContext(context);
  const parsed = wish.safeParse(event);
  if (!parsed.success) throw new Error('the event is not {"paths": ["/one", "/folder/*"]}');
  const { paths } = parsed.data;
  const faults = pathFaults(paths);
  if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n'));
  const made = await endCopies(cloudFront, { distributionId: distribution, paths, reference: context.awsRequestId });
  logger.info('copies end', { ...made, paths: paths.length });
  return made;
}
