import { createVerify, type KeyObject } from 'node:crypto';

/** What a viewer asks a distribution for. */
export interface ViewerRequest {
  readonly url: string;
  readonly cookies?: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly at: number;
  readonly address?: string;
}

/**
 * Whether CloudFront lets a request through a private route, as its documentation says: by the cookies or the parameters of the URL,
 * whose signature is of the policy, be it spelled out or the one that expiry and URL stand for.
 */
export function letsThrough(
  trusted: Readonly<Record<string, KeyObject>>,
  { url, cookies = {}, at, address }: ViewerRequest,
): boolean {
  const asked = new URL(url);
  const part = (name: string) => asked.searchParams.get(name) ?? cookies[`CloudFront-${name}`] ?? undefined;
  const [id, signature, expires, policy] = [part('Key-Pair-Id'), part('Signature'), part('Expires'), part('Policy')];
  for (const name of ['Key-Pair-Id', 'Signature', 'Expires', 'Policy', 'Hash-Algorithm'])
    asked.searchParams.delete(name);
  const plain = asked.toString();
  const key = trusted[id ?? ''];
  if (!key || signature === undefined || (expires === undefined) === (policy === undefined)) return false;
  const said =
    policy !== undefined
      ? decoded(policy).toString()
      : `{"Statement":[{"Resource":"${plain}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
  const algorithm = part('Hash-Algorithm') === 'SHA256' ? 'RSA-SHA256' : 'RSA-SHA1';
  if (!createVerify(algorithm).update(said).verify(key, decoded(signature))) return false;
  const [{ Resource, Condition }] = JSON.parse(said).Statement;
  const now = at / 1000;
  return (
    new RegExp(
      `^${Resource.replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
    ).test(plain) &&
    now < Condition.DateLessThan['AWS:EpochTime'] &&
    now >= (Condition.DateGreaterThan?.['AWS:EpochTime'] ?? 0) &&
    (Condition.IpAddress === undefined || Condition.IpAddress['AWS:SourceIp'] === `${address}/32`)
  );
}

const decoded = (text: string): Buffer =>
  Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');
