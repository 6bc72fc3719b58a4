import { createHash, randomBytes } from 'node:crypto';
import { hasExpired, secondsOf } from './expiry';
import type { KeptSession, SessionStore } from './session-store';

export interface Session {
  /** Secret: whoever knows it is the visitor. */
  readonly id: string;
  readonly values: Readonly<Record<string, string>>;
  /** How often it was written. */
  readonly version: number;
}

/** Somebody else has written or ended the session since it was read; read it again. */
export class SessionChanged extends Error {
  override readonly name = 'SessionChanged';
}

/** Bound to the host and to HTTPS by its prefix. */
const cookieName = '__Host-session';

/**
 * What servers know of their visitors, kept outside all of them: whichever server a balancer picks finds it.
 *
 * @claims compute-external-sessions
 */
export class Sessions {
  /** @param idleSeconds how long a session lasts that nobody uses */
  constructor(
    private readonly store: SessionStore,
    private readonly idleSeconds: number,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** A new session under a number nobody can guess. */
  async begin(values: Session['values'] = {}): Promise<Session> {
    return this.write({ id: newId(), values, version: 1 });
  }

  /**
   * The session of a request's Cookie header. Nothing for one that is unknown, was ended or is too old, though the table may still hold it.
   */
  async find(cookies: string | undefined): Promise<Session | undefined> {
    const id = cookieOf(cookies);
    if (id === undefined) return undefined;
    const kept = await this.store.get(hashed(id));
    if (!kept || kept.successor !== undefined || hasExpired(kept.expiresAt, this.now())) return undefined;
    return { id, values: kept.values, version: kept.version };
  }

  /**
   * Writes other values, and has the session last anew.
   *
   * @throws SessionChanged when another request wrote it meanwhile, whose values would be lost
   */
  async keep({ id, version }: Session, values: Session['values']): Promise<Session> {
    return this.write({ id, values, version: version + 1 });
  }

  /**
   * The same session under a new number, and not under the old one. After every sign-in: somebody could have given the visitor the old one.
   *
   * @throws SessionChanged when another request wrote, renewed or ended it meanwhile
   */
  async renew(session: Session, values: Session['values'] = session.values): Promise<Session> {
    const renewed = { id: newId(), values, version: 1 };
    // Written before it is removed: of a removal whose answer was lost nobody can tell whose it was.
    await this.write({ ...session, version: session.version + 1 }, hashed(renewed.id));
    await this.write(renewed);
    await this.end(session);
    return renewed;
  }

  /** Ends it everywhere at once, whatever became of it meanwhile. */
  async end({ id }: Session): Promise<void> {
    await this.store.remove(hashed(id));
  }

  /** What a Set-Cookie header says of it: out of reach of scripts, of other sites' requests and of plain HTTP. */
  cookie({ id }: Session): string {
    return `${cookieName}=${id}; Path=/; Max-Age=${this.idleSeconds}; Secure; HttpOnly; SameSite=Lax`;
  }

  private async write(session: Session, successor?: string): Promise<Session> {
    const { id, values, version } = session;
    const expiresAt = secondsOf(this.now()) + this.idleSeconds;
    const kept: KeptSession = {
      session: hashed(id),
      values,
      version,
      expiresAt,
      ...(successor !== undefined && { successor }),
    };
    if (!(await this.store.put(kept)))
      throw new SessionChanged('the session was changed by another request; read it again');
    return session;
  }
}

const newId = (): string => randomBytes(32).toString('base64url');

/** Whoever can read the table cannot use what stands in it. */
const hashed = (id: string): string => createHash('sha256').update(id).digest('hex');

const cookieOf = (cookies = ''): string | undefined => {
  const found = cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${cookieName}=`));
  const id = found?.slice(cookieName.length + 1);
  return id !== undefined && /^[\w-]{43}$/.test(id) ? id : undefined;
};
