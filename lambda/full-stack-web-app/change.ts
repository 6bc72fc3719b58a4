import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import type { Task } from './task';

const text = z.pipe(
  z.object({ S: z.string() }),
  z.transform(({ S }) => S),
);
const image = z.object({
  owner: text,
  taskId: text,
  text,
  done: z.pipe(
    z.object({ BOOL: z.boolean() }),
    z.transform(({ BOOL }) => BOOL),
  ),
  version: z.pipe(
    z.object({ N: z.string().check(z.regex(/^\d+$/)) }),
    z.transform(({ N }) => Number(N)),
  ),
  updatedAt: text,
});

/** A task as the table's stream tells of it. */
export interface Image extends Task {
  readonly owner: string;
}

export interface Change {
  /** The same for every telling of one change. */
  readonly id: string;
  readonly before?: Image;
  readonly after?: Image;
}

/**
 * What a record of the stream says.
 *
 * @throws Refused when it is none of a task
 */
export function changeOf({ eventID, dynamodb }: DynamoDBRecord): Change {
  const [before, after] = [dynamodb?.OldImage, dynamodb?.NewImage].map((found) => {
    if (!found) return undefined;
    const read = image.safeParse(found);
    if (!read.success) throw new Refused(`the record ${eventID} holds no task`);
    return read.data;
  });
  if (eventID === undefined || (!before && !after)) throw new Refused(`the record ${eventID} holds no task`);
  return { id: eventID, ...(before && { before }), ...(after && { after }) };
}
