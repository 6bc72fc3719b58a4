import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { KeptFiles } from '../shared/kept-files';
import { patience } from '../shared/patience';
import { pictureOf } from './device-picture';
import { placeFromEnvironment } from './place';

const place = placeFromEnvironment();
const files = new KeptFiles(new S3Client(patience), place.bucket);
const logger = new Logger();

/**
 * Puts the picture a device sends among the incoming files, where everything else follows by itself. The same message twice puts it
 * once.
 *
 * @claims serverless-iot-rule
 */
export async function handler(event: unknown, context: Context): Promise<{ key: string; written: boolean }> {
  logger.addContext(context);
  try {
    const { key, ...picture } = pictureOf(event, place);
    const written = await files.write(key, picture, undefined);
    logger.info('picture taken', { key, written });
    return { key, written };
  } catch (error) {
    logger.error('picture refused', error as Error);
    throw error;
  } finally {
    logger.resetKeys();
  }
}
