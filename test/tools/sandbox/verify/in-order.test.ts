import { inOrder, type Say, type Worker } from '../../../../tools/sandbox/verify/in-order';

/** Two workers whose pieces of work end when the test says so. */
function held() {
  const ends = new Map<string, () => void>();
  const said: string[] = [];
  let closed = 0;
  const worker = (): Worker<string, string> => ({
    work: async (one: string, say: Say) => {
      say(`${one} begins`);
      await new Promise<void>((resolve) => ends.set(one, resolve));
      say(`${one} ends`);
      return one.toUpperCase();
    },
    close: () => Promise.resolve(void closed++),
  });
  return {
    ...{ said, workers: [worker(), worker()] },
    begun: () => [...ends.keys()],
    closed: () => closed,
    end: async (one: string) => {
      ends.get(one)!();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('two at a time are worked at, and the first that is free takes the next', async () => {
  const { workers, begun, end, closed } = held();
  const done = inOrder(['a', 'b', 'c'], workers, () => undefined);
  expect(begun()).toEqual(['a', 'b']);
  await end('b');
  expect(begun()).toEqual(['a', 'b', 'c']);
  await end('c');
  await end('a');
  expect(await done).toEqual(['A', 'B', 'C']);
  expect(closed()).toBe(2);
});

test('what each says stays together, in the order of the work, and the first says it at once', async () => {
  const { workers, said, end } = held();
  const done = inOrder(['a', 'b', 'c'], workers, (line) => said.push(line));
  expect(said).toEqual(['a begins']);
  await end('b');
  await end('c');
  expect(said).toEqual(['a begins']);
  await end('a');
  await done;
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a worker that breaks is closed, and its error is the answer', async () => {
  const closed: string[] = [];
  const broken: Worker<string, string> = {
    work: () => Promise.reject(new Error('no Python')),
    close: () => Promise.resolve(void closed.push('it')),
  };
  await expect(inOrder(['a'], [broken], () => undefined)).rejects.toThrow('no Python');
  expect(closed).toEqual(['it']);
});
