import * as z from 'zod/mini';
import { clientOf } from '../shared/client-address';
import { Problem } from '../shared/problem';
import { parsed, type RestAnswer, type Routes } from '../shared/rest';
import { SessionChanged, type Session, type Sessions } from '../shared/sessions';

const text = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest));
const signIn = z.strictObject({ name: text(50) });
const writing = z.strictObject({ note: text(500) });
/** nginx of the same machine, which tells the client that the load balancer saw. */
const proxies = 1;

/**
 * Signs visitors in, knows them again and lets them keep a note. All of it is in the table, nothing in this server: the next request may come to another.
 *
 * It believes every name; put your own check of who somebody is before `begin`.
 *
 * @param servedBy what answers say of the server, so that one sees when another answers
 */
export function sessionRoutes(sessions: Sessions, servedBy: string): Routes {
  const answer = (status: number, { values: { name, note, from } }: Session, cookies: string[] = []): RestAnswer => ({
    status,
    cookies,
    body: { name, ...(note !== undefined && { note }), from, servedBy },
  });
  const found = async (cookie: string | undefined): Promise<Session> => {
    const session = await sessions.find(cookie);
    if (!session) throw new Problem(404, { detail: 'You are not signed in.' });
    return session;
  };

  return {
    'POST /session': async ({ headers, json }) => {
      const { name } = parsed(signIn, json(), 'body');
      const values = { name, from: clientOf({ headers, socket: {} }, proxies).address };
      const session = await begun(sessions, await sessions.find(headers.cookie), values);
      return answer(201, session, [sessions.cookie(session)]);
    },

    'GET /session': async ({ headers: { cookie } }) => {
      const session = await found(cookie);
      try {
        // Lasts anew from now on, and so does the cookie.
        return answer(200, await sessions.keep(session, session.values), [sessions.cookie(session)]);
      } catch (error) {
        if (!(error instanceof SessionChanged)) throw error;
        return answer(200, await found(cookie));
      }
    },

    'PUT /session/note': async ({ headers: { cookie }, json }) => {
      const { note } = parsed(writing, json(), 'body');
      const session = await found(cookie);
      try {
        return answer(200, await sessions.keep(session, { ...session.values, note }));
      } catch (error) {
        if (!(error instanceof SessionChanged)) throw error;
        throw new Problem(409, { detail: 'Another request changed the session meanwhile; send the note again.' });
      }
    },

    'DELETE /session': async ({ headers: { cookie } }) => {
      await sessions.end(await found(cookie));
      return { status: 200, body: { signedOut: true, servedBy } };
    },
  };
}

/** Under a new number in any case, since somebody could have given the visitor the one they had. */
async function begun(sessions: Sessions, before: Session | undefined, values: Session['values']): Promise<Session> {
  if (!before) return sessions.begin(values);
  try {
    return await sessions.renew(before, values);
  } catch (error) {
    if (error instanceof SessionChanged) return sessions.begin(values);
    throw error;
  }
}
