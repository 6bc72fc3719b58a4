import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { entryOf } from './feed';
import { logged } from './runtime';

const { feedTable } = variables({ feedTable: environment.feedTable });
const dynamodb = tableClient();

/** Tells readers what happened. The same event again, replayed or doubled, writes the same entry over itself. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, async () => {
    await dynamodb.send(new PutItemCommand({ TableName: feedTable, Item: marshall(entryOf(event)) }));
  });
