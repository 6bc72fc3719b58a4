// Signing in, by redirects alone: to the pool's pages with the authorisation code and PKCE, or to Google with a nonce.
import { chance, newAttempt, signInAddress, signOutAddress, tokensFor } from '/assets/pkce.js';

const kept = 'sign-in';
const poolOf = ({ pagesUrl, clientId }, back) => ({ pages: pagesUrl, client: clientId, back });

/** What a token says, unchecked: the services it is shown to check it. */
export function claimsOf(token) {
  const [, payload = ''] = token.split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** The address that signs somebody in on the pool's pages; what proves later that we asked is kept in `store`. */
export function poolAddress(settings, back, store) {
  const attempt = newAttempt();
  store.setItem(kept, JSON.stringify({ by: 'pool', ...attempt }));
  return signInAddress(poolOf(settings, back), attempt, 'openid email profile');
}

/** Where the pool's pages forget who signed in. */
export const goodbyeAddress = (settings, back) => signOutAddress(poolOf(settings, back));

/** The address that signs somebody in with an account of Google. */
export function googleAddress({ googleClientId }, back, store) {
  const attempt = { by: 'google', state: chance(), nonce: chance() };
  store.setItem(kept, JSON.stringify(attempt));
  const query = new URLSearchParams({
    response_type: 'id_token',
    client_id: googleClientId,
    redirect_uri: back,
    scope: 'openid email',
    state: attempt.state,
    nonce: attempt.nonce,
  });
  return `https://accounts.google.com/o/oauth2/v2/auth?${query}`;
}

/**
 * The token somebody comes back with, and the name under which the pool of identities knows its issuer; nothing when nobody
 * comes back. Throws when the answer is none to a question of ours.
 */
export async function returned(settings, { search, hash: fragment }, back, store) {
  const answer = new URLSearchParams(search.length > 1 ? search : fragment.replace(/^#/, ''));
  if (!['code', 'id_token', 'error'].some((name) => answer.has(name))) return undefined;
  const attempt = JSON.parse(store.getItem(kept) ?? '{}');
  store.removeItem(kept);
  if (answer.get('state') === null || answer.get('state') !== attempt.state)
    throw new Error('This answer belongs to no sign-in of this page; sign in again.');
  if (answer.has('error')) throw new Error(answer.get('error_description') ?? answer.get('error'));
  return attempt.by === 'google' ? fromGoogle(answer, attempt) : fromPool(settings, answer, attempt, back);
}

function fromGoogle(answer, { nonce }) {
  const token = answer.get('id_token') ?? '';
  if (claimsOf(token).nonce !== nonce) throw new Error('This token was made for another sign-in; sign in again.');
  return { provider: 'accounts.google.com', token };
}

async function fromPool(settings, answer, attempt, back) {
  const tokens = await tokensFor(poolOf(settings, back), attempt, answer.get('code') ?? '');
  if (!tokens) throw new Error('The code was not taken; sign in again.');
  return { provider: settings.issuer.replace('https://', ''), token: tokens.id_token };
}
