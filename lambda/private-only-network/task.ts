import * as z from 'zod/mini';

const key = z.string().check(z.regex(/^notes\/[A-Za-z0-9._-]{1,200}$/));

const task = z.discriminatedUnion('do', [
  z.object({ do: z.literal('write'), key, text: z.string().check(z.maxLength(10_000)) }),
  z.object({ do: z.literal('read'), key }),
  z.object({ do: z.literal('knock'), host: z.string().check(z.regex(/^(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/)) }),
]);

/** What the probe is asked to try from where it stands. */
export type Task = z.infer<typeof task>;

/**
 * Reads a task.
 *
 * @throws with every fault, when it is none
 */
export function taskOf(event: unknown): Task {
  const known = task.safeParse(event);
  if (known.success) return known.data;
  const faults = known.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
  throw new Error(
    `not a task (${faults.join('; ')}); send {"do": "write", "key": "notes/…", "text": "…"}, {"do": "read", "key": "notes/…"} or {"do": "knock", "host": "…"}`,
  );
}
