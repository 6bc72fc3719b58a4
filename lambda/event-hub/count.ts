import type { Context } from 'aws-lambda';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { stored } from './contracts';
import { dayOf } from './day';
import { environment } from './environment';
import { logged } from './runtime';
import { UsageBook } from './usage-book';

const { usageTable, zone } = variables({ usageTable: environment.usageTable, zone: environment.zone });
const book = new UsageBook(tableClient(), usageTable);

/** Counts a stored photo for the day it came, by our clock. Told twice, or replayed, it counts once. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, async () => {
    const { data } = stored.read(event);
    await book.count(dayOf(data.at, zone), data);
  });
