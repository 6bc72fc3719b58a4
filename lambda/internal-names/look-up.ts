import type { promises } from 'node:dns';

/** What became of one name. */
export interface Looked {
  readonly name: string;
  /** Its IPv4 addresses; with none, `because` says why. */
  readonly addresses: readonly string[];
  readonly because?: string;
}

/** By the codes of Node's resolver. A firewall's NXDOMAIN looks like any other; the query log tells them apart. */
const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name',
  ENODATA: 'no address',
  ESERVFAIL: 'the resolver failed',
  EREFUSED: 'the resolver refused',
  ETIMEOUT: 'no answer',
  ECONNREFUSED: 'no answer',
};

/** Asks for all names at once. A name that is not found is an answer too, so that nothing is thrown. */
export const lookUp = (names: readonly string[], resolver: Pick<promises.Resolver, 'resolve4'>): Promise<Looked[]> =>
  Promise.all(
    names.map(async (name) => {
      try {
        return { name, addresses: (await resolver.resolve4(name)).sort() };
      } catch (error) {
        const { code = String(error) } = error as NodeJS.ErrnoException;
        return { name, addresses: [], because: reasons[code] ?? code };
      }
    }),
  );
