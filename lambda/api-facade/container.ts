import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { patience } from '../shared/patience';
import { restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { parcelRoutes } from './parcel-routes';
import { ParcelTable } from './parcel-table';
import { serve } from './server';

const { parcelTable } = variables(environment);
const logger = new Logger();

/** Parcels, answered by a container: the same contract, in a program that listens. */
const server = serve(
  restHandler(parcelRoutes(new ParcelTable(new DynamoDBClient(patience), parcelTable)), {
    logger,
    metrics: new Metrics(),
  }),
);
server.listen(Number(process.env.PORT ?? 8080), () => logger.info('listening', { address: server.address() }));
// The container service asks first, and kills half a minute later.
process.once('SIGTERM', () => server.close());
