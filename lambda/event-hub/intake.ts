import type { Context } from 'aws-lambda';
import { arrived } from './arrival';
import { tryUpload } from './attempt';
import { workplace } from './intake-desk';
import { logged, logger } from './runtime';

/** Takes in a new photo, on the word of S3; the first attempt at it. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, async () => {
    const upload = arrived(event, workplace.bucket);
    const outcome = await tryUpload(upload, 1, workplace);
    logger.info('photo looked at', { ...upload, ...outcome });
  });
