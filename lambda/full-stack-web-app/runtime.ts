import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { RestOptions } from '../shared/rest';
import { optionalEnvironment } from './environment';

export const logger = new Logger();
export const metrics = new Metrics();

const origins = (process.env[optionalEnvironment.allowedOrigins] ?? '').split(',').filter(Boolean);

/** What the handlers of this API have in common. */
export const restOptions: RestOptions = { logger, metrics, ...(origins.length > 0 && { cors: { origins } }) };
