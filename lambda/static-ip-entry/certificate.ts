import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface OwnCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * A certificate that nobody else vouches for, in a folder that keeps it over restarts: clients hold on to it by its fingerprint. What encrypts
 * up to here is opened by nobody before.
 */
export async function ownCertificate(folder: string): Promise<OwnCertificate> {
  const place = { cert: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  const read = async () => ({ cert: await readFile(place.cert), key: await readFile(place.key) });
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const what = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'];
  await promisify(execFile)('openssl', [
    ...what,
    '-subj',
    '/CN=static-ip-entry',
    '-keyout',
    place.key,
    '-out',
    place.cert,
  ]);
  return read();
}
