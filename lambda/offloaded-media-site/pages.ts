import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Html, restHandler, type RestAnswer, type RestRequest, type Routes } from '../shared/rest';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { contentSecurityPolicy, index, unknownPage, workPage } from './render';
import { works } from './works';

const places = variables(environment);

const html = (text: string, status = 200): Promise<RestAnswer> =>
  Promise.resolve({
    status,
    headers: {
      // Edges keep a page for a moment, so that a crowd asks for it once; browsers ask each time.
      'Cache-Control': 'public, max-age=0, s-maxage=5',
      'Content-Security-Policy': contentSecurityPolicy(places),
    },
    body: new Html(text),
  });

const pages = {
  '/': () => html(index(works, places)),
  '/works/{work}': ({ path }: RestRequest) => {
    const work = works.find(({ name }) => name === path.work);
    return work ? html(workPage(work, places)) : html(unknownPage(places), 404);
  },
};

/**
 * The pages of the museum. They name media and pictures by where those are, and hold none: no film ever passes through here.
 *
 * @claims storage-media-offload
 */
export const handler = restHandler(
  {
    ...Object.fromEntries(
      Object.entries(pages).flatMap(([path, make]) => [`GET ${path}`, `HEAD ${path}`].map((route) => [route, make])),
    ),
    'GET /health': () => Promise.resolve({ status: 200, body: { pages: 'up' } }),
  } satisfies Routes,
  { logger: new Logger(), metrics: new Metrics() },
);
