import * as z from 'zod/mini';

const called = z.object({ rawPath: z.string(), requestContext: z.object({ http: z.object({ method: z.string() }) }) });

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The feed, asked at its own address by a distribution that signs what it asks. */
export const handler = (event: unknown): Promise<Answer> => Promise.resolve(answerTo(event));

/** @returns the feed for a read of its path, else a problem */
export function answerTo(event: unknown): Answer {
  const asked = called.safeParse(event);
  if (!asked.success) return problem(400, 'Bad Request', 'This is no request of a function URL.');
  const { rawPath, requestContext } = asked.data;
  if (!['GET', 'HEAD'].includes(requestContext.http.method))
    return problem(405, 'Method Not Allowed', 'The feed is only read.');
  if (rawPath !== '/feed/latest') return problem(404, 'Not Found', `There is no ${rawPath}.`);
  const items = ['/web/list?page=1', '/images/sun.svg'];
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, s-maxage=10' },
    body: JSON.stringify({ items }),
  };
}

const problem = (status: number, title: string, detail: string): Answer => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: JSON.stringify({ type: 'about:blank', title, status, detail }),
});
