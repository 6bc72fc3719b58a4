import type { CorsRule } from './object-cors';

/** What a page asks its browser to fetch. */
export interface PageRequest {
  /** Scheme and host of the page. */
  readonly origin: string;
  /** Scheme and host of what it fetches. */
  readonly target: string;
  readonly method: string;
  /**
   * Headers the page sets.
   * @default - none
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** When, in seconds; only the time between requests counts. */
  readonly at: number;
}

/** What a browser remembers of one answer to a preflight. */
export interface RememberedPreflight {
  readonly origin: string;
  readonly target: string;
  readonly method: string;
  /** Names in small letters. */
  readonly headers: readonly string[];
  /** In seconds, as `at` of a request. */
  readonly until: number;
}

/** What becomes of a request. */
export interface CorsDecision {
  /** Whether the browser asks first: not at all, not because it remembers, or by an OPTIONS request. */
  readonly asks: 'nothing' | 'nothing, as it remembers' | 'a preflight';
  /** Whether the request itself reaches the bucket, and does there what its signature and the policy let it. */
  readonly sent: boolean;
  /** Whether the page may see the answer. */
  readonly readable: boolean;
  /** In a sentence's end. */
  readonly because: string;
  /** What the browser knows afterwards. */
  readonly remembered: readonly RememberedPreflight[];
}

/** What every page may send without asking: these methods, these headers, and these types of forms. */
const simpleMethods: readonly string[] = ['GET', 'HEAD', 'POST'];
const simpleHeaders: readonly string[] = ['accept', 'accept-language', 'content-language', 'content-type', 'range'];
const simpleTypes: readonly string[] = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
/** What browsers remember when they are not told. */
const usualMaxAge = 5;

/**
 * What a browser does with the request of a page, and S3 with what the browser asks, under the rules of a bucket.
 *
 * A simple request is sent without asking: CORS then hides the answer, it does not keep the request from the bucket.
 *
 * @param remembered what the browser knows from earlier preflights
 * @claims storage-cors-preflight
 */
export function corsDecision(
  request: PageRequest,
  rules: readonly CorsRule[],
  remembered: readonly RememberedPreflight[] = [],
): CorsDecision {
  const { origin, target, method, at } = request;
  const known = remembered.filter(({ until }) => until > at);
  if (origin === target)
    return {
      asks: 'nothing',
      sent: true,
      readable: true,
      because: 'the page is of the same origin',
      remembered: known,
    };

  const asked = unusualHeaders(request);
  const rule = rules.find((one) => fits(one, origin, method, asked));
  const readable = rules.some((one) => fits(one, origin, method, []));
  const answer = readable
    ? `a rule lets ${origin} ${method}`
    : `no rule lets ${origin} ${method}, so that the browser keeps the answer from the page`;
  if (simpleMethods.includes(method) && asked.length === 0)
    return { asks: 'nothing', sent: true, readable, because: answer, remembered: known };

  const memory = known.find(
    (one) =>
      one.origin === origin &&
      one.target === target &&
      one.method === method &&
      asked.every((header) => one.headers.includes(header)),
  );
  if (memory) return { asks: 'nothing, as it remembers', sent: true, readable, because: answer, remembered: known };
  if (!rule) {
    const what = [method, ...(asked.length > 0 ? [`with ${asked.join(', ')}`] : [])].join(' ');
    return {
      asks: 'a preflight',
      sent: false,
      readable: false,
      because: `no rule lets ${origin} ${what}, so that S3 answers the preflight with 403`,
      remembered: known,
    };
  }
  const until = at + (rule.maxAge?.toSeconds() ?? usualMaxAge);
  return {
    asks: 'a preflight',
    sent: true,
    readable,
    because: answer,
    remembered: [...known, { origin, target, method, headers: asked, until }],
  };
}

/** Names of the headers for which a browser asks, in small letters. */
function unusualHeaders({ headers = {} }: PageRequest): string[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name, value]) =>
      name === 'content-type'
        ? !simpleTypes.includes(value.split(';')[0].trim().toLowerCase())
        : !simpleHeaders.includes(name),
    )
    .map(([name]) => name)
    .sort();
}

function fits(rule: CorsRule, origin: string, method: string, headers: readonly string[]): boolean {
  const allowed = (rule.headers ?? []).map((header) => header.toLowerCase());
  return (
    rule.origins.some((one) => matches(one, origin)) &&
    rule.methods.some((one) => one === method) &&
    headers.every((header) => allowed.some((one) => matches(one, header)))
  );
}

/** Whether a text is as a pattern with at most one `*` says. */
function matches(pattern: string, text: string): boolean {
  const [start, end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
