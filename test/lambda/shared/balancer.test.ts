import { balancerHandler, type BalancerAnswer, type BalancerRequest } from '../../../lambda/shared/balancer';

const event = (also: object = {}) => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1' } },
  httpMethod: 'POST',
  path: '/documents/1',
  queryStringParameters: { page: '2' },
  headers: { 'User-Agent': 'curl/8', accept: '*/*' },
  body: 'text',
  isBase64Encoded: false,
  ...also,
});

function handler(body: string | Buffer = 'done', multiValueHeaders = false, also: Partial<BalancerAnswer> = {}) {
  const asked: BalancerRequest[] = [];
  const failed = jest.fn();
  const answer = (request: BalancerRequest) => {
    asked.push(request);
    return Promise.resolve({ status: 201, headers: { location: '/documents/1' }, body, ...also });
  };
  return { asked, failed, handle: balancerHandler({ answer, failed, multiValueHeaders }) };
}

describe('balancerHandler', () => {
  test('a request becomes method, path, parameters, headers and body, and the answer status, headers and body [serverless-alb-target, compute-alb-lambda]', async () => {
    const { asked, handle } = handler();
    expect(await handle(event())).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'text/plain; charset=utf-8', location: '/documents/1' },
      body: 'done',
      isBase64Encoded: false,
    });
    expect(asked).toEqual([
      {
        method: 'POST',
        path: '/documents/1',
        headers: { 'user-agent': ['curl/8'], accept: ['*/*'] },
        query: { page: ['2'] },
        body: Buffer.from('text'),
      },
    ]);
  });

  test('a binary body comes and goes unchanged [serverless-alb-target, compute-alb-lambda]', async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const { asked, handle } = handler(bytes);
    const answer = await handle(event({ body: bytes.toString('base64'), isBase64Encoded: true }));
    expect(asked[0].body).toEqual(bytes);
    expect(answer).toMatchObject({ body: 'AP+ACg==', isBase64Encoded: true });
  });

  test('missing headers, parameters and body are empty [serverless-alb-target]', async () => {
    const { asked, handle } = handler();
    await handle(event({ headers: undefined, queryStringParameters: undefined, body: null }));
    expect(asked[0]).toMatchObject({ headers: {}, query: {}, body: Buffer.alloc(0) });
  });

  test('lists are read and written where the target group uses them [serverless-alb-target, compute-alb-lambda]', async () => {
    const { asked, handle } = handler('done', true);
    const answer = await handle(event({ headers: undefined, multiValueHeaders: { Cookie: ['a=1', 'b=2'] } }));
    expect(asked[0].headers).toEqual({ cookie: ['a=1', 'b=2'] });
    expect(answer.headers).toBeUndefined();
    expect(answer.multiValueHeaders).toMatchObject({ location: ['/documents/1'] });
  });

  test('a probe of the health check is answered without the application [serverless-alb-target]', async () => {
    const { asked, handle } = handler();
    const probe = event({ httpMethod: 'GET', body: '', headers: { 'user-agent': 'ELB-HealthChecker/2.0' } });
    expect(await handle(probe)).toMatchObject({ statusCode: 200, body: 'well' });
    expect(asked).toEqual([]);
  });

  test('what is no request is a 400, and what fails a 500 that tells nothing', async () => {
    const failed = jest.fn();
    const error = new Error('the password is wrong');
    const handle = balancerHandler({ answer: () => Promise.reject(error), failed });
    expect(await handle({ Records: [] })).toMatchObject({ statusCode: 400 });
    expect(await handle(event())).toMatchObject({ statusCode: 500, body: 'Internal Server Error' });
    expect(failed.mock.calls).toEqual([[error]]);
  });

  test.each<[string, string | Buffer, Partial<BalancerAnswer>, string]>([
    ['has no status', '', { status: undefined }, 'the answer has the status undefined; give a whole'],
    [
      'has a status of its own',
      '',
      { status: 99 },
      'the answer has the status 99; give a whole number from 200 to 599',
    ],
    [
      'has half a status',
      '',
      { status: 200.5 },
      'the answer has the status 200.5; give a whole number from 200 to 599',
    ],
    [
      'has a header that goes on in the next line',
      '',
      { headers: { location: '/a\r\nset-cookie: b' } },
      'the answer has the header "location", which breaks its line; leave line ends out',
    ],
    [
      'is larger than a megabyte in Base64',
      Buffer.alloc(786_432),
      {},
      'bytes, and a balancer takes 1048576 of a function; send the client to a file in a bucket instead',
    ],
  ])(
    'an answer that %s would be a 502 without a reason, and is a 500 that is told [compute-alb-lambda]',
    async (...row) => {
      const [, body, also, reason] = row;
      for (const lists of [false, true]) {
        const { handle, failed } = handler(body, lists, also);
        expect(await handle(event())).toMatchObject({ statusCode: 500, body: 'Internal Server Error' });
        expect((failed.mock.calls as [Error][])[0][0].message).toContain(reason);
      }
    },
  );

  test('an answer of just a megabyte is passed on [compute-alb-lambda]', async () => {
    const around = JSON.stringify(await handler('').handle(event())).length;
    const { handle, failed } = handler('x'.repeat(1_048_576 - around));
    expect(JSON.stringify(await handle(event()))).toHaveLength(1_048_576);
    expect(failed).not.toHaveBeenCalled();
    const { handle: more, failed: told } = handler('x'.repeat(1_048_577 - around));
    expect(await more(event())).toMatchObject({ statusCode: 500 });
    expect(told).toHaveBeenCalled();
  });
});
