import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { patience } from './patience';

/**
 * A client of Kinesis that is as patient as the others. By itself the SDK talks HTTP/2 to this one service, over one connection
 * that all calls share, and for that it knows none of the limits of `patience`.
 */
export const kinesisClient = (): KinesisClient =>
  new KinesisClient({
    maxAttempts: patience.maxAttempts,
    requestHandler: new NodeHttpHandler(patience.requestHandler),
  });
