import type { Context } from 'aws-lambda';

/** What is kept of the end of a run to put off what is left, in milliseconds. */
const forPuttingOff = 2000;

/** The part of a run's clock that is looked at. */
export type RunClock = Pick<Context, 'getRemainingTimeInMillis'>;

/**
 * Works one piece after the other for as long as there is time for one more, and then hands over the first that is left, so that
 * another run can go on from there. There is time for one more when there is as much as the longest so far took.
 *
 * @param putOff gets the first piece that was not begun; whatever it does is done before the run ends
 * @returns how many pieces were worked
 *
 * @claims serverless-time-left-guard
 */
export async function withDeadline<Piece>(
  clock: RunClock,
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  work: (piece: Piece) => Promise<unknown>,
  putOff: (rest: Piece) => Promise<unknown>,
): Promise<number> {
  let done = 0;
  let longest = 0;
  let before = clock.getRemainingTimeInMillis();
  for await (const piece of pieces) {
    if (before < forPuttingOff + longest) {
      await putOff(piece);
      return done;
    }
    await work(piece);
    done += 1;
    const now = clock.getRemainingTimeInMillis();
    longest = Math.max(longest, before - now);
    before = now;
  }
  return done;
}
