import { Logger } from '@aws-lambda-powertools/logger';
import { heardBy } from '../shared/heard';

export const logger = new Logger();
export const logged = heardBy(logger);
