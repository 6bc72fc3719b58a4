import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import { NothingToSummarise, type Summary } from './summary';

const summary = z.object({ words: z.int(), lines: z.int(), commonest: z.string(), times: z.int() });
/** The caller waits for us while we wait for them. */
const milliseconds = 5000;

/**
 * Asks the tier that makes summaries, and waits for its answer.
 *
 * @param url where its load balancer is, without a slash at its end
 * @throws Problem 503 when it does not answer, or with an error; NothingToSummarise when it says so
 */
export const askProcessTier =
  (url: string) =>
  async (text: string): Promise<Summary> => {
    const answer = await fetch(`${url}/summaries`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(milliseconds),
    }).catch((cause: Error) => {
      throw unavailable(cause.message);
    });
    if (answer.status === 422) throw new NothingToSummarise('there is no word in the document');
    if (!answer.ok) throw unavailable(`it answered ${answer.status}`);
    return summary.parse(await answer.json());
  };

const unavailable = (why: string): Problem => {
  const problem = new Problem(503, { detail: 'Documents cannot be processed now; nothing was kept.', retryAfter: 5 });
  problem.cause = `the process tier: ${why}`;
  return problem;
};
