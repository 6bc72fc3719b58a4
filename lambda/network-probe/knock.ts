import { connect } from 'node:net';
import type { Door } from './doors';

/** How long a door is waited for, in milliseconds. A dropped packet is never answered. */
export const patience = 2000;

/**
 * Opens a TCP connection and closes it again.
 *
 * @returns `open`, `no answer` where packets are dropped or no route leads there, or what else the operating system said
 */
export function knock({ host, port }: Door, milliseconds = patience, open = connect): Promise<string> {
  return new Promise((resolve) => {
    const socket = open({ host, port });
    const done = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(milliseconds, () => done('no answer'));
    socket.once('connect', () => done('open'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => done(outcomes[code ?? ''] ?? code ?? 'failed'));
  });
}

const outcomes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  // It hung up after it had opened.
  ECONNRESET: 'open',
  ENOTFOUND: 'no such name',
  EHOSTUNREACH: 'no answer',
  ENETUNREACH: 'no answer',
  ETIMEDOUT: 'no answer',
};
