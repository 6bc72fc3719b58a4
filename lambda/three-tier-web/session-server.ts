import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { sessionsEnvironment } from '../shared/environment';
import { listen, serve } from '../shared/server';
import { SessionTableStore } from '../shared/session-store';
import { Sessions } from '../shared/sessions';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { sessionRoutes } from './session-routes';

const logger = new Logger();
const { table, idleSeconds, instance } = variables({ ...sessionsEnvironment, ...environment });
const sessions = new Sessions(new SessionTableStore(tableClient(), table), Number(idleSeconds));

/** Runs on each web server behind nginx, and keeps visitors signed in. */
listen(serve(sessionRoutes(sessions, instance), { logger, metrics: new Metrics(), behindStage: false }), logger);
