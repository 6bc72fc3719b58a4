import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Parcel } from '../../../lambda/api-facade/parcel';
import { parcelRoutes } from '../../../lambda/api-facade/parcel-routes';
import { priceRoutes } from '../../../lambda/api-facade/prices';
import { restHandler } from '../../../lambda/shared/rest';
import { serve } from '../../../lambda/shared/server';
import { context } from '../../support/fresh-handler';
import { request } from '../../support/rest-call';
import { parcelsInMemory } from './parcels-in-memory';

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Told {
  readonly status: number;
  readonly type?: string | null;
  readonly location?: string | null;
  readonly body: any;
}
type Ask = (route: string, path?: Readonly<Record<string, string>>, asked?: Asked) => Promise<Told>;

const { parcels, kept } = parcelsInMemory();
const now = () => new Date('2026-11-28T10:00:00Z');
const powers = { logger: new Logger({ logLevel: 'SILENT' }), metrics: new Metrics({ namespace: 'test' }) };
for (const level of ['log', 'warn'] as const) jest.spyOn(console, level).mockImplementation();
const own = restHandler(parcelRoutes(parcels, now), powers);
const old = restHandler({ ...priceRoutes, ...parcelRoutes(parcels, now) }, powers);
let server: Server;

/** A back end that gets events: API Gateway's, from a REST API or from the HTTP API in front of the old system. */
const byEvent =
  (handler: typeof own): Ask =>
  async (route, path, { body, headers } = {}) => {
    const answer = await handler(request(route, { ...(path && { path }), body, ...(headers && { headers }) }), context);
    return {
      status: answer.statusCode,
      type: answer.headers?.['Content-Type'] as string,
      location: answer.headers?.Location as string | undefined,
      body: JSON.parse(answer.body),
    };
  };

/** A back end that listens, asked as a private integration asks: with the stage in front of the path. */
const byHttp: Ask = async (route, path = {}, { body, headers } = {}) => {
  const [method, resource] = route.split(' ');
  const filled = resource.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name]));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/live${filled}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    location: answer.headers.get('location'),
    body: await answer.json(),
  };
};

beforeAll(async () => {
  server = serve(parcelRoutes(parcels, now), powers);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
beforeEach(() => kept.clear());
afterAll(() => new Promise((ended) => server.close(ended)));

const wanted = { sender: 'dairy-7', to: { name: 'Ada', country: 'DE' }, grams: 1200 };
const key = { 'Idempotency-Key': 'first-parcel' };
const register = (ask: Ask, body: unknown = wanted, headers: Readonly<Record<string, string>> = key) =>
  ask('POST /parcels', undefined, { body, headers });
const show = (ask: Ask, parcelId: string) => ask('GET /parcels/{parcelId}', { parcelId });

describe.each<[string, Ask]>([
  ['a function', byEvent(own)],
  ['the old system', byEvent(old)],
  ['a container', byHttp],
])('parcels answered by %s', (_, ask) => {
  test('are registered and shown [serverless-strangler]', async () => {
    const made = await register(ask);
    expect(made).toMatchObject({ status: 201, type: 'application/json', location: `/parcels/${made.body.id}` });
    expect(made.body).toEqual({
      ...wanted,
      id: expect.stringMatching(/^P[0-9A-F]{20}$/),
      status: 'registered',
      registeredAt: '2026-11-28T10:00:00.000Z',
    });
    expect(await show(ask, made.body.id)).toMatchObject({ status: 200, body: made.body });
  });

  test('registered twice with one key are one, and another under that key is refused [serverless-strangler]', async () => {
    const first = await register(ask);
    expect((await register(ask)).body).toEqual(first.body);
    expect(kept.size).toBe(1);
    const other = await register(ask, { ...wanted, grams: 1 });
    expect(other).toMatchObject({ status: 409, type: 'application/problem+json' });
    expect(other.body.detail).toBe('This Idempotency-Key was used for another parcel.');
  });

  test.each([
    ['without a key', wanted, {}, 'header.idempotency-key'],
    ['too heavy', { ...wanted, grams: 31_501 }, key, 'body.grams'],
    ['with a member more', { ...wanted, admin: true }, key, 'body'],
    ['to nowhere', { ...wanted, to: { name: 'Ada', country: 'de' } }, key, 'body.to.country'],
  ])('%s are refused with the place of the fault [serverless-strangler]', async (_why, body, headers, where) => {
    const refused = await register(ask, body, headers);
    expect([refused.status, refused.type]).toEqual([400, 'application/problem+json']);
    expect(refused.body.faults.map((fault: { where: string }) => fault.where)).toContain(where);
    expect(kept.size).toBe(0);
  });

  test.each(['P0000000000000000000A', 'x', '../x', '%'])(
    'that are not there are not found: %s [serverless-strangler]',
    async (parcelId) => {
      const missing = await show(ask, parcelId);
      expect([missing.status, missing.type, missing.body.detail]).toEqual([
        404,
        'application/problem+json',
        'There is no such parcel.',
      ]);
    },
  );
});

test('what one back end registered another shows: the moving of a method moves no parcel [serverless-strangler]', async () => {
  const { body } = (await register(byEvent(old))) as { body: Parcel };
  for (const ask of [byEvent(own), byHttp]) expect((await show(ask, body.id)).body).toEqual(body);
});

describe('a container', () => {
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  test('says that it is well, and nothing of paths it does not know', async () => {
    expect((await fetch(`${url()}/health`)).status).toBe(200);
    for (const path of ['/', '/live', '/live/parcels/a/b', '/live/other'])
      expect((await fetch(`${url()}${path}`)).status).toBe(404);
  });

  test('refuses a body that no parcel is', async () => {
    const body = 'x'.repeat(64 * 1024 + 1);
    expect((await fetch(`${url()}/live/parcels`, { method: 'POST', body })).status).toBe(413);
  });
});
