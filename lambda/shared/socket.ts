import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { Deadline } from './deadline';
import { Problem, problemOf } from './problem';
import type { Routes } from './rest';

export interface SocketOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What comes back to the client over its connection, with the id it gave its question. */
export interface SocketAnswer {
  readonly id?: string;
  readonly status: number;
  readonly body?: unknown;
}

const socketEvent = z.object({
  requestContext: z.object({
    routeKey: z.string(),
    requestId: z.string(),
    authorizer: z.object({ principalId: z.string() }),
  }),
  body: z.nullish(z.string()),
});
const texts = z.optional(z.record(z.string(), z.string()));
const message = z.object({
  id: z.optional(z.string().check(z.maxLength(64))),
  path: texts,
  query: texts,
  body: z.optional(z.unknown()),
});

/**
 * A handler for messages of a WebSocket that ask what callers of an API ask: each action is another name of a route, and its
 * answer has the status and the body that the route answers with, problems included.
 *
 * @param actions the route behind each action, such as `{ list: 'GET /tasks' }`
 *
 * @claims serverless-websocket-api, serverless-handler-contract
 */
export function socketHandler(
  routes: Routes,
  actions: Readonly<Record<string, string>>,
  { logger, metrics }: SocketOptions,
): (event: unknown, context: Context) => Promise<{ readonly statusCode: number; readonly body: string }> {
  return async (event, context) => {
    logger.addContext(context);
    metrics.captureColdStartMetric();
    const known = socketEvent.safeParse(event);
    const requestId = known.success ? known.data.requestContext.requestId : context.awsRequestId;
    const sent = known.success ? message.safeParse(jsonOf(known.data.body)) : undefined;
    const id = sent?.success ? sent.data.id : undefined;
    const deadline = new Deadline(context);
    const reply = (answer: SocketAnswer) => ({
      statusCode: 200,
      body: JSON.stringify({ ...(id !== undefined && { id }), ...answer }),
    });
    try {
      if (!known.success) throw new Problem(400, { detail: 'This is not a message of a connection.' });
      if (!sent?.success) throw new Problem(400, { detail: 'The message does not have the form a connection takes.' });
      const { routeKey, authorizer } = known.data.requestContext;
      const { path = {}, query = {}, body } = sent.data;
      const route = Object.hasOwn(actions, routeKey) ? actions[routeKey] : undefined;
      if (route === undefined) throw new Problem(404, { detail: 'There is no such action.' });
      const request = {
        path,
        query,
        headers: {},
        client: authorizer.principalId,
        requestId,
        json: () => body,
        form: noForm,
      };
      const answer = await deadline.within(() => routes[route](request, context));
      return reply({ status: answer.status, body: answer.body });
    } catch (error) {
      const problem = problemOf(error);
      logger[problem.status >= 500 ? 'error' : 'info']('refused', {
        status: problem.status,
        apiRequestId: requestId,
        ...(problem === error ? { reason: problem.message } : { error: error as Error }),
      });
      return reply({ status: problem.status, body: problem.document(requestId) });
    } finally {
      deadline.met();
      metrics.publishStoredMetrics();
      logger.resetKeys();
    }
  };
}

const noForm = (): never => {
  throw new Problem(415, { detail: 'A connection takes no forms.' });
};

function jsonOf(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
