import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { issueIn, published } from './issue';
import { Subscribers } from './subscribers';

const { subscribers, newsletters, issues } = environment;
const given = variables({ subscribers, newsletters, issues });
const places = {
  sqs: new SQSClient(patience),
  subscribers: new Subscribers(tableClient(), given.subscribers),
  newsletters: given.newsletters,
  issues: given.issues,
};
const logger = new Logger();

/** Makes of one issue a mail to each subscriber. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, async ({ body }) => {
    const issue = issueIn(body);
    const outcome = await published(issue, places, () => context.getRemainingTimeInMillis());
    logger.info('published', { issue: issue.id, ...outcome });
  });
}
