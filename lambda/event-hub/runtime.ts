import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';

export const logger = new Logger();

/** Runs work on one event, and writes down why it failed: Lambda tries again, and in the end keeps event and error. */
export async function logged<Result>(context: Context, work: () => Promise<Result>): Promise<Result> {
  logger.addContext(context);
  try {
    return await work();
  } catch (error) {
    logger.error('event not worked', error as Error);
    throw error;
  } finally {
    logger.resetKeys();
  }
}
