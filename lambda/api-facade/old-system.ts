import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { restHandler } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { parcelRoutes } from './parcel-routes';
import { ParcelTable } from './parcel-table';
import { priceRoutes } from './prices';

const { parcelTable } = variables(environment);

/**
 * The old system: one program for prices and parcels, reached over HTTP. It stands for what is there before anybody begins to
 * take it apart.
 */
export const handler = restHandler(
  { ...priceRoutes, ...parcelRoutes(new ParcelTable(tableClient(), parcelTable)) },
  { logger: new Logger(), metrics: new Metrics() },
);
