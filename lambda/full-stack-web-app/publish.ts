import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { Connections } from '../shared/connections';
import { channelEnvironment } from '../shared/environment';
import { patience } from '../shared/patience';
import { push } from '../shared/push';
import { workStream, type StreamBatchResponse } from '../shared/stream-batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { changeOf } from './change';
import { logger } from './runtime';

const { table } = variables({ table: channelEnvironment.connections });
const connections = new Connections(tableClient(), table);
const sockets = new ApiGatewayManagementApiClient(patience);

/** Tells everybody who is connected of the changes of their own tasks, in the order they happened. */
export function handler(event: DynamoDBStreamEvent, context: Context): Promise<StreamBatchResponse> {
  logger.addContext(context);
  return workStream(event, context, logger, async (record) => {
    const { before, after } = changeOf(record);
    const { owner, ...task } = (after ?? before)!;
    const news = after
      ? { action: 'written', task }
      : { action: 'removed', taskId: task.taskId, version: task.version };
    await push(sockets, connections, owner, news);
  });
}
