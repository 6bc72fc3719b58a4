import { verify } from 'node:crypto';
import * as z from 'zod/mini';

const header = z.object({
  alg: z.literal('ES256'),
  kid: z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
  signer: z.string(),
});
const claims = z.object({ sub: z.string().check(z.minLength(1), z.maxLength(256)), exp: z.number() });

const milliseconds = 2_000;
/** Clocks of two machines differ by so many seconds at most. */
const leeway = 60;

/**
 * Who signed in at a load balancer before a request came on, by the header x-amzn-oidc-data. A rule that signs nobody in passes on
 * whatever a client writes there, and so does another balancer; what this one signed it cannot write.
 *
 * @claims compute-alb-auth
 */
export class BalancerIdentity {
  private readonly keys = new Map<string, Promise<string>>();

  /**
   * @param signer ARN of the one balancer that is believed
   * @param keyOf fetches a public key of the region's balancers
   */
  constructor(
    private readonly signer: string,
    private readonly keyOf: (id: string) => Promise<string> = publicKey(signer.split(':')[3]),
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @returns whom the provider calls so, or undefined where this balancer does not vouch for the token now
   * @throws when the key cannot be had
   */
  async of(token: string): Promise<string | undefined> {
    const [head = '', body = '', signature = ''] = token.split('.');
    const says = header.safeParse(jsonIn(head));
    if (!says.success || says.data.signer !== this.signer) return undefined;
    const key = await this.kept(says.data.kid);
    const signed = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    const whose = claims.safeParse(jsonIn(body));
    if (!signed || !whose.success) return undefined;
    return whose.data.exp > this.now() / 1000 - leeway ? whose.data.sub : undefined;
  }

  /** A key never changes; one that could not be had is asked for again. */
  private kept(id: string): Promise<string> {
    const key = this.keys.get(id) ?? this.keyOf(id);
    this.keys.set(id, key);
    key.catch(() => this.keys.delete(id));
    return key;
  }
}

const publicKey =
  (region: string) =>
  async (id: string): Promise<string> => {
    const url = `https://public-keys.auth.elb.${region}.amazonaws.com/${id}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(milliseconds) });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return answer.text();
  };

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
