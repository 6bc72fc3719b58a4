import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { answered } from './doors';
import { environment } from './environment';
import { Subscribers } from './subscribers';

const { subscribers, receipts } = environment;
const given = variables({ subscribers, receipts });
const places = {
  sqs: new SQSClient(patience),
  subscribers: new Subscribers(tableClient(), given.subscribers),
  receipts: given.receipts,
};
const logger = new Logger();

/**
 * Where people ask for the newsletter, confirm that it was them, and leave.
 *
 * @claims messaging-email-purposes
 */
export async function handler(event: LambdaFunctionURLEvent, context: Context): Promise<LambdaFunctionURLResult> {
  logger.addContext(context);
  try {
    return await answered(event, places);
  } catch (error) {
    logger.error('not answered', error as Error);
    return { statusCode: 503, headers: { 'retry-after': '5' }, body: 'Please try again in a moment.\n' };
  }
}
