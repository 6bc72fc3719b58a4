import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { serve } from '../../../lambda/shared/server';
import type { KeptSession, SessionStore } from '../../../lambda/shared/session-store';
import { Sessions } from '../../../lambda/shared/sessions';
import { sessionRoutes } from '../../../lambda/three-tier-web/session-routes';

const kept = new Map<string, KeptSession>();
/** What happens before the next write. */
let meanwhile: (() => void) | undefined;
const store: SessionStore = {
  get: (session) => Promise.resolve(kept.get(session)),
  put: (one) => {
    meanwhile?.();
    meanwhile = undefined;
    const isNext = (kept.get(one.session)?.version ?? 0) === one.version - 1;
    if (isNext) kept.set(one.session, one);
    return Promise.resolve(isNext);
  },
  remove: (session) => {
    kept.delete(session);
    return Promise.resolve();
  },
};
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
const servers: Server[] = [];
const logger = new Logger({ logLevel: 'SILENT' });

beforeAll(async () => {
  for (const name of ['i-one', 'i-other']) {
    const routes = sessionRoutes(new Sessions(store, 600), name);
    const server = serve(routes, { logger, metrics: new Metrics(), behindStage: false });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
  }
});
afterAll(() => servers.forEach((server) => server.close()));
beforeEach(() => {
  kept.clear();
  meanwhile = undefined;
});

async function ask(at: number, route: string, { cookie = '', body }: { cookie?: string; body?: unknown } = {}) {
  const [method, path] = route.split(' ');
  const { port } = servers[at].address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      'X-Forwarded-For': '203.0.113.9',
      ...(cookie && { Cookie: cookie }),
      'Content-Type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const [given = ''] = answer.headers.getSetCookie();
  return { status: answer.status, given, cookie: given.split(';')[0], body: (await answer.json()) as object };
}
const signedIn = (at = 0, cookie = '') => ask(at, 'POST /session', { cookie, body: { name: 'ana' } });

test('whoever signed in at one server is known to the other [compute-external-sessions]', async () => {
  const first = await signedIn();
  expect(first).toMatchObject({ status: 201, body: { name: 'ana', from: '203.0.113.9', servedBy: 'i-one' } });
  expect(first.given).toMatch(/^__Host-session=[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/);
  const looked = await ask(1, 'GET /session', { cookie: first.cookie });
  expect(looked).toMatchObject({ status: 200, cookie: first.cookie, body: { name: 'ana', servedBy: 'i-other' } });
});

test('what was written at one server is read at the other [compute-external-sessions]', async () => {
  const { cookie } = await signedIn();
  expect(await ask(1, 'PUT /session/note', { cookie, body: { note: 'milk' } })).toMatchObject({ status: 200 });
  expect((await ask(0, 'GET /session', { cookie })).body).toEqual({
    name: 'ana',
    note: 'milk',
    from: '203.0.113.9',
    servedBy: 'i-one',
  });
});

test('a sign-in has a new number, and ends the session before', async () => {
  const before = await signedIn();
  const after = await signedIn(1, before.cookie);
  expect(after.cookie).not.toBe(before.cookie);
  expect((await ask(0, 'GET /session', { cookie: before.cookie })).status).toBe(404);
  expect((await ask(0, 'GET /session', { cookie: after.cookie })).status).toBe(200);
});

test('whoever signed out is so at every server', async () => {
  const { cookie } = await signedIn();
  expect((await ask(1, 'DELETE /session', { cookie })).body).toEqual({ signedOut: true, servedBy: 'i-other' });
  for (const route of ['GET /session', 'DELETE /session'])
    expect(await ask(0, route, { cookie })).toMatchObject({ status: 404, body: { detail: 'You are not signed in.' } });
});

test('a session that another request changed is read again, and ends where that ended it', async () => {
  const { cookie } = await signedIn();
  const [[key, one]] = kept;
  meanwhile = () => kept.set(key, { ...one, version: 9, values: { ...one.values, note: 'theirs' } });
  expect(await ask(0, 'GET /session', { cookie })).toMatchObject({ status: 200, body: { note: 'theirs' } });
  meanwhile = () => kept.delete(key);
  expect((await ask(0, 'GET /session', { cookie })).status).toBe(404);
});

test('a note is not written over what another request wrote', async () => {
  const { cookie } = await signedIn();
  const [[key, one]] = kept;
  meanwhile = () => kept.set(key, { ...one, version: 9 });
  expect(await ask(0, 'PUT /session/note', { cookie, body: { note: 'x' } })).toMatchObject({
    status: 409,
    body: { detail: 'Another request changed the session meanwhile; send the note again.' },
  });
});

test('a sign-in whose session was ended meanwhile begins one', async () => {
  const { cookie } = await signedIn();
  meanwhile = () => kept.clear();
  const again = await signedIn(0, cookie);
  expect(again.status).toBe(201);
  expect((await ask(1, 'GET /session', { cookie: again.cookie })).status).toBe(200);
});

test.each([{}, { name: '' }, { name: 'x'.repeat(51) }, { name: 'ana', admin: true }, { name: 7 }])(
  'the sign-in %j is refused',
  async (body) => {
    expect(await ask(0, 'POST /session', { body })).toMatchObject({
      status: 400,
      body: { detail: 'The body does not have the form this method takes.' },
    });
    expect(kept.size).toBe(0);
  },
);
