import { webcrypto } from 'node:crypto';
import * as z from 'zod/mini';

/** A public key that has been read, under the name tokens give it. */
export interface TrustedKey {
  readonly id: string;
  readonly algorithm: keyof typeof algorithms;
  readonly key: webcrypto.CryptoKey;
}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly TrustedKey[];
}

export interface Claims {
  /** Whom the token is about. */
  readonly subject: string;
  /** Everything else its issuer says. */
  readonly all: Readonly<Record<string, unknown>>;
}

/** Public-key signatures alone; `none`, and secrets that a public key could be mistaken for, are not in the list. */
const algorithms = {
  RS256: { import: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, verify: { name: 'RSASSA-PKCS1-v1_5' } },
  ES256: { import: { name: 'ECDSA', namedCurve: 'P-256' }, verify: { name: 'ECDSA', hash: 'SHA-256' } },
} as const;

/** Clocks of two machines differ by so many seconds at most. */
const leeway = 60;

const keySet = z.object({
  keys: z
    .array(
      z.object({
        kid: z.string(),
        alg: z.enum(['RS256', 'ES256']),
        kty: z.enum(['RSA', 'EC']),
        d: z.optional(z.undefined()),
      }),
    )
    .check(z.minLength(1)),
});
const header = z.object({ alg: z.enum(['RS256', 'ES256']), kid: z.string() });
const claims = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().check(z.regex(/^[\x20-\x7e]{1,256}$/)),
  exp: z.number(),
  nbf: z.optional(z.number()),
});

/**
 * Reads a key set.
 *
 * @throws when it holds no keys, keys of another kind, or a private key
 */
export async function trustedKeys(text: string): Promise<TrustedKey[]> {
  const raw = JSON.parse(text) as { keys: webcrypto.JsonWebKey[] };
  const { keys } = keySet.parse(raw);
  return Promise.all(
    keys.map(async ({ kid, alg }, index) => ({
      id: kid,
      algorithm: alg,
      key: await webcrypto.subtle.importKey('jwk', raw.keys[index], algorithms[alg].import, false, ['verify']),
    })),
  );
}

/**
 * Looks at a token: whether one of the keys signed it, in the way that key signs, for this audience, and whether its time is now.
 *
 * @returns whom it is about, or undefined for any token that is not good
 */
export async function verified(
  token: string,
  { issuer, audience, keys }: TokenRules,
  now: Date,
): Promise<Claims | undefined> {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const head = header.safeParse(jsonIn(parts[0]));
  const body = claims.safeParse(jsonIn(parts[1]));
  if (!head.success || !body.success) return undefined;

  const key = keys.find(({ id, algorithm }) => id === head.data.kid && algorithm === head.data.alg);
  if (!key) return undefined;
  const signed = await webcrypto.subtle.verify(
    algorithms[key.algorithm].verify,
    key.key,
    Buffer.from(parts[2], 'base64url'),
    Buffer.from(`${parts[0]}.${parts[1]}`),
  );
  const { iss, aud, sub, exp, nbf } = body.data;
  const seconds = now.getTime() / 1000;
  const inTime = exp > seconds - leeway && (nbf === undefined || nbf <= seconds + leeway);
  return signed && iss === issuer && [aud].flat().includes(audience) && inTime
    ? { subject: sub, all: body.data }
    : undefined;
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
