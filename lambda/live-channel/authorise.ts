import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayAuthorizerResult, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { channelEnvironment } from '../shared/environment';
import { tableClient } from '../shared/table-client';
import { Tickets } from '../shared/tickets';
import { variables } from '../shared/variables';

const { tickets: table } = variables({ tickets: channelEnvironment.tickets });
const tickets = new Tickets(tableClient(), table);
const logger = new Logger();

const connectEvent = z.object({
  type: z.literal('REQUEST'),
  methodArn: z.string().check(z.regex(/^arn:[a-z-]+:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[^/]+\/\$connect$/)),
  queryStringParameters: z.object({ ticket: z.string().check(z.regex(/^[A-Za-z0-9_-]{32}$/)) }),
});

/** Lets the bearer of a ticket connect, as whom the ticket was made for; a second time it lets nobody in. */
export async function handler(event: unknown, context: Context): Promise<APIGatewayAuthorizerResult> {
  logger.addContext(context);
  const known = connectEvent.safeParse(event);
  const owner = known.success ? await tickets.redeem(known.data.queryStringParameters.ticket) : undefined;
  if (owner === undefined) logger.info('ticket refused');
  return {
    principalId: owner ?? 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: owner === undefined ? 'Deny' : 'Allow',
          Action: 'execute-api:Invoke',
          Resource: known.success ? known.data.methodArn : '*',
        },
      ],
    },
  };
}
