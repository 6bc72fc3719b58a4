import { newAttempt, signInAddress, signOutAddress, tokensFor } from '/assets/pkce.js';

/** Who is signed in. Tokens are kept for as long as the tab lives. */
export class Session {
  #config;
  #store;

  constructor(config, store = sessionStorage) {
    this.#config = config;
    this.#store = store;
  }

  /** The token the API asks for; undefined for somebody who is not signed in, or no longer. */
  get token() {
    const { token, until = 0 } = JSON.parse(this.#store.getItem('session') ?? '{}');
    return until > Date.now() ? token : undefined;
  }

  /** Where people sign in; remembers what proves that this page sent them there. */
  signInAddress(home) {
    const attempt = newAttempt();
    this.#store.setItem('asked', JSON.stringify(attempt));
    return signInAddress(this.#place(home), attempt, 'openid email');
  }

  /** Takes the code people come back with, if it is the answer to what this page asked. */
  async comeBack(home, query) {
    const asked = JSON.parse(this.#store.getItem('asked') ?? 'null');
    this.#store.removeItem('asked');
    const code = query.get('code');
    if (!code || !asked || query.get('state') !== asked.state) return false;
    const tokens = await tokensFor(this.#place(home), asked, code);
    if (!tokens) return false;
    const { id_token: token, expires_in: seconds } = tokens;
    this.#store.setItem('session', JSON.stringify({ token, until: Date.now() + seconds * 1000 }));
    return true;
  }

  /** Forgets the token, and says where the pages forget who signed in. */
  signOutAddress(home) {
    this.#store.removeItem('session');
    return signOutAddress(this.#place(home));
  }

  #place(back) {
    return { ...this.#config, back };
  }
}
