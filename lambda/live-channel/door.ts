import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { Connections } from '../shared/connections';
import { channelEnvironment } from '../shared/environment';
import { Problem } from '../shared/problem';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';

const { connections: table } = variables({ connections: channelEnvironment.connections });
const connections = new Connections(tableClient(), table);
const logger = new Logger();

const socketEvent = z.object({
  requestContext: z.object({
    routeKey: z.string(),
    connectionId: z.string(),
    requestId: z.string(),
    authorizer: z.nullish(z.object({ principalId: z.nullish(z.string()) })),
    identity: z.nullish(z.object({ userArn: z.nullish(z.string()) })),
  }),
});

interface SocketAnswer {
  readonly statusCode: number;
  readonly body?: string;
}

/**
 * Keeps the list of who is connected, answers a client that only wants to stay connected, and tells one that asks for something
 * unknown. API Gateway lets nobody in whom this does not answer with 200.
 */
export async function handler(event: unknown, context: Context): Promise<SocketAnswer> {
  logger.addContext(context);
  const known = socketEvent.safeParse(event);
  if (!known.success) return { statusCode: 400 };
  const { routeKey, connectionId, requestId, authorizer, identity } = known.data.requestContext;
  const owner = authorizer?.principalId ?? identity?.userArn;
  if (owner === undefined || owner === null) return { statusCode: 403 };
  switch (routeKey) {
    case '$connect':
      await connections.open(owner, connectionId);
      logger.info('connected', { owner, connectionId });
      return { statusCode: 200 };
    case '$disconnect':
      await connections.close(owner, connectionId);
      logger.info('disconnected', { owner, connectionId });
      return { statusCode: 200 };
    case 'ping':
      return { statusCode: 200, body: JSON.stringify({ action: 'pong' }) };
    default: {
      const problem = new Problem(404, { detail: 'There is no such action.' });
      return { statusCode: 200, body: JSON.stringify({ status: 404, body: problem.document(requestId) }) };
    }
  }
}
