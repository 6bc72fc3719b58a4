import { Duration } from 'aws-cdk-lib';
import type { ErrorResponse } from 'aws-cdk-lib/aws-cloudfront';
import { outsideDuration } from '../faults';

export interface ErrorPage {
  /** What the origin or the edge answers: 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 or 504. */
  readonly code: number;
  /** The path of the page that is shown instead, with a leading slash. */
  readonly page: string;
  /**
   * The status the viewer gets with it.
   * @default - the same code
   */
  readonly as?: number;
  /**
   * How long the error stays in the cache, up to 365 days; short, so that a page that appears is soon seen.
   * @default Duration.minutes(1)
   */
  readonly ttl?: Duration;
}

const codes = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * What viewers see instead of an error.
 *
 * @claims edge-error-pages
 */
export class ErrorPages {
  /** A page for each code named, at most one each. */
  static of(...pages: readonly ErrorPage[]): ErrorPages {
    return new ErrorPages(pages);
  }

  /**
   * For a bucket whose content cannot be listed: S3 answers 403 for an object that is missing, so that both codes mean "not
   * found". Give `refused` where the edge itself answers 403 too (a geo gate, a firewall); its page then has to cover both.
   */
  static forPrivateBucket(pages: { readonly notFound: string; readonly refused?: string }): ErrorPages {
    return new ErrorPages([
      pages.refused === undefined
        ? { code: 403, page: pages.notFound, as: 404 }
        : { code: 403, page: pages.refused, as: 403 },
      { code: 404, page: pages.notFound },
    ]);
  }

  /** A single-page app: whatever is not a file is a view of the app, which reads the path itself. */
  static singlePageApp(page = '/index.html'): ErrorPages {
    return new ErrorPages([403, 404].map((code) => ({ code, page, as: 200, ttl: Duration.seconds(0) })));
  }

  private constructor(readonly pages: readonly ErrorPage[]) {}

  /** As the CDK's distribution takes them; ask for `faults` first. */
  get responses(): ErrorResponse[] {
    return this.pages.map(({ code, page, as = code, ttl = Duration.minutes(1) }) => ({
      httpStatus: code,
      responsePagePath: page,
      responseHttpStatus: as,
      ttl,
    }));
  }

  /** Sentences about codes and paths the service does not take. */
  faults(): (string | undefined | false)[] {
    const seen = this.pages.map(({ code }) => code);
    return this.pages.flatMap(({ code, page, as, ttl }, i) => [
      !codes.includes(code) && `errorPages has a page for ${code}; there can be one for ${codes.join(', ')}`,
      seen.indexOf(code) !== i && `errorPages has ${code} more than once; give one page for it`,
      !page.startsWith('/') && `errorPages shows ${page} for ${code}; begin the path with a slash, /${page}`,
      as !== undefined &&
        as !== 200 &&
        !codes.includes(as) &&
        `errorPages answers ${code} as ${as}; use 200 or an error code`,
      outsideDuration(`errorPages ttl of ${code}`, ttl, Duration.seconds(0), Duration.days(365)),
    ]);
  }
}
