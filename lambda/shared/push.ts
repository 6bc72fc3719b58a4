import {
  GoneException,
  PostToConnectionCommand,
  type ApiGatewayManagementApiClient,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { Refused } from './batch';
import type { Connections } from './connections';

/** The largest message API Gateway passes on, in bytes. */
export const largestPush = 128 * 1024;

export interface Pushed {
  /** Connections that got it. */
  readonly sent: number;
  /** Connections that were closed without a word, and are forgotten now. */
  readonly gone: number;
}

/**
 * Sends a message to every open connection of one owner. Connections that are gone are forgotten. When one cannot be reached for
 * any other reason the others get theirs first, and then it fails: whoever tries again sends to all of them again, so messages
 * must say by themselves which is the newer.
 *
 * @throws Refused when the message is larger than API Gateway passes on
 *
 * @claims serverless-websocket-api
 */
export async function push(
  client: ApiGatewayManagementApiClient,
  connections: Connections,
  owner: string,
  message: unknown,
): Promise<Pushed> {
  const data = Buffer.from(JSON.stringify(message));
  if (data.length > largestPush)
    throw new Refused(`the message holds ${data.length} bytes, and a connection takes ${largestPush}`);
  const ids = await connections.of(owner);
  const outcomes = await Promise.allSettled(ids.map((id) => pushOne(client, connections, owner, id, data)));
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  if (failed.length > 0)
    throw new AggregateError(
      failed.map(({ reason }: PromiseRejectedResult) => reason as unknown),
      `${failed.length} of ${ids.length} connections could not be reached`,
    );
  const sent = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
  return { sent, gone: ids.length - sent };
}

/** Whether it arrived; false for a connection that is gone. */
async function pushOne(
  client: ApiGatewayManagementApiClient,
  connections: Connections,
  owner: string,
  ConnectionId: string,
  Data: Buffer,
): Promise<boolean> {
  try {
    await client.send(new PostToConnectionCommand({ ConnectionId, Data }));
    return true;
  } catch (error) {
    if (!(error instanceof GoneException)) throw error;
    await connections.close(owner, ConnectionId);
    return false;
  }
}
