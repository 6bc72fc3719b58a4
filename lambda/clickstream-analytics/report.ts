import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import * as z from 'zod/mini';
import { parsed, restHandler } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { Reports } from './reports';

const tables = variables({
  minutes: environment.minutesTable,
  board: environment.boardTable,
  hours: environment.hoursTable,
});
const reports = new Reports(tableClient(), tables);

const minutesQuery = z.strictObject({ page: z.string().check(z.regex(/^\/[\x21-\x7e]{0,199}$/)) });
const hoursQuery = z.strictObject({ hour: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d$/)) });
const noQuery = z.strictObject({});

/** What the readers of the stream have counted. */
export const handler = restHandler(
  {
    'GET /board': async ({ query }) => {
      parsed(noQuery, query, 'query');
      return { status: 200, body: await reports.board() };
    },
    'GET /minutes': async ({ query }) => {
      const { page } = parsed(minutesQuery, query, 'query');
      return { status: 200, body: { page, minutes: await reports.minutes(page) } };
    },
    'GET /hours': async ({ query }) => {
      const { hour } = parsed(hoursQuery, query, 'query');
      return { status: 200, body: { hour, from: await reports.hour(hour) } };
    },
  },
  { logger: new Logger(), metrics: new Metrics() },
);
