import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { eachRegion, settings } from './regions';
import { retireImages, type Retired } from './retire-images';

const logger = new Logger();

/** Takes away images that nobody needs any more, in every Region they are in. */
export async function handler(_event: unknown, context: Context): Promise<Readonly<Record<string, Retired>>> {
  logger.addContext(context);
  return eachRegion(async (clients, region) => {
    const retired = await retireImages(clients, settings);
    logger.info('retired', { region, ...retired });
    return retired;
  });
}
