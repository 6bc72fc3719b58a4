import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { restHandler } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { parcelRoutes } from './parcel-routes';
import { ParcelTable } from './parcel-table';

const { parcelTable } = variables(environment);

/** Parcels, answered by a function. */
export const handler = restHandler(parcelRoutes(new ParcelTable(tableClient(), parcelTable)), {
  logger: new Logger(),
  metrics: new Metrics(),
});
