import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { Catalogue } from './catalogue';
import { uploaded } from './contracts';
import { environment } from './environment';
import { logged } from './runtime';

const { table } = variables({ table: environment.catalogueTable });
const catalogue = new Catalogue(new DynamoDBClient(patience), table);

/** Stage 5, the service that manages: hears of documents and writes them down. Heard twice, it writes the same. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, () => catalogue.add(uploaded.read(event).data));
