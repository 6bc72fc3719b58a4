import { connect } from 'node:net';
import type { Symptom } from './diagnose';

/**
 * Tries a TCP connection and tells what a person would see.
 *
 * @param seconds how long to wait before calling it a time-out
 */
export function tryConnection(host: string, port: number, seconds = 5): Promise<Symptom> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (symptom: Symptom) => {
      socket.destroy();
      resolve(symptom);
    };
    socket.setTimeout(seconds * 1000, () => end('timeout'));
    socket.once('connect', () => end('connects'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') end('refused');
      else if (error.code === 'ETIMEDOUT') end('timeout');
      else reject(new Error(`${host}:${port} cannot be tried: ${error.message}`));
    });
  });
}
