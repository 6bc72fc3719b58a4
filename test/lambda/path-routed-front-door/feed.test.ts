import { answerTo, handler } from '../../../lambda/path-routed-front-door/feed';

const asked = (rawPath: string, method = 'GET') => ({ rawPath, requestContext: { http: { method } } });

test('the feed is read at its path, and copies of it are kept ten seconds', async () => {
  expect(await handler(asked('/feed/latest'))).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, s-maxage=10' },
    body: '{"items":["/web/list?page=1","/images/sun.svg"]}',
  });
});

test.each([
  [asked('/feed/oldest'), 404, 'There is no /feed/oldest.'],
  [asked('/feed/latest', 'POST'), 405, 'The feed is only read.'],
  [{ path: '/feed/latest' }, 400, 'This is no request of a function URL.'],
])('%j is a problem', (event, status, detail) => {
  const { statusCode, headers, body } = answerTo(event);
  expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
    status,
    'application/problem+json',
    'no-store',
  ]);
  expect(JSON.parse(body)).toMatchObject({ status, detail });
});
