import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { patience } from '../shared/patience';
import { putAll } from '../shared/put-events';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { dayClosed, hourPassed } from './contracts';
import { dayBefore, dayOf } from './day';
import { environment } from './environment';
import { logged } from './runtime';
import { UsageBook } from './usage-book';

const { usageTable, zone, bus } = variables({
  usageTable: environment.usageTable,
  zone: environment.zone,
  bus: environment.bus,
});
const book = new UsageBook(tableClient(), usageTable);
const events = new EventBridgeClient(patience);

/** What the clock says when a day has ended: when it was due, the same for every attempt. */
const midnight = z.object({ scheduledTime: z.iso.datetime() });

/**
 * Sums up the day when an hour has passed, and closes the day before when one has ended, by our clock. Asked twice for the same
 * time, it closes the day once and tells the same under the same id.
 *
 * @claims serverless-cron
 */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, async () => {
    const ended = midnight.safeParse(event);
    if (!ended.success) {
      const { data } = hourPassed.read(event);
      return book.sumUp(dayOf(data.at, zone));
    }
    const day = dayBefore(ended.data.scheduledTime, zone);
    const { uploads, bytes, closedAt } = await book.close(day, ended.data.scheduledTime);
    await putAll(events, bus, [dayClosed.make({ day, uploads, bytes, at: closedAt }, { id: `day-${day}` })]);
  });
