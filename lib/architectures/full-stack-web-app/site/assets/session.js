/**
 * Signing in by the authorisation code with PKCE: the page never sees a password, and whoever catches the code on its way can do
 * nothing with it. Tokens are kept for as long as the tab lives.
 */
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
  async signInAddress(home) {
    const [verifier, state] = [random(), random()];
    this.#store.setItem('asked', JSON.stringify({ verifier, state }));
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    return this.#address('/oauth2/authorize', {
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: home,
      state,
      code_challenge_method: 'S256',
      code_challenge: base64url(new Uint8Array(digest)),
    });
  }

  /** Takes the code people come back with, if it is the answer to what this page asked. */
  async comeBack(home, query) {
    const asked = JSON.parse(this.#store.getItem('asked') ?? 'null');
    this.#store.removeItem('asked');
    const code = query.get('code');
    if (!code || !asked || query.get('state') !== asked.state) return false;
    const answer = await fetch(new URL('/oauth2/token', this.#config.pages), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: this.#config.client,
        redirect_uri: home,
        code,
        code_verifier: asked.verifier,
      }),
    });
    if (!answer.ok) return false;
    const { id_token: token, expires_in: seconds } = await answer.json();
    this.#store.setItem('session', JSON.stringify({ token, until: Date.now() + seconds * 1000 }));
    return true;
  }

  /** Forgets the token, and says where the pages forget who signed in. */
  signOutAddress(home) {
    this.#store.removeItem('session');
    return this.#address('/logout', { logout_uri: home });
  }

  #address(path, query) {
    const address = new URL(path, this.#config.pages);
    address.search = String(new URLSearchParams({ client_id: this.#config.client, ...query }));
    return String(address);
  }
}

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
