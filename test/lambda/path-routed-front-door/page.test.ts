import { page } from '../../../lambda/path-routed-front-door/page';
import type { BalancerRequest } from '../../../lambda/shared/balancer';

const asked = (query: Record<string, string[]> = {}): BalancerRequest => ({
  method: 'GET',
  path: '/web/list',
  headers: {},
  query,
  body: Buffer.alloc(0),
});
const shown = (query?: Record<string, string[]>) => {
  const { status, headers, body } = page(asked(query), true, () => 'mark');
  return { status, caching: headers?.['cache-control'], body: JSON.parse(body as string) };
};

test('a page is what its query says, and what it leaves out is the first page in English', () => {
  expect(shown({ language: ['es'], page: ['2'], size: ['6'] })).toEqual({
    status: 200,
    caching: 'public, max-age=0, s-maxage=60',
    body: { path: '/web/list', language: 'es', greeting: 'Bienvenido', page: 2, size: 6, made: 'mark' },
  });
  expect(shown().body).toMatchObject({ language: 'en', greeting: 'Welcome', page: 1, size: 10 });
});

test('each page has a mark of its own, and one that is nobody else’s is kept nowhere', () => {
  const made = [1, 2].map(() => (JSON.parse(page(asked(), true).body as string) as { made: string }).made);
  expect(made[0]).not.toBe(made[1]);
  expect(page(asked(), false).headers).toMatchObject({ 'cache-control': 'no-store' });
});

test('the last of several values counts, and what the page does not know is passed over', () => {
  expect(shown({ page: ['1', '3'], utm_source: ['mail'] }).body).toMatchObject({ page: 3 });
});

test('what cannot be is a problem that is kept nowhere', () => {
  const problem = shown({ language: ['xx'], page: ['0'] });
  expect(problem).toMatchObject({
    status: 400,
    caching: 'no-store',
    body: {
      title: 'Bad Request',
      detail: 'language and page cannot be used: language is de, en or es, page 1 to 1000, size 1 to 100',
    },
  });
  for (const size of ['101', '1.5', 'many', '']) expect(shown({ size: [size] }).status).toBe(400);
});
