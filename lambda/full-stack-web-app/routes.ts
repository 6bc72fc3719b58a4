import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import { parsed, type RestRequest, type Routes } from '../shared/rest';
import type { Counts } from './counts';
import { taskId, writtenTask } from './task';
import type { TaskTable } from './task-table';

const listQuery = z.strictObject({ after: z.optional(taskId) });

/** The contract: what can be asked about tasks, whichever door the question comes in by. */
export const taskRoutes = (tasks: TaskTable, counts: Counts, metrics: Metrics): Routes => ({
  'GET /tasks': async ({ client, query }) => {
    const { after } = parsed(listQuery, query, 'query');
    return { status: 200, body: await tasks.of(client, after) };
  },

  'GET /counts': async ({ client }) => ({ status: 200, body: await counts.of(client) }),

  'PUT /tasks/{taskId}': async (request) => {
    const written = parsed(writtenTask, request.json(), 'body');
    const task = await tasks.write(request.client, idOf(request), written);
    if (written.version === 0) metrics.addMetric('TasksMade', MetricUnit.Count, 1);
    return { status: 200, body: task };
  },

  'DELETE /tasks/{taskId}': async (request) => {
    await tasks.remove(request.client, idOf(request));
    return { status: 204, body: undefined };
  },
});

/** The same questions over a WebSocket, by the name of their action. */
export const actions = {
  list: 'GET /tasks',
  count: 'GET /counts',
  write: 'PUT /tasks/{taskId}',
  remove: 'DELETE /tasks/{taskId}',
} as const;

function idOf({ path }: RestRequest): string {
  const id = taskId.safeParse(path.taskId);
  if (!id.success)
    throw new Problem(400, {
      detail: 'The id of a task has 8 to 36 letters, digits and hyphens.',
      faults: [{ where: 'path.taskId', what: 'not the id of a task' }],
    });
  return id.data;
}
