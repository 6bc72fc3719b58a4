import fc from 'fast-check';
import { handler as chooseOnLambda } from '../../../lambda/personalised-edge/choose-variant';
import { shareKey } from '../../../lambda/personalised-edge/environment';
import { placed, shareIn, variantFor, variantIn } from '../../../lambda/personalised-edge/experiment';
import { handler as keepOnLambda } from '../../../lambda/personalised-edge/keep-variant';
import { cacheKey } from '../../../lib/constructs/edge/cache-key';
import { viewerHandler } from '../../../lib/handlers';
import { edgeEvent, originRequest } from '../../support/edge-events';
import { viewerFunction, viewerRuntime } from '../../support/viewer-runtime';

const choose = viewerFunction('personalised-edge', 'viewer-request');
const keep = viewerFunction('personalised-edge', 'viewer-response');

/** A visitor at a CloudFront Function, with the cookie they have. */
const visitor = (cookie?: string, uri = '/shop/index.html') => {
  const event = edgeEvent('viewer-request');
  event.request.uri = uri;
  if (cookie !== undefined) event.request.cookies.experiment = { value: cookie };
  return event;
};
/** The same visitor at Lambda@Edge. */
const visitorOnLambda = (cookie?: string, uri = '/shop/index.html') =>
  originRequest({ uri, ...(cookie !== undefined && { headers: { Cookie: `other=1; experiment=${cookie}` } }) });

/** Numbers from 0 to 1 that are the same each time. */
const seeded = (seed: number) => () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return seed / 2 ** 32;
};

describe('a visitor', () => {
  test.each(['a', 'b'])('who has seen %s goes on seeing it, whatever the share [edge-ab-test]', async (variant) => {
    for (const share of ['0', '100']) {
      const { uri } = await choose(visitor(variant), { [shareKey]: share });
      expect(uri).toBe(`/${variant}/shop/index.html`);
    }
    expect((await chooseOnLambda(visitorOnLambda(variant))).uri).toBe(`/${variant}/shop/index.html`);
  });

  test('who is new is assigned by weight [edge-ab-test]', () => {
    const dice = seeded(7);
    const seen = Array.from({ length: 10_000 }, () => variantFor(undefined, 30, dice()));
    const shareOfB = seen.filter((variant) => variant === 'b').length / seen.length;
    expect(shareOfB).toBeGreaterThan(0.28);
    expect(shareOfB).toBeLessThan(0.32);
  });

  test('who is new gets what the dice say, in both kinds of functions alike [edge-ab-test]', async () => {
    const source = `Math.random = (${seeded.toString()})(7);\n${viewerHandler('personalised-edge', 'viewer-request')}`;
    const thrown = viewerRuntime(source);
    const dice = seeded(7);
    const expected = Array.from({ length: 20 }, () => placed('/shop/index.html', variantFor(undefined, 50, dice())));
    const onLambda = seeded(7);
    jest.spyOn(Math, 'random').mockImplementation(onLambda);
    for (const uri of expected) {
      expect((await thrown(visitor(), { [shareKey]: '50' })).uri).toBe(uri);
      expect((await chooseOnLambda(visitorOnLambda())).uri).toBe(uri);
    }
    expect(new Set(expected).size).toBe(2);
    jest.restoreAllMocks();
  });

  test.each(['c', 'A', 'ab', '../b', 'b '])('whose cookie is %j is new [edge-ab-test]', async (cookie) => {
    expect((await choose(visitor(cookie), { [shareKey]: '0' })).uri).toBe('/a/shop/index.html');
    expect((await choose(visitor(cookie), { [shareKey]: '100' })).uri).toBe('/b/shop/index.html');
  });

  test('sees a when the share cannot be read, or is none', async () => {
    expect((await choose(visitor())).uri).toBe('/a/shop/index.html');
    expect((await choose(visitor(), {})).uri).toBe('/a/shop/index.html');
    for (const text of ['', '101', '-1', '5.5', '1e2', '050', 'all', undefined]) expect(shareIn(text)).toBe(0);
    for (const text of ['0', '7', '50', '100']) expect(shareIn(text)).toBe(Number(text));
  });

  test('asks for the index of a folder', async () => {
    expect((await choose(visitor('b', '/'))).uri).toBe('/b/index.html');
    expect((await chooseOnLambda(visitorOnLambda('b', '/shop/'))).uri).toBe('/b/shop/index.html');
  });

  test('keeps everything else of the request', async () => {
    const { request } = edgeEvent('viewer-request');
    expect(await choose(visitor('a'), {})).toEqual({
      ...request,
      uri: '/a/shop/index.html',
      cookies: { ...request.cookies, experiment: { value: 'a' } },
    });
  });
});

describe('the variant', () => {
  const cookie = 'Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax';

  test('is remembered by the browser, by the answer [edge-ab-test]', async () => {
    const { cookies } = await keep(edgeEvent('viewer-response'));
    expect(cookies.experiment).toEqual({ value: 'b', attributes: cookie });
    expect(cookies.region).toEqual({ value: 'emea', attributes: 'Path=/; Secure' });
    const { headers } = await keepOnLambda(edgeEvent('response'));
    expect(headers['set-cookie'].map(({ value }) => value)).toEqual(['region=emea; Path=/', `experiment=b; ${cookie}`]);
  });

  test('is not remembered where there was none', async () => {
    const event = edgeEvent('viewer-response');
    event.request.uri = '/bee/index.html';
    expect((await keep(event)).cookies).toEqual({ region: expect.anything() });
  });

  test('is in the key of the cache by the path, and by nothing else [edge-ab-test]', () => {
    const none = { behavior: 'none', names: [] };
    const key = (variant: 'a' | 'b', cookies: Record<string, string>) =>
      cacheKey({ queryStrings: none, headers: none, cookies: none }, { url: placed('/shop', variant), cookies });
    expect(key('a', { experiment: 'a' })).not.toBe(key('b', { experiment: 'b' }));
    expect(key('a', { experiment: 'a', session: '1' })).toBe(key('a', {}));
  });

  test('can be read from every path that is placed in it', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.constantFrom('a' as const, 'b' as const), (path, variant) => {
        const uri = placed(path || '/', variant);
        expect(variantIn(uri)).toBe(variant);
        expect(uri.endsWith('/')).toBe(false);
      }),
    );
  });
});

test('an event that is none of Lambda@Edge is refused', () => {
  expect(() => chooseOnLambda({ Records: [] })).toThrow();
  expect(() =>
    chooseOnLambda({ Records: [{ cf: { request: { uri: 'shop', method: 'GET', headers: {} } } }] }),
  ).toThrow();
  expect(() => keepOnLambda({ Records: [{ cf: edgeEvent('origin-request').Records[0].cf }] })).toThrow();
});
