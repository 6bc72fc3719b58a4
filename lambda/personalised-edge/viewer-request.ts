import cf from 'cloudfront';
import { cookieName, shareKey } from './environment';
import { placed, shareIn, variantFor } from './experiment';
import type { ViewerEvent, ViewerRequest } from './viewer-event';

/** The share, or that of nobody where the store cannot be read: a page is worth more than an experiment. */
async function share(): Promise<number> {
  try {
    const text = await cf.kvs().get(shareKey);
    return shareIn(text);
  } catch {
    return 0;
  }
}

/**
 * The experiment as a CloudFront Function: chooses a variant before the cache is looked at.
 *
 * @claims edge-ab-test
 */
async function handler(event: ViewerEvent): Promise<ViewerRequest> {
  const request = event.request;
  const shareOfB = await share();
  const variant = variantFor(request.cookies[cookieName]?.value, shareOfB, Math.random());
  request.uri = placed(request.uri, variant);
  return request;
}

// By this form it is told from the handlers of Lambda functions, which are bundled in another way.
export { handler };
