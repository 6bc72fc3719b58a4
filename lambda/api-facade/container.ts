import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { listen, serve } from '../shared/server';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { parcelRoutes } from './parcel-routes';
import { ParcelTable } from './parcel-table';

const { parcelTable } = variables(environment);
const logger = new Logger();
const parcels = new ParcelTable(tableClient(), parcelTable);

/** Parcels, answered by a container: the same contract, in a program that listens. */
listen(serve(parcelRoutes(parcels), { logger, metrics: new Metrics() }), logger);
