import { createHash, createHmac, webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { pageModules } from '../../support/page-modules';

const site = resolve('lib', 'architectures', 'video-portal', 'site');
const ofTheSdk = createRequire(require.resolve('@aws-sdk/client-s3'));
const settings = {
  region: 'us-east-1',
  pagesUrl: 'https://login.auth.us-east-1.amazoncognito.com',
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc',
  clientId: 'the-client',
  googleClientId: '12-ab.apps.googleusercontent.com',
  identityPoolId: 'us-east-1:the-pool',
  uploadHost: 'the-uploads.s3.us-east-1.amazonaws.com',
  apiUrl: 'https://api.execute-api.us-east-1.amazonaws.com/live/',
};
const back = 'https://portal.example.com/';
const credentials = {
  identityId: 'us-east-1:1111aaaa-1111-1111-1111-111111111111',
  keyId: 'AKIDEXAMPLE',
  secret: 'the-secret',
  session: 'the-token',
};

const fetched: [string, any][] = [];
let answers: Record<string, unknown>[] = [];
const browser = {
  crypto: webcrypto,
  fetch: (url: string, options: object) => {
    fetched.push([url, options]);
    const { status = 200, ...body } = answers.shift() ?? {};
    return Promise.resolve({ ok: status === 200, status, json: () => Promise.resolve(body) });
  },
};
const load = pageModules(site, browser, { '/assets/pkce.js': resolve('lib', 'page', 'pkce.js') });
const { poolAddress, googleAddress, returned } = load('/assets/sign-in.js');
const { credentialsFor } = load('/assets/credentials.js');
const { signed, encoded } = load('/assets/signature.js');
const { nameFor, videos, linkTo } = load('/assets/library.js');

beforeEach(() => {
  fetched.length = 0;
  answers = [];
});

/** What a browser keeps for as long as a tab lives. */
function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}
const tokenOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

describe('signing in', () => {
  test('asks for a code with a challenge, and shows what the challenge was made of only to swap the code [serverless-app-client]', async () => {
    const kept = store();
    const address = new URL((await poolAddress(settings, back, kept)) as string);
    const asked = Object.fromEntries(address.searchParams);
    expect(`${address.origin}${address.pathname}`).toBe(`${settings.pagesUrl}/oauth2/authorize`);
    expect(asked).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', redirect_uri: back });

    answers = [{ id_token: 'the-token' }];
    const token = await returned(settings, { search: `?code=the-code&state=${asked.state}`, hash: '' }, back, kept);
    expect(token).toEqual({ provider: 'cognito-idp.us-east-1.amazonaws.com/us-east-1_abc', token: 'the-token' });
    const [[url, { body }]] = fetched;
    const verifier = (body as URLSearchParams).get('code_verifier')!;
    expect(url).toBe(`${settings.pagesUrl}/oauth2/token`);
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(asked.code_challenge);
    expect(verifier.length).toBeGreaterThanOrEqual(43);
  });

  test('takes no answer to a question it did not ask, and an answer once', async () => {
    const kept = store();
    const { state } = Object.fromEntries(new URL((await poolAddress(settings, back, kept)) as string).searchParams);
    const come = (search: string) => returned(settings, { search, hash: '' }, back, kept) as Promise<unknown>;
    await expect(come('?code=the-code&state=another')).rejects.toThrow(
      'This answer belongs to no sign-in of this page',
    );
    await expect(come(`?code=the-code&state=${state}`)).rejects.toThrow(
      'This answer belongs to no sign-in of this page',
    );
    await expect(come('?code=the-code')).rejects.toThrow('This answer belongs to no sign-in of this page');
    expect(fetched).toEqual([]);
  });

  test('with Google takes the token that was made for this very attempt, and no other', async () => {
    const kept = store();
    const ask = () => Object.fromEntries(new URL(googleAddress(settings, back, kept) as string).searchParams);
    const come = (state: string, nonce: string) =>
      returned(
        settings,
        { search: '', hash: `#state=${state}&id_token=${tokenOf({ nonce })}` },
        back,
        kept,
      ) as Promise<unknown>;
    const first = ask();
    expect(first).toMatchObject({ response_type: 'id_token', client_id: settings.googleClientId });
    expect(await come(first.state, first.nonce)).toEqual({
      provider: 'accounts.google.com',
      token: tokenOf({ nonce: first.nonce }),
    });
    const second = ask();
    await expect(come(second.state, first.nonce)).rejects.toThrow('This token was made for another sign-in');
  });

  test('says what the pages say went wrong, and nothing when nobody comes back', async () => {
    const kept = store();
    const { state } = Object.fromEntries(new URL((await poolAddress(settings, back, kept)) as string).searchParams);
    const search = `?error=access_denied&error_description=Not+today&state=${state}`;
    await expect(returned(settings, { search, hash: '' }, back, kept)).rejects.toThrow('Not today');
    expect(await returned(settings, { search: '', hash: '' }, back, kept)).toBeUndefined();
  });
});

