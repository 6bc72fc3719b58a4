import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { patience } from '../shared/patience';
import { restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { parcelRoutes } from './parcel-routes';
import { ParcelTable } from './parcel-table';

const { parcelTable } = variables(environment);

/** Parcels, answered by a function. */
export const handler = restHandler(parcelRoutes(new ParcelTable(new DynamoDBClient(patience), parcelTable)), {
  logger: new Logger(),
  metrics: new Metrics(),
});
