import { restHandler } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { Catalogue } from './catalogue';
import { listRoutes } from './contract-routes';
import { environment } from './environment';
import { logger, metrics } from './runtime';

const { table } = variables({ table: environment.catalogueTable });

/** The service that manages tells which documents there are. */
export const handler = restHandler(listRoutes(new Catalogue(tableClient(), table)), { logger, metrics });
