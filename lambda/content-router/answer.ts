import type { BalancerAnswer, BalancerRequest } from '../shared/balancer';
import { clientOf } from '../shared/client-address';
import { membersPath } from './environment';

export interface Service {
  readonly service: string;
  readonly release: string;
}

/** Whom a token of the load balancer is about; undefined where it vouches for nobody. */
export type Members = (token: string) => Promise<string | undefined>;

/**
 * Which service answers, what it was asked and by whom. Stands for whatever a service does.
 *
 * @param members knows who signed in; without it nobody has
 */
export async function answer(request: BalancerRequest, own: Service, members?: Members): Promise<BalancerAnswer> {
  const { method, path, headers } = request;
  const asked = { ...own, method, path, client: addressOf(headers) };
  if (path !== membersPath && !path.startsWith(`${membersPath}/`)) return json(200, asked);
  // A rule is soon added to a balancer, and one that lets people past the sign-in must not show them anything.
  const token = headers['x-amzn-oidc-data']?.at(-1);
  const member = token === undefined ? undefined : await members?.(token);
  if (member === undefined) return problem(403, 'Forbidden', 'Sign in to see this page.');
  return json(200, { ...asked, member });
}

/** Through one proxy of ours, the load balancer; what stands before its word is what a client wrote. */
function addressOf(headers: BalancerRequest['headers']): string {
  const joined = Object.entries(headers).map(([name, values]) => [name, values.join(',')]);
  return clientOf({ headers: Object.fromEntries(joined) as Record<string, string>, socket: {} }, 1).address;
}

const problem = (status: number, title: string, detail: string): BalancerAnswer =>
  json(status, { type: 'about:blank', title, status, detail }, 'application/problem+json');

const json = (status: number, body: object, type = 'application/json'): BalancerAnswer => ({
  status,
  headers: { 'content-type': type, 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
