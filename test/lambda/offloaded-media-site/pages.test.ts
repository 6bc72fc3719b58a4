import type { Context } from 'aws-lambda';
import * as fc from 'fast-check';
import { contentSecurityPolicy, workPage } from '../../../lambda/offloaded-media-site/render';
import { works } from '../../../lambda/offloaded-media-site/works';

const places = {
  site: 'https://d111.cloudfront.net',
  archive: 'https://d222.cloudfront.net',
  style: '/assets/site.0123456789ab.css',
};
const environment = {
  SITE_ORIGIN: places.site,
  ARCHIVE_ORIGIN: places.archive,
  STYLE_PATH: places.style,
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'true',
};
const context = {
  awsRequestId: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
  functionName: 'pages',
  functionVersion: '1',
  memoryLimitInMB: '512',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:pages',
  getRemainingTimeInMillis: () => 5000,
} as Context;

beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});

function start(variables: Readonly<Record<string, string>> = environment): (event: unknown) => Promise<any> {
  const before = { ...process.env };
  for (const key of Object.keys(environment)) delete process.env[key];
  Object.assign(process.env, variables);
  try {
    let module!: { handler: (event: unknown, run: Context) => Promise<any> };
    jest.isolateModules(() => {
      module = require('../../../lambda/offloaded-media-site/pages');
    });
    return (event) => module.handler(event, context);
  } finally {
    process.env = before;
  }
}
const ask = (route: string, pathParameters: Readonly<Record<string, string>> | null = null, handler = start()) => {
  const [httpMethod, resource] = route.split(' ');
  return handler({
    resource,
    httpMethod,
    pathParameters,
    queryStringParameters: null,
    headers: {},
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'r1' },
  });
};
/** Where everything is that a page makes a browser fetch. */
const fetched = (page: string): string[] =>
  [...page.matchAll(/<(?:img|video|audio|source|script|iframe|link)\b[^>]*?\s(?:src|href)="([^"]*)"/g)].map(
    ([, url]) => url,
  );

describe('pages', () => {
  test('name films and photographs below /media/ of the site, and drawings at the archive [storage-media-offload]', async () => {
    const { statusCode, headers, body } = await ask('GET /works/{work}', { work: 'lighthouse' });
    expect([statusCode, headers['Content-Type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(fetched(body)).toEqual([
      `${places.site}${places.style}`,
      `${places.site}/media/lighthouse.mp4`,
      `${places.archive}/pictures/lighthouse.svg`,
    ]);
    expect(body).toContain('<img crossorigin="anonymous"');
    expect(body).not.toContain('data:');
  });

  test('of all works show a drawing of each, with a link to its page', async () => {
    const { body } = await ask('GET /');
    expect(fetched(body).slice(1)).toEqual(works.map(({ picture }) => `${places.archive}/pictures/${picture}`));
    for (const { name } of works) {
      expect(body).toContain(`href="/works/${name}"`);
      expect((await ask('GET /works/{work}', { work: name })).statusCode).toBe(200);
    }
  });

  test('are the same by HEAD, and are kept at the edge for five seconds and by browsers not at all', async () => {
    const [get, head] = [await ask('GET /'), await ask('HEAD /')];
    expect(head).toEqual(get);
    expect(get.headers['Cache-Control']).toBe('public, max-age=0, s-maxage=5');
  });

  test('let a browser load what they name, and nothing else', async () => {
    const { headers } = await ask('GET /');
    expect(headers['Content-Security-Policy']).toBe(
      "default-src 'none'; style-src https://d111.cloudfront.net; img-src https://d111.cloudfront.net https://d222.cloudfront.net; " +
        "media-src https://d111.cloudfront.net; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers['Content-Security-Policy']).toBe(contentSecurityPolicy(places));
  });

  test('that there are not say so by 404, without a word of what was asked for', async () => {
    for (const work of ['none', '__proto__', '<script>alert(1)</script>', '../works']) {
      const { statusCode, body } = await ask('GET /works/{work}', { work });
      expect(statusCode).toBe(404);
      expect(body).toContain('There is no page at this address.');
      expect(body).not.toContain(work);
    }
    expect((await ask('GET /other')).statusCode).toBe(404);
  });

  test('hold no markup of what they are about, whatever it is called', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const work = fc.record({ name: text, title: text, text, media: text, picture: text });
    fc.assert(
      fc.property(work, (one) => {
        const page = workPage(one, places);
        const plain = workPage(
          { name: 'a', title: 'a', text: 'a', media: one.media.endsWith('.mp4') ? 'a.mp4' : 'a', picture: 'a' },
          places,
        );
        for (const sign of ['<', '>', '"']) expect(page.split(sign)).toHaveLength(plain.split(sign).length);
        expect(fetched(page).map((url) => new URL(url).origin)).toEqual([places.site, places.site, places.archive]);
      }),
    );
  });
});

test('health is told to whoever asks, and kept by nobody', async () => {
  const { statusCode, headers, body } = await ask('GET /health');
  expect([statusCode, headers['Cache-Control'], body]).toEqual([200, 'no-store', '{"pages":"up"}']);
});

test('fails at start when it is not told where things are', () => {
  expect(() => start({ SITE_ORIGIN: places.site })).toThrow(
    'environment variables missing: ARCHIVE_ORIGIN, STYLE_PATH',
  );
});

test('what is no request of an API gets a problem', async () => {
  expect((await start()({ hello: 1 })).statusCode).toBe(400);
});
