import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { heardBy } from '../shared/heard';

export const logger = new Logger();
export const metrics = new Metrics();
export const logged = heardBy(logger);
