import { edgeExchange, type EdgeResponse } from '../shared/edge-event';
import { cookieName } from './environment';
import { cookieAttributes, variantIn } from './experiment';

/**
 * The experiment as Lambda@Edge: has the browser remember the variant.
 *
 * @claims edge-ab-test
 */
export function handler(event: unknown): Promise<EdgeResponse> {
  const { request, response } = edgeExchange(event);
  const variant = variantIn(request.uri);
  if (variant) {
    const value = `${cookieName}=${variant}; ${cookieAttributes}`;
    response.headers['set-cookie'] = [...(response.headers['set-cookie'] ?? []), { key: 'Set-Cookie', value }];
  }
  return Promise.resolve(response);
}
