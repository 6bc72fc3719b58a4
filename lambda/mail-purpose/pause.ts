import { Logger } from '@aws-lambda-powertools/logger';
import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { pauseEnvironment } from './environment';

const { mapping } = variables(pauseEnvironment);
const lambda = new LambdaClient(patience);
const logger = new Logger();

/**
 * Stops the sender of a purpose from taking mail out of its queue; what waits there stays. Run again, it changes nothing. A
 * person starts the sender again, once it is known why so much mail came back.
 *
 * @claims messaging-email-reputation
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping, Enabled: false }));
  logger.warn('paused', { mapping });
}
