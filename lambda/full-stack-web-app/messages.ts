import { socketHandler } from '../shared/socket';
import { actions } from './routes';
import { logger, metrics } from './runtime';
import { routes } from './service';

/** Tasks, for clients that are connected. */
export const handler = socketHandler(routes, actions, { logger, metrics });
