import { promises } from 'node:dns';
import { Misunderstood } from './words';

export type Resolver = Pick<promises.Resolver, 'resolveNs' | 'resolveTxt'>;

/** The DNS of the world, or the one server that is given. */
export function resolverAt(server: string | undefined): Resolver {
  const resolver = new promises.Resolver({ timeout: 2000, tries: 2 });
  if (server === undefined) return resolver;
  try {
    resolver.setServers([server]);
  } catch {
    throw new Misunderstood(`--server is ${server}; give an address, or an address and a port such as 192.0.2.1:53`);
  }
  return resolver;
}

/** What was found, or nothing where the name or such a record of it is not there. */
export async function orNone<T>(found: Promise<T[]>, name: string): Promise<T[]> {
  try {
    return await found;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOTFOUND', 'ENODATA'].includes(code)) return [];
    throw new Error(`nobody could be asked for ${name}: ${code || (error as Error).message}`, { cause: error });
  }
}
