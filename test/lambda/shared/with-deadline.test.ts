import fc from 'fast-check';
import { withDeadline } from '../../../lambda/shared/with-deadline';

/** A run whose clock goes on only when work takes time. */
class Run {
  constructor(public left: number) {}
  getRemainingTimeInMillis = () => this.left;
  readonly worked: string[] = [];
  readonly putOff: string[] = [];
  go = (pieces: Iterable<string> | AsyncIterable<string>, milliseconds: (piece: string) => number) =>
    withDeadline(
      this,
      pieces,
      (piece) => {
        this.worked.push(piece);
        this.left -= milliseconds(piece);
        return Promise.resolve();
      },
      (rest) => {
        this.putOff.push(rest);
        return Promise.resolve();
      },
    );
}

describe('withDeadline', () => {
  test('works all when there is time, and puts nothing off [serverless-time-left-guard]', async () => {
    const run = new Run(10_000);
    expect(await run.go(['a', 'b', 'c'], () => 1000)).toBe(3);
    expect([run.worked, run.putOff]).toEqual([['a', 'b', 'c'], []]);
  });

  test('stops in time, writes down where, and another run goes on from there [serverless-time-left-guard]', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    const run = new Run(6500);
    expect(await run.go(all, () => 1500)).toBe(3);
    expect([run.worked, run.putOff]).toEqual([['a', 'b', 'c'], ['d']]);
    expect(run.left).toBe(2000);
    const next = new Run(6500);
    await next.go(all.slice(all.indexOf(run.putOff[0])), () => 1500);
    expect([...run.worked, ...next.worked]).toEqual(all);
  });

  test('has learnt from the longest piece how long the next may take [serverless-time-left-guard]', async () => {
    const run = new Run(9000);
    await run.go(['short', 'long', 'short', 'short'], (piece) => (piece === 'long' ? 3000 : 100));
    expect([run.worked, run.putOff]).toEqual([['short', 'long', 'short', 'short'], []]);
    const tight = new Run(8000);
    await tight.go(['long', 'short', 'short', 'short'], (piece) => (piece === 'long' ? 3000 : 100));
    expect([tight.worked, tight.putOff]).toEqual([['long', 'short'], ['short']]);
  });

  test('begins nothing when the run has next to no time from the start [serverless-time-left-guard]', async () => {
    const run = new Run(1500);
    expect(await run.go(['a', 'b'], () => 1)).toBe(0);
    expect(run.putOff).toEqual(['a']);
  });

  test('asks a listing for no more than it works [serverless-time-left-guard]', async () => {
    let asked = 0;
    async function* listing(): AsyncGenerator<string> {
      for (;;) yield await Promise.resolve(String((asked += 1)));
    }
    const run = new Run(5000);
    await run.go(listing(), () => 1000);
    expect([run.worked, run.putOff, asked]).toEqual([['1', '2', '3'], ['4'], 4]);
  });

  test('what fails, fails the run, and nothing is put off as if it were done', async () => {
    const failing = withDeadline(
      { getRemainingTimeInMillis: () => 10_000 },
      ['a'],
      () => Promise.reject(new Error('no')),
      () => Promise.reject(new Error('must not be asked')),
    );
    await expect(failing).rejects.toThrow('no');
  });

  test('whatever the pieces take: each is worked in turn or is what is put off and after it, none twice [serverless-time-left-guard]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4000 })),
        fc.integer({ min: 0, max: 20_000 }),
        async (times, time) => {
          const run = new Run(time);
          const all = times.map((_, i) => String(i));
          await run.go(all, (piece) => times[Number(piece)]);
          expect(run.worked).toEqual(all.slice(0, run.worked.length));
          expect(run.putOff).toEqual(all.slice(run.worked.length, run.worked.length + 1));
        },
      ),
    );
  });
});
