import { edgeRequest, headerOf, originSetting, type EdgeRequest, type EdgeResponse } from '../shared/edge-event';
import { IssuerKeys } from '../shared/issuer-keys';
import { verified } from '../shared/token';
import { folders, originSettings } from './environment';
import { placeOf, tenantOf } from './tenant';

/** By issuer; there is one in each deployment. */
const known = new Map<string, IssuerKeys>();

/**
 * Asks for a file in the part of the content that belongs to the viewer's tenant, by the token they show. Whoever shows none that is
 * good, or is of no tenant, is turned away here, and the bucket is not asked.
 *
 * @claims edge-user-segregation
 */
export async function handler(event: unknown): Promise<EdgeRequest | EdgeResponse> {
  const request = edgeRequest(event);
  const issuer = originSetting(request, originSettings.issuer);
  const audience = originSetting(request, originSettings.audience);
  const token = /^Bearer (\S{1,8192})$/i.exec(headerOf(request.headers, 'authorization') ?? '')?.[1];
  if (token === undefined) return problem(401, 'Unauthorized', 'Show a token: Authorization: Bearer …');

  const of = known.get(issuer) ?? new IssuerKeys(issuer);
  known.set(issuer, of);
  let keys;
  try {
    keys = await of.all();
  } catch (error) {
    console.error('the keys of the issuer cannot be read', error);
    return problem(503, 'Service Unavailable', 'Nobody can be let in at the moment; try again in a moment.');
  }
  const claims = await verified(token, { issuer, audience, keys }, new Date());
  if (!claims) return problem(401, 'Unauthorized', 'The token is not good, or no longer; sign in again.');
  const tenant = tenantOf(claims.all);
  if (tenant === undefined) return problem(403, 'Forbidden', 'You belong to no tenant, or to several.');
  const place = placeOf(tenant, folders.members, request.uri);
  if (place === undefined)
    return problem(400, 'Bad Request', 'The path may hold letters, digits and . _ ~ - between its slashes.');

  request.uri = place;
  // The bucket is asked with a signature of the distribution; the token is nobody's business there.
  delete request.headers.authorization;
  return request;
}

/** An answer that is kept by nobody. */
function problem(status: number, title: string, detail: string): EdgeResponse {
  return {
    status: String(status),
    statusDescription: title,
    headers: {
      'content-type': [{ key: 'Content-Type', value: 'application/problem+json' }],
      'cache-control': [{ key: 'Cache-Control', value: 'no-store' }],
      ...(status === 401 && { 'www-authenticate': [{ key: 'WWW-Authenticate', value: 'Bearer' }] }),
      ...(status === 503 && { 'retry-after': [{ key: 'Retry-After', value: '5' }] }),
    },
    body: JSON.stringify({ type: 'about:blank', title, status, detail }),
  };
}
