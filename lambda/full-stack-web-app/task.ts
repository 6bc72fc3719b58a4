import * as z from 'zod/mini';

/** The form of a task's id. Clients make it up, so that writing a task twice is writing it once. */
export const taskId = z.string().check(z.regex(/^[A-Za-z0-9-]{8,36}$/));

/** What a client writes. The API's model says the same (`lib/architectures/full-stack-web-app/models.ts`). */
export const writtenTask = z.strictObject({
  text: z.string().check(z.minLength(1), z.maxLength(500)),
  done: z.boolean(),
  /** The version the client has seen; 0 for a task that is new. */
  version: z.int().check(z.gte(0), z.lte(1_000_000_000)),
});

export type WrittenTask = z.output<typeof writtenTask>;

/** A task, as it is kept and answered, but for whose it is. */
export interface Task extends WrittenTask {
  readonly taskId: string;
  /** When it was last written, ISO 8601 in UTC. */
  readonly updatedAt: string;
}
