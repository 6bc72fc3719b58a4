import { cookieName } from './environment';
import { cookieAttributes, variantIn } from './experiment';
import type { ViewerEvent, ViewerResponse } from './viewer-event';

/**
 * The experiment as a CloudFront Function: has the browser remember the variant. The request is the one that was changed on its way in.
 *
 * @claims edge-ab-test
 */
function handler(event: ViewerEvent): ViewerResponse {
  const response = event.response;
  const variant = variantIn(event.request.uri);
  if (variant) response.cookies[cookieName] = { value: variant, attributes: cookieAttributes };
  return response;
}

export { handler };
