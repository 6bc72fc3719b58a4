/** Says lines; those of one piece of work stay together. */
export type Say = (line: string) => void;

/** Somebody who does pieces of work one after the other. */
export interface Worker<T, R> {
  work(one: T, say: Say): Promise<R>;
  /** Called once, when there is nothing more to do. */
  close?(): Promise<void>;
}

/**
 * Lets workers do pieces of work at the same time. What is said and what comes of it is in the order of the pieces, whoever was ready
 * first: the lines of the first that is not ready are said as they come, and those of the others when it is their turn.
 */
export async function inOrder<T, R>(all: readonly T[], workers: readonly Worker<T, R>[], say: Say): Promise<R[]> {
  const results: R[] = [];
  const waiting = all.map((): string[] => []);
  const ready = all.map(() => false);
  let turn = 0;
  let next = 0;
  const finish = (i: number): void => {
    ready[i] = true;
    while (ready[turn]) {
      turn++;
      waiting[turn]?.splice(0).forEach(say);
    }
  };
  const run = async (worker: Worker<T, R>): Promise<void> => {
    try {
      while (next < all.length) {
        const i = next++;
        results[i] = await worker.work(all[i], (line) => (i === turn ? say(line) : waiting[i].push(line)));
        finish(i);
      }
    } finally {
      await worker.close?.();
    }
  };
  await Promise.all(workers.map(run));
  return results;
}
