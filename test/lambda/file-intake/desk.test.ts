import { InvokeCommand, LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { picture } from '../../support/pictures';
import { s3Error } from '../../support/fake-bucket';
import { Output } from '../../support/output';
import { FakeFiles } from './fake-files';
import { environmentOf, start } from './start';

const files = new FakeFiles();
const lambda = mockClient(LambdaClient);
const output = new Output();
let desk: ReturnType<typeof start>;
let resize: ReturnType<typeof start>;
beforeAll(() => {
  [desk, resize] = [start('desk'), start('resize')];
});
beforeEach(async () => {
  files.reset();
  files.put('incoming/cat.png', await picture('image/png', 20, 10));
  lambda.reset();
  output.listen();
});

/** A request as Lambda passes it on from the address of a function; recorded, with the values of the call put in. */
const request = (method: string, query?: Record<string, string>) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: new URLSearchParams(query).toString(),
  headers: {
    accept: '*/*',
    host: 'k7x3examplegrzd5k2mq6o4m40mzdpi.lambda-url.eu-west-1.on.aws',
    'user-agent': 'curl/8.5.0',
    'x-amzn-trace-id': 'Root=1-69202b48-1a2b3c4d5e6f708192a3b4c5',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  ...(query && { queryStringParameters: query }),
  requestContext: {
    accountId: '111122223333',
    apiId: 'k7x3examplegrzd5k2mq6o4m40mzdpi',
    authentication: null,
    authorizer: {
      iam: {
        accessKey: 'ASIAEXAMPLEKEY',
        accountId: '111122223333',
        callerId: 'AROAEXAMPLE:ada',
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: 'arn:aws:sts::111122223333:assumed-role/uploader/ada',
        userId: 'AROAEXAMPLE:ada',
      },
    },
    domainName: 'k7x3examplegrzd5k2mq6o4m40mzdpi.lambda-url.eu-west-1.on.aws',
    domainPrefix: 'k7x3examplegrzd5k2mq6o4m40mzdpi',
    http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
    requestId: '6e0c1f1e-7a2b-4c55-8f0e-0d2c5b1f9a10',
    routeKey: '$default',
    stage: '$default',
    time: '21/Nov/2026:08:30:00 +0000',
    timeEpoch: 1_795_249_800_000,
  },
  isBase64Encoded: false,
});
const ask = async (method: string, query?: Record<string, string>) => {
  const { statusCode, headers, body } = await desk(request(method, query));
  return { status: statusCode, type: headers['Content-Type'], headers, body: JSON.parse(body) };
};
const file = 'incoming/cat.png';

describe('the desk', () => {
  test('tells what became of a file: it waits, has results, or was refused [serverless-function-url, serverless-handler-contract]', async () => {
    expect(await ask('GET', { file })).toMatchObject({ status: 200, body: { file, state: 'waiting' } });
    await resize({ key: file });
    expect(await ask('GET', { file })).toMatchObject({
      status: 200,
      type: 'application/json',
      body: { file, state: 'resized', results: ['resized/8/cat.png', 'resized/16/cat.png'] },
    });
    files.put(file, Buffer.from('no picture'));
    await resize({ key: file }).catch(() => undefined);
    expect(await ask('GET', { file })).toMatchObject({
      body: { file, state: 'refused', refusal: 'refused/cat.png.json' },
    });
  });

  test('has a file resized while the caller waits [serverless-sync-invoke]', async () => {
    lambda.on(InvokeCommand).callsFake(async ({ Payload }) => {
      const made = await resize(JSON.parse(Buffer.from(Payload).toString()));
      return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(made)) };
    });
    expect(await ask('POST', { file })).toMatchObject({ status: 200, body: { state: 'resized' } });
    expect(lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { FunctionName: environmentOf.RESIZER, Payload: Buffer.from(JSON.stringify({ key: file })) },
    ]);
  });

  test('tells the caller why it cannot be resized [serverless-sync-invoke]', async () => {
    const failed = { errorType: 'Refused', errorMessage: 'the file is empty' };
    lambda
      .on(InvokeCommand)
      .resolves({ StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(failed)) as never });
    expect(await ask('POST', { file })).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: { detail: `${file} cannot be resized: the file is empty.` },
    });
    expect(lambda.calls()).toHaveLength(1);
  });

  test('what else fails in the resizer is nobody’s business', async () => {
    const failed = { errorType: 'TypeError', errorMessage: 'secret of the-files at /var/task/index.js:1' };
    lambda
      .on(InvokeCommand)
      .resolves({ StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(failed)) as never });
    const { status, body } = await ask('POST', { file });
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringMatching(/secret|the-files|\.js/)]);
  });

  test('a resizer that is switched off or busy is asked again, and then the caller is told to come back [serverless-sync-invoke]', async () => {
    const busy = new TooManyRequestsException({ message: 'Rate Exceeded.', $metadata: { httpStatusCode: 429 } });
    lambda.on(InvokeCommand).rejects(busy);
    expect(await ask('POST', { file })).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(lambda.calls()).toHaveLength(4);
  });

  test('fails for a file that is not there', async () => {
    expect(await ask('GET', { file: 'incoming/dog.png' })).toMatchObject({
      status: 404,
      body: { detail: 'There is no file incoming/dog.png.' },
    });
  });

  test.each([
    [{ file: 'resized/8/cat.png' }],
    [{ file: '' }],
    [{ file: 'incoming/' }],
    [{ file: `incoming/${'x'.repeat(1024)}` }],
    [undefined],
  ])(
    'fails for what names no file below incoming/, without looking for it: %j [serverless-untrusted-input]',
    async (query) => {
      expect(await ask('GET', query)).toMatchObject({
        status: 400,
        body: { faults: [{ where: 'query.file', what: 'name a file below incoming/' }] },
      });
      expect(files.client.calls()).toEqual([]);
    },
  );

  test('fails for other methods, and for what is no request [serverless-untrusted-input]', async () => {
    expect(await ask('DELETE', { file })).toMatchObject({ status: 405 });
    for (const event of [{}, null, 'text', { version: '1.0' }]) {
      const { statusCode, body } = await desk(event);
      expect([statusCode, JSON.parse(body).detail]).toEqual([
        400,
        'This is not a request to the address of a function.',
      ]);
    }
  });

  test('fails with 503 while the bucket does, and says nothing of it', async () => {
    files.before = () => {
      throw s3Error('SlowDown', 503);
    };
    const { status, body } = await ask('GET', { file });
    expect([status, JSON.stringify(body)]).toEqual([503, expect.not.stringContaining('the-files')]);
    expect(output.logs).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'refused' }));
  });
});
