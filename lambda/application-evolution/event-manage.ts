import type { Context } from 'aws-lambda';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { Catalogue } from './catalogue';
import { uploaded } from './contracts';
import { environment } from './environment';
import { logged } from './runtime';

const { table } = variables({ table: environment.catalogueTable });
const catalogue = new Catalogue(tableClient(), table);

/** Stage 5, the service that manages: hears of documents and writes them down. Heard twice, it writes the same. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, () => catalogue.add(uploaded.read(event).data));
