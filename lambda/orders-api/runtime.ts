import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { RestOptions } from '../shared/rest';
import { optionalEnvironment } from './environment';

export const logger = new Logger();
export const metrics = new Metrics();

/** How long the SDK tries, so that a function answers by itself before its own ten seconds are over. */
export const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000 },
} as const;

const origins = (process.env[optionalEnvironment.allowedOrigins] ?? '').split(',').filter(Boolean);

/** What the handlers of this API have in common. */
export const restOptions: RestOptions = { logger, metrics, ...(origins.length > 0 && { cors: { origins } }) };
