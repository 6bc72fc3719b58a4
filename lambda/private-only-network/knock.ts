import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';

/** What was found behind a name. */
export interface Knock {
  /** The addresses the network's resolver gives; none where it knows no such name. */
  readonly addresses: readonly string[];
  /** Whether all of them are private. */
  readonly private: boolean;
  /** Whether a connection to port 443 of the first one was opened. */
  readonly opens: boolean;
}

export interface KnockOptions {
  /** @default 443 */
  readonly port?: number;
  /** How long an answer is waited for, in milliseconds. @default 3000 */
  readonly patience?: number;
  /** Gives the addresses of a name. @default - the network's resolver */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Asks for a name and knocks at its first address. That nobody answers is an answer too. */
export async function knockAt(
  host: string,
  { port = 443, patience = 3000, resolve = resolved }: KnockOptions = {},
): Promise<Knock> {
  const addresses = [...(await resolve(host).catch(() => []))].sort();
  return {
    addresses,
    private: addresses.length > 0 && addresses.every(isPrivate),
    opens: addresses.length > 0 && (await opens(addresses[0], port, patience)),
  };
}

const resolved = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, family: 4 })).map(({ address }) => address);

/** Addresses that no packet on the internet carries. */
export const isPrivate = (address: string): boolean =>
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.)/.test(address);

function opens(host: string, port: number, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patience });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
