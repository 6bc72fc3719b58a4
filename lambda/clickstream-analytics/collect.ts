import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod/mini';
import { kinesisClient } from '../shared/kinesis-client';
import { Problem } from '../shared/problem';
import { putRecords } from '../shared/put-records';
import { parsed, restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { click, type Click } from './click';
import { environment } from './environment';

const { stream } = variables({ stream: environment.stream });
const kinesis = kinesisClient();
const logger = new Logger();
const metrics = new Metrics();

const body = z.strictObject({ clicks: z.array(click).check(z.minLength(1), z.maxLength(100)) });
/** How far the clock of a page may be off, and for how long it may keep clicks back, in milliseconds. */
const tolerated = { ahead: 5 * 60_000, behind: 24 * 3_600_000 };

/**
 * Takes clicks from pages into the stream, those of one visitor in their order.
 *
 * @claims messaging-stream-producer, serverless-untrusted-input
 */
export const handler = restHandler(
  {
    'POST /clicks': async ({ json }) => {
      const { clicks } = parsed(body, json(), 'body');
      const faults = clicks.flatMap(({ at }, i) => timeFault(at, Date.now(), i));
      if (faults.length > 0) throw new Problem(400, { detail: 'These are no clicks of the last day.', faults });
      const records = clicks.map((each) => ({ data: JSON.stringify(each), partitionKey: each.visitor }));
      const untaken = await putRecords(kinesis, stream, records);
      metrics.addMetric('ClicksTaken', MetricUnit.Count, clicks.length - untaken.length);
      if (untaken.length > 0) {
        logger.warn('clicks not taken', { count: untaken.length, reason: untaken[0].reason });
        // The page sends all again; those that were taken are known by their ids.
        throw new Problem(503, { detail: 'Some clicks were not taken; send all again.', retryAfter: 1 });
      }
      return { status: 202, body: { taken: clicks.length } };
    },
  },
  { logger, metrics },
);

function timeFault(at: Click['at'], now: number, i: number) {
  const age = now - Date.parse(at);
  if (age >= -tolerated.ahead && age <= tolerated.behind) return [];
  return [{ where: `body.clicks.${i}.at`, what: `${at} is not of the last day` }];
}
