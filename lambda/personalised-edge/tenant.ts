import * as z from 'zod/mini';

const claims = z.object({ 'cognito:groups': z.array(z.string()) });
const group = /^tenant-([a-z0-9][a-z0-9-]{0,39})$/;
/** Names that mean themselves in every reading: no percent sign, no slash of either kind, and no dots alone. */
const segment = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,100}$/;

/** The tenant whom a person belongs to, by the one group of theirs that names one; of several, none. */
export function tenantOf(verified: Readonly<Record<string, unknown>>): string | undefined {
  const known = claims.safeParse(verified);
  const tenants = (known.success ? known.data['cognito:groups'] : []).flatMap((name) => group.exec(name)?.[1] ?? []);
  return tenants.length === 1 ? tenants[0] : undefined;
}

/**
 * Where what a person asks for lies: below the folder of their tenant, for every path there is.
 *
 * @returns nothing for a path that some reader might take for another one
 * @claims edge-user-segregation
 */
export function placeOf(tenant: string, folder: string, uri: string): string | undefined {
  const start = `/${folder}/`;
  if (!uri.startsWith(start)) return undefined;
  const rest = uri.slice(start.length);
  return rest.split('/').every((part) => segment.test(part)) ? `/${tenant}/${rest}` : undefined;
}
