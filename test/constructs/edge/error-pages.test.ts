import { Duration } from 'aws-cdk-lib';
import { ErrorPages, type ErrorPage } from '../../../lib/constructs/edge/error-pages';

const faults = (...pages: ErrorPage[]) =>
  ErrorPages.of(...pages)
    .faults()
    .filter(Boolean);
const answers = (pages: ErrorPages) =>
  pages.responses.map(
    ({ httpStatus, responsePagePath, responseHttpStatus }) =>
      `${httpStatus} -> ${responsePagePath} ${responseHttpStatus}`,
  );

test('a bucket that is not listed says 403 for what is missing, so both codes show the page for that [edge-error-pages]', () => {
  expect(answers(ErrorPages.forPrivateBucket({ notFound: '/404.html' }))).toEqual([
    '403 -> /404.html 404',
    '404 -> /404.html 404',
  ]);
});

test('where the edge itself turns viewers away, 403 has a page of its own [edge-error-pages]', () => {
  expect(answers(ErrorPages.forPrivateBucket({ notFound: '/404.html', refused: '/403.html' }))).toEqual([
    '403 -> /403.html 403',
    '404 -> /404.html 404',
  ]);
});

test('a single-page app answers every view with itself, as a success that is not kept [edge-error-pages]', () => {
  expect(answers(ErrorPages.singlePageApp())).toEqual(['403 -> /index.html 200', '404 -> /index.html 200']);
  expect(ErrorPages.singlePageApp().responses.map(({ ttl }) => ttl!.toSeconds())).toEqual([0, 0]);
});

test.each([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504])('%d can have a page [edge-error-pages]', (code) => {
  expect(faults({ code, page: '/x.html' })).toEqual([]);
});

test.each<[string, ErrorPage[], string[]]>([
  [
    'a code that cannot have one',
    [{ code: 418, page: '/x.html' }],
    ['errorPages has a page for 418; there can be one for 400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504'],
  ],
  [
    'a path without a slash',
    [{ code: 404, page: '404.html' }],
    ['errorPages shows 404.html for 404; begin the path with a slash, /404.html'],
  ],
  [
    'a code twice',
    [
      { code: 404, page: '/a.html' },
      { code: 404, page: '/b.html' },
    ],
    ['errorPages has 404 more than once; give one page for it'],
  ],
  [
    'a status that is none',
    [{ code: 404, page: '/a.html', as: 302 }],
    ['errorPages answers 404 as 302; use 200 or an error code'],
  ],
  [
    'a time beyond a year',
    [{ code: 404, page: '/a.html', ttl: Duration.days(400) }],
    ['errorPages ttl of 404 is 400 days; give 0 seconds to 365 days'],
  ],
])('refused: %s [edge-error-pages]', (_, pages, expected) => {
  expect(faults(...pages)).toEqual(expected);
});
