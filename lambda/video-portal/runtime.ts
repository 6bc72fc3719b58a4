import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

export const logger: Logger = new Logger();
export const metrics: Metrics = new Metrics();
