import { isIP } from 'node:net';

/** Who asked, as seen through the proxies on the way. */
export interface Client {
  readonly address: string;
  /** The port of the balancer that the client asked on, where a balancer says so. */
  readonly port?: number;
  /** What the client spoke with the balancer, where a balancer says so. */
  readonly protocol?: 'http' | 'https';
}

/** What this needs of a request of Node's server. */
export interface ForwardedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * Who asked a server that stands behind proxies of ours. Each adds, at the end of X-Forwarded-For, the address that it got the request from;
 * all before those are what the client chose to write, and count for nothing.
 *
 * @param proxies how many of ours a request passes: 0 where clients connect to the server itself, 1 behind a load balancer, 2 behind a distribution
 * before it
 * @throws when the header has fewer addresses than there are proxies, or no address where one should be: the request came another way
 *
 * @claims compute-client-ip
 */
export function clientOf({ headers, socket }: ForwardedRequest, proxies: number): Client {
  if (!Number.isInteger(proxies) || proxies < 0)
    throw new Error(`proxies is ${proxies}; give how many of yours a request passes, 0 where it passes none`);
  if (proxies === 0) return { address: plain(socket.remoteAddress ?? '') };
  const hops = textOf(headers['x-forwarded-for']).split(',');
  const hop = hops.at(-proxies)?.trim() ?? '';
  const address = plain(hop);
  if (isIP(address) === 0)
    throw new Error(
      `X-Forwarded-For has ${hop ? `"${hop}"` : 'nothing'} where proxy ${proxies} from here should have written an address; let requests in through ${proxies === 1 ? 'it' : `all ${proxies}`} alone`,
    );
  // Both are of the last proxy, and a server behind several learns from them how its own balancer was asked.
  const port = Number(textOf(headers['x-forwarded-port']).split(',').at(-1));
  const protocol = textOf(headers['x-forwarded-proto']).split(',').at(-1)?.trim();
  return {
    address,
    ...(port >= 1 && { port }),
    ...((protocol === 'http' || protocol === 'https') && { protocol }),
  };
}

/** A header that comes more than once is one list. */
const textOf = (header: string | string[] | undefined): string => [header ?? []].flat().join(',');

/** Without a port, brackets, or the prefix by which IPv6 writes addresses of IPv4. */
function plain(text: string): string {
  const [, inBrackets] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, ofPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  return (inBrackets ?? ofPort ?? text).replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
