import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';

/** Runs work on one event, and writes down why it failed: Lambda tries again, and in the end keeps event and error. */
export const heardBy =
  (logger: Logger) =>
  async <Result>(context: Context, work: () => Promise<Result>): Promise<Result> => {
    logger.addContext(context);
    try {
      return await work();
    } catch (error) {
      logger.error('event not worked', error as Error);
      throw error;
    } finally {
      logger.resetKeys();
    }
  };
