import type { KeptSession, SessionStore } from '../../../lambda/shared/session-store';
import { SessionChanged, Sessions } from '../../../lambda/shared/sessions';

/** A table that lets one writer of a version win, and deletes nothing by itself. */
class FakeStore implements SessionStore {
  readonly kept = new Map<string, KeptSession>();

  get(session: string): Promise<KeptSession | undefined> {
    return Promise.resolve(this.kept.get(session));
  }

  put(kept: KeptSession): Promise<boolean> {
    const isNext = (this.kept.get(kept.session)?.version ?? 0) === kept.version - 1;
    if (isNext) this.kept.set(kept.session, kept);
    return Promise.resolve(isNext);
  }

  remove(session: string): Promise<void> {
    this.kept.delete(session);
    return Promise.resolve();
  }
}

let store: FakeStore;
let now: Date;
/** Another server with the same table. */
const server = () => new Sessions(store, 600, () => now);
const later = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));
const sent = (id: string) => `theme=dark; __Host-session=${id}`;

beforeEach(() => {
  store = new FakeStore();
  now = new Date('2026-03-01T12:00:00Z');
});

describe('Sessions', () => {
  test('what one server begins another one finds, and writes on [compute-external-sessions]', async () => {
    const begun = await server().begin({ basket: 'tea' });
    const found = await server().find(sent(begun.id));
    expect(found).toEqual({ id: begun.id, values: { basket: 'tea' }, version: 1 });
    await server().keep(found!, { basket: 'tea, milk' });
    expect((await server().find(sent(begun.id)))?.values).toEqual({ basket: 'tea, milk' });
  });

  test('the number is new each time, and the table does not hold it [compute-external-sessions]', async () => {
    const [one, other] = [await server().begin(), await server().begin()];
    expect(one.id).not.toBe(other.id);
    expect(one.id).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify([...store.kept])).not.toContain(one.id);
  });

  test('one that is too old is not found, though the table still holds it, and use makes it last [compute-external-sessions]', async () => {
    const begun = await server().begin();
    later(599);
    const kept = await server().keep((await server().find(sent(begun.id)))!, { seen: 'yes' });
    later(599);
    expect(await server().find(sent(kept.id))).toBeDefined();
    later(1);
    expect(await server().find(sent(kept.id))).toBeUndefined();
    expect(store.kept.size).toBe(1);
  });

  test('after a sign-in it has another number, and the one before is worth nothing [compute-external-sessions]', async () => {
    const before = await server().begin({ basket: 'tea' });
    const after = await server().renew(before, { ...before.values, user: 'ana' });
    expect(after.id).not.toBe(before.id);
    expect(await server().find(sent(before.id))).toBeUndefined();
    expect((await server().find(sent(after.id)))?.values).toEqual({ basket: 'tea', user: 'ana' });
  });

  test('one whose server died while it was renewed is over, rather than good under both numbers [compute-external-sessions]', async () => {
    const before = await server().begin({ basket: 'tea' });
    store.remove = () => Promise.reject(new Error('killed'));
    await expect(server().renew(before)).rejects.toThrow('killed');
    expect(store.kept.size).toBe(2);
    expect(await server().find(sent(before.id))).toBeUndefined();
    await expect(server().keep(before, {})).rejects.toThrow(SessionChanged);
  });

  test('of two renewals at one time one wins [compute-external-sessions]', async () => {
    const before = await server().begin();
    const both = await Promise.allSettled([server().renew(before), server().renew(before)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(store.kept.size).toBe(1);
  });

  test('of two writes at one time one wins, and the other is told [compute-external-sessions]', async () => {
    const { id } = await server().begin();
    const [one, other] = [(await server().find(sent(id)))!, (await server().find(sent(id)))!];
    const both = await Promise.allSettled([server().keep(one, { a: '1' }), server().keep(other, { b: '2' })]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(server().keep(other, { b: '2' })).rejects.toThrow(SessionChanged);
    await expect(server().renew(other)).rejects.toThrow('the session was changed by another request; read it again');
    expect((await server().find(sent(id)))?.values).toEqual({ a: '1' });
  });

  test('what was ended stays so, for a request that was under way too [compute-external-sessions]', async () => {
    const begun = await server().begin();
    await server().end(begun);
    expect(await server().find(sent(begun.id))).toBeUndefined();
    await expect(server().keep(begun, { a: '1' })).rejects.toThrow(SessionChanged);
    await expect(server().renew(begun)).rejects.toThrow(SessionChanged);
    expect(store.kept.size).toBe(0);
  });

  test.each([
    undefined,
    '',
    'session=x',
    '__Host-session=',
    '__Host-session=short',
    `x__Host-session=${'a'.repeat(43)}`,
  ])('the cookies %j name none, and the table is not asked', async (cookies) => {
    const asked = jest.spyOn(store, 'get');
    expect(await server().find(cookies)).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
  });

  test('the cookie is out of reach of scripts, other hosts and plain HTTP', async () => {
    const begun = await server().begin();
    expect(server().cookie(begun)).toBe(
      `__Host-session=${begun.id}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax`,
    );
  });
});
