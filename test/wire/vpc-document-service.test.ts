import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled, type Fault } from './support/faults';
import type { Call } from './support/call';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const folder = mkdtempSync(join(tmpdir(), 'documents-'));
const table = 'documents-index';
let wire: Wire;
let service: Server;
let answering: (request: IncomingMessage, response: ServerResponse) => void;
let pools: Record<'keep' | 'look' | 'ask', FunctionPool>;

const pool = (name: string, environment: Record<string, string>) =>
  new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'vpc-document-service', `${name}.ts`)).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment,
    },
    wire,
  );

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  await aws.dynamodb.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['shelf', 'name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'shelf', KeyType: 'HASH' },
        { AttributeName: 'name', KeyType: 'RANGE' },
      ],
    }),
  );
  service = createServer((request, response) => answering(request, response));
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  const { port } = service.address() as AddressInfo;
  const shelves = { DOCUMENT_FOLDER: folder, INDEX_TABLE: table };
  pools = {
    keep: pool('keep', shelves),
    look: pool('look', shelves),
    ask: pool('ask', { SERVICE_ADDRESS: `http://127.0.0.1:${port}`, SERVICE_NAME: 'documents.example.com' }),
  };
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const each of Object.values(pools)) each.stop();
  service.closeAllConnections();
  service.close();
  aws.stop();
  await wire.stop();
});

const asked = (httpMethod: string, path: string, body = '') => ({
  requestContext: { elb: { targetGroupArn: 'arn' } },
  httpMethod,
  path,
  headers: { 'content-type': 'text/plain' },
  queryStringParameters: {},
  body,
  isBase64Encoded: false,
});
/** With 201, or 200 from whoever had to try again and found its own name there. */
const taken = { result: { headers: { 'content-type': 'application/json' } } };
const keep = (name: string, body: string) => pools.keep.invoke(asked('PUT', `/documents/${name}`, body));
const look = (name: string) => pools.look.invoke(asked('GET', `/documents/${name}`));
const text = (run: { result?: unknown }) => Buffer.from((run.result as { body: string }).body, 'base64').toString();

describe('documents', () => {
  test('one function keeps them and another, in a process of its own, gives them back [serverless-efs]', async () => {
    expect(await keep('a.txt', 'hello')).toMatchObject(taken);
    expect(text(await look('a.txt'))).toBe('hello');
    expect(await look('none.txt')).toMatchObject({
      result: { statusCode: 404, headers: { 'content-type': 'application/problem+json' } },
    });
  });

  test.each<[string, Fault | ((call: Call) => Fault)]>([
    ['throttled', throttled],
    ['lost before it arrived', lostBefore],
    ['answered by nothing', answerLost],
  ])('a call that is %s once changes nothing for who keeps and who looks', async (what, fault) => {
    const name = `${what.replaceAll(' ', '-')}.txt`;
    wire.plan = (call, nth) => (nth === 1 ? (typeof fault === 'function' ? fault(call) : fault) : undefined);
    expect(await keep(name, what)).toMatchObject(taken);
    expect(text(await look(name))).toBe(what);
  });

  test('a table that stays throttled is a 503 that says when to come again, and the next try is whole', async () => {
    wire.plan = (call) => throttled(call);
    expect(await keep('late.txt', 'late')).toMatchObject({
      result: { statusCode: 503, headers: { 'retry-after': '1' } },
    });
    wire.clear();
    expect(await look('late.txt')).toMatchObject({ result: { statusCode: 404 } });
    await keep('late.txt', 'late');
    expect(text(await look('late.txt'))).toBe('late');
  });

  test('twenty who keep under one name at once leave one of them, whole', async () => {
    const bodies = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(10_000));
    const runs = await Promise.all(bodies.map((body) => keep('race.txt', body)));
    for (const run of runs) expect(run).toMatchObject(taken);
    expect(bodies).toContain(text(await look('race.txt')));
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('who asks', () => {
  test('hands over method, path, headers and body, and tells what came back', async () => {
    answering = (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.setHeader('x-served-by', 'i-1');
        response
          .writeHead(201)
          .end(
            `${request.method} ${request.url} ${request.headers['content-type']} ${Buffer.concat(parts).toString()}`,
          );
      });
    };
    const event = { method: 'PUT', path: '/documents/a?b=c', headers: { 'content-type': 'text/plain' }, body: 'größe' };
    expect(await pools.ask.invoke(event)).toMatchObject({
      result: {
        status: 201,
        headers: { 'x-served-by': 'i-1' },
        body: 'PUT /documents/a?b=c text/plain größe',
      },
    });
    expect(wire.seen).toEqual([]);
  });

  test('says so when the service hangs up, and when it was asked for nothing', async () => {
    answering = (request) => request.socket.destroy();
    expect(await pools.ask.invoke({ path: '/' })).toMatchObject({
      error: { errorMessage: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer: /) as unknown },
    });
    expect(await pools.ask.invoke({ path: 'http://elsewhere', more: 1 })).toMatchObject({
      error: { errorMessage: expect.stringMatching(/^not a question \(.*send \{"path": "\/documents"\}$/) as unknown },
    });
  });
});
