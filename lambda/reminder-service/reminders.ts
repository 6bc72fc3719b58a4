import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { parsed, restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { Executions } from './executions';
import { idempotencyKey, idOf, reminderId, reminderWithin } from './reminder';

const { machine, longestWait, mostPeople } = variables(environment);
const executions = new Executions(new SFNClient(patience), machine);
const logger = new Logger();
const metrics = new Metrics();
const newReminder = reminderWithin({ longestWait: Number(longestWait), mostPeople: Number(mostPeople) });
const createHeaders = z.object({ 'idempotency-key': idempotencyKey });

/** Reminders: begun, and looked at. */
export const handler = restHandler(
  {
    'POST /api/reminders': async ({ headers, json, client }) => {
      const { 'idempotency-key': key } = parsed(createHeaders, headers, 'header');
      const reminder = parsed(newReminder, json(), 'body');
      const state = await executions.start(idOf(client, key), reminder);
      metrics.addMetric('RemindersTaken', MetricUnit.Count, 1);
      return { status: 202, headers: { Location: `/api/reminders/${state.id}` }, body: state };
    },

    'GET /api/reminders/{reminderId}': async ({ path }) => {
      const id = reminderId.safeParse(path.reminderId);
      const state = id.success ? await executions.state(id.data) : undefined;
      if (!state) throw new Problem(404, { detail: 'There is no such reminder.' });
      return { status: 200, body: state };
    },
  },
  { logger, metrics },
);
