/**
 * Signing in by the authorisation code with PKCE: the page never sees a password, and whoever catches the code on its way can do
 * nothing with it. Shared by the pages of several architectures.
 *
 * A place is where people sign in and who asks: `pages`, the address of the pool's pages, `client`, its id, and `back`, where people come
 * back to.
 */

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** What nobody can guess. */
export const chance = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** What proves later that this page asked; to be kept until somebody comes back. */
export const newAttempt = () => ({ state: chance(), verifier: chance() });

/** Where people sign in; it is shown only a hash of the verifier. */
export async function signInAddress({ pages, client, back }, { state, verifier }, scope) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: back,
    scope,
    state,
    code_challenge_method: 'S256',
    code_challenge: base64url(new Uint8Array(hash)),
  });
  return `${pages}/oauth2/authorize?${query}`;
}

/** The tokens for the code that people come back with; undefined when it is not taken. */
export async function tokensFor({ pages, client, back }, { verifier }, code) {
  const answer = await fetch(`${pages}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client,
      redirect_uri: back,
      code,
      code_verifier: verifier,
    }),
  });
  return answer.ok ? answer.json() : undefined;
}

/** Where the pages forget who signed in. */
export const signOutAddress = ({ pages, client, back }) =>
  `${pages}/logout?${new URLSearchParams({ client_id: client, logout_uri: back })}`;
