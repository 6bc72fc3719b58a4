import { cookieOf, edgeRequest, type EdgeRequest } from '../shared/edge-event';
import { cookieName } from './environment';
import { placed, variantFor } from './experiment';

/** A function at a viewer hook has neither an environment nor an origin that could tell it, so that a deployment changes this. */
const shareOfB = 50;

/**
 * The experiment as Lambda@Edge: chooses a variant before the cache is looked at.
 *
 * @claims edge-ab-test
 */
export function handler(event: unknown): Promise<EdgeRequest> {
  const request = edgeRequest(event);
  request.uri = placed(request.uri, variantFor(cookieOf(request, cookieName), shareOfB, Math.random()));
  return Promise.resolve(request);
}