test('a token is swapped for credentials by two calls, each with the token', async () => {
  answers = [
    { IdentityId: 'us-east-1:ada' },
    { Credentials: { AccessKeyId: 'A', SecretKey: 'B', SessionToken: 'C', Expiration: 1764327600 } },
  ];
  expect(await credentialsFor(settings, { provider: 'accounts.google.com', token: 't' })).toEqual({
    identityId: 'us-east-1:ada',
    keyId: 'A',
    secret: 'B',
    session: 'C',
    expiresAt: 1764327600000,
  });
  expect(fetched.map(([, { headers, body }]) => [headers['x-amz-target'], JSON.parse(body as string)])).toEqual([
    [
      'AWSCognitoIdentityService.GetId',
      { IdentityPoolId: 'us-east-1:the-pool', Logins: { 'accounts.google.com': 't' } },
    ],
    [
      'AWSCognitoIdentityService.GetCredentialsForIdentity',
      { IdentityId: 'us-east-1:ada', Logins: { 'accounts.google.com': 't' } },
    ],
  ]);
});

test('says why a token was not taken', async () => {
  answers = [{ status: 400, message: 'Invalid login token.' }];
  await expect(credentialsFor(settings, { provider: 'p', token: 't' })).rejects.toThrow(
    'Your sign-in was not taken: Invalid login token.',
  );
});

/** SHA-256 as the SDK's signer takes it. */
class Sha256 {
  private readonly made;

  constructor(secret?: Uint8Array) {
    this.made = secret ? createHmac('sha256', secret) : createHash('sha256');
  }

  update(data: Uint8Array): void {
    this.made.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.made.digest());
  }
}

describe('a signature', () => {
  const { SignatureV4 } = ofTheSdk('@smithy/signature-v4');
  const now = new Date('2026-11-28T10:00:00.000Z');

  async function bySdk(method: string, url: string, service: string): Promise<string> {
    const { hostname, pathname, searchParams } = new URL(url);
    const signer = new SignatureV4({
      service,
      region: 'us-east-1',
      sha256: Sha256,
      uriEscapePath: service !== 's3',
      credentials: {
        accessKeyId: credentials.keyId,
        secretAccessKey: credentials.secret,
        sessionToken: credentials.session,
      },
    });
    const hash = service === 's3' ? 'UNSIGNED-PAYLOAD' : createHash('sha256').digest('hex');
    const headers = { host: hostname, 'x-amz-content-sha256': hash };
    const request = {
      method,
      protocol: 'https:',
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers,
    };
    return ((await signer.sign(request, { signingDate: now })) as { headers: { authorization: string } }).headers
      .authorization;
  }

  test.each([
    ['PUT', 's3', `https://${settings.uploadHost}/uploads/us-east-1%3A1111/a%20b%2B.mp4`],
    ['GET', 'execute-api', `${settings.apiUrl}videos`],
    ['GET', 'execute-api', `${settings.apiUrl}videos/day-1.mp4`],
    ['GET', 'execute-api', `${settings.apiUrl}videos?b=2&after=day%201%2A.mp4`],
  ])('of a %s to %s is the one the SDK makes', async (method, service, url) => {
    const ours = await signed(method, url, { region: 'us-east-1', service, credentials, now });
    expect(ours.authorization).toBe(await bySdk(method, url, service));
    expect(ours).toMatchObject({ 'x-amz-security-token': 'the-token', 'x-amz-date': '20261128T100000Z' });
  });

  test('is the one the SDK makes for whatever a video is called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }), async (name) => {
        const url = `${settings.apiUrl}videos?after=${encoded(name)}`;
        const ours = await signed('GET', url, { region: 'us-east-1', service: 'execute-api', credentials, now });
        expect(ours.authorization).toBe(await bySdk('GET', url, 'execute-api'));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the library', () => {
  test.each([
    ['Holiday 2026 (Day 1).mp4', 'Holiday-2026-Day-1-.mp4'],
    ['..hidden.mov', 'hidden.mov'],
    ['😀.webm', 'webm'],
    ['???', 'video.mp4'],
  ])('a file called %s is uploaded as %s', (file, name) => {
    expect(nameFor(file)).toBe(name);
  });

  test('whatever a file is called, its name is one the portal takes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (file) => {
        expect(nameFor(file)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
      }),
    );
  });

  test('all pages of a list are asked for', async () => {
    answers = [{ videos: [{ video: 'a' }], next: 'a' }, { videos: [{ video: 'b' }] }];
    expect(await videos(settings, credentials)).toEqual([{ video: 'a' }, { video: 'b' }]);
    expect(fetched.map(([url]) => url)).toEqual([`${settings.apiUrl}videos`, `${settings.apiUrl}videos?after=a`]);
  });

  test('the best rendition is played, and what the portal says is said', async () => {
    answers = [{ links: [{ url: 'https://media/720p' }, { url: 'https://media/480p' }] }];
    expect(await linkTo(settings, credentials, 'day 1.mp4')).toBe('https://media/720p');
    answers = [{ status: 404, detail: 'You have no such video.' }];
    await expect(linkTo(settings, credentials, 'none.mp4')).rejects.toThrow('You have no such video.');
  });
});
