/** One thing that is wrong with a request, and where. */
export interface Fault {
  /** `body.items.0.quantity`, `query.customer`, `header.Idempotency-Key` */
  readonly where: string;
  readonly what: string;
}

export interface ProblemOptions {
  /** What the caller may know about this case, in a sentence. Everything in it is told to the caller. */
  readonly detail?: string;
  readonly faults?: readonly Fault[];
  /** Seconds after which another try is worth it. */
  readonly retryAfter?: number;
}

const titles = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof titles;

/** A request that gets no other answer than a problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: ProblemStatus,
    readonly options: ProblemOptions = {},
  ) {
    super(options.detail ?? titles[status]);
  }

  /** The document, with the id under which the log tells more. */
  document(requestId: string): Record<string, unknown> {
    const { detail, faults } = this.options;
    return {
      type: 'about:blank',
      title: titles[this.status],
      status: this.status,
      ...(detail !== undefined && { detail }),
      ...(faults && { faults }),
      requestId,
    };
  }
}

/** What AWS calls it when it turns a call away that may succeed a little later. */
const turnedAway = new Set([
  'ThrottlingException',
  'ThrottledException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'LimitExceededException',
  'SlowDown',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ServiceException',
  'InternalServerError',
  'InternalError',
  'TimeoutError',
  'OutOfTime',
  // A claim ran out while it was looked at.
  'IdempotencyInconsistentStateError',
  'EC2ThrottledException',
]);

/** What Node calls it when a service cannot be reached. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The problem an error is to the caller: itself, a service that is busy, or something that is nobody's business. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isPassing(error)) {
    return new Problem(503, { detail: 'The service is busy; try again in a moment.', retryAfter: 1 });
  }
  return new Problem(500, { detail: 'Something went wrong here; the request id finds it in the log.' });
}

/** Whether an error, or the one it was caused by, will pass by itself. */
function isPassing(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { name, code, cause, $metadata, $retryable } = error as {
    name?: unknown;
    code?: unknown;
    cause?: unknown;
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    (typeof name === 'string' && turnedAway.has(name)) ||
    (typeof code === 'string' && unreachable.has(code)) ||
    status === 429 ||
    status >= 500 ||
    $retryable !== undefined ||
    isPassing(cause, depth + 1)
  );
}
