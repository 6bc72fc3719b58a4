import { Problem, problemOf } from '../../../lambda/shared/problem';

const named = (name: string, more: object = {}) => Object.assign(new Error('internal words'), { name }, more);

describe('problemOf', () => {
  test.each<[string, unknown, number, number | undefined]>([
    ['a problem is itself', new Problem(404), 404, undefined],
    ['throttling by DynamoDB', named('ProvisionedThroughputExceededException'), 503, 1],
    ['throttling by Lambda', named('TooManyRequestsException'), 503, 1],
    ['a slow S3', named('SlowDown'), 503, 1],
    ['a call that took too long', named('TimeoutError'), 503, 1],
    ['a service that cannot be reached', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 503, 1],
    ['a name that is not found just now', Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 503, 1],
    ['work that did not get done in time', named('OutOfTime'), 503, 1],
    ['a claim that ran out while it was looked at', named('IdempotencyInconsistentStateError'), 503, 1],
    ['a service that failed', named('AnyError', { $metadata: { httpStatusCode: 500 } }), 503, 1],
    ['what the SDK calls worth another try', named('AnyError', { $retryable: {} }), 503, 1],
    ['the same, wrapped twice', named('A', { cause: named('B', { cause: named('ThrottlingException') }) }), 503, 1],
    ['denied access', named('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), 500, undefined],
    ['a mistake of ours', new TypeError('x is undefined'), 500, undefined],
    ['no error at all', 'text', 500, undefined],
    ['nothing', undefined, 500, undefined],
  ])('%s becomes its status [serverless-api-errors]', (_, error, status, retryAfter) => {
    const problem = problemOf(error);
    expect([problem.status, problem.options.retryAfter]).toEqual([status, retryAfter]);
    expect(JSON.stringify(problem.document('id'))).not.toContain('internal words');
  });

  test('an error that is its own cause comes to an end', () => {
    const error = named('A');
    error.cause = error;
    expect(problemOf(error).status).toBe(500);
  });
});

test('a problem is a document of RFC 9457, with what is wrong and where', () => {
  const faults = [{ where: 'body.items', what: 'too few' }];
  expect(new Problem(400, { detail: 'No.', faults }).document('r-1')).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'No.',
    faults,
    requestId: 'r-1',
  });
});
