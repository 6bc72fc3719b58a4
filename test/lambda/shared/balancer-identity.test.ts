import { generateKeyPairSync, sign } from 'node:crypto';
import { BalancerIdentity } from '../../../lambda/shared/balancer-identity';

const signer = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/entry/1a2b3c';
const kid = '1b2c3d4e-0000-4000-8000-0123456789ab';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const now = 1_800_000_000;

/** As a balancer writes them: with the padding that other tokens leave out. */
const part = (value: object) =>
  Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
function token(head: object = {}, body: object = {}, key = privateKey): string {
  const text = `${part({ typ: 'JWT', alg: 'ES256', kid, signer, iss: 'https://id.example.org', ...head })}.${part({ sub: 'member-7', exp: now + 120, ...body })}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
const identity = (keyOf: (id: string) => Promise<string> = () => Promise.resolve(pem)) =>
  new BalancerIdentity(signer, keyOf, () => now * 1000);

describe('BalancerIdentity', () => {
  test('knows whom its balancer signed in, and asks for a key once [compute-alb-auth]', async () => {
    const asked: string[] = [];
    const known = identity((id) => {
      asked.push(id);
      return Promise.resolve(pem);
    });
    expect([await known.of(token()), await known.of(token({}, { sub: 'member-8' }))]).toEqual(['member-7', 'member-8']);
    expect(asked).toEqual([kid]);
  });

  test.each<[string, string]>([
    ['of another balancer', token({ signer: signer.replace('entry', 'other') })],
    ['signed by somebody else', token({}, {}, stranger)],
    ['that is over', token({}, { exp: now - 61 })],
    ['about nobody', token({}, { sub: '' })],
    ['without a signature', token().replace(/[^.]*$/, '')],
    ['that was changed', token().replace(/\.[^.]+\./, `.${part({ sub: 'admin', exp: now + 120 })}.`)],
    ['of an algorithm that a public key could be mistaken in', token({ alg: 'HS256' })],
    ['that names no key', token({ kid: '../other' })],
    ['that is none', 'guess'],
  ])('believes no token %s [compute-alb-auth]', async (_, text) => {
    expect(await identity().of(text)).toBeUndefined();
  });

  test('fails while the key cannot be had, and asks for it again', async () => {
    let tries = 0;
    const known = identity(() => ((tries += 1) === 1 ? Promise.reject(new Error('away')) : Promise.resolve(pem)));
    await expect(known.of(token())).rejects.toThrow('away');
    expect(await known.of(token())).toBe('member-7');
  });

  test('fetches keys from where the balancers of its region have theirs', async () => {
    const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(new Response(pem)));
    const known = new BalancerIdentity(signer, undefined, () => now * 1000);
    expect(await known.of(token())).toBe('member-7');
    expect(fetched).toHaveBeenCalledWith(
      `https://public-keys.auth.elb.eu-west-1.amazonaws.com/${kid}`,
      expect.anything(),
    );
    fetched.mockResolvedValue(new Response('', { status: 404 }));
    await expect(new BalancerIdentity(signer, undefined, () => now * 1000).of(token())).rejects.toThrow('answered 404');
    fetched.mockRestore();
  });
});
