import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { callFunction, callingClient, FunctionFailed, type CallOptions } from '../../../lambda/shared/call-function';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Lambda's own door, as it answers on the wire. */
let door: Server;
/** Gives up after a second. */
let client: LambdaClient;
let patientClient: LambdaClient;
/** What it answers in turn; the last for ever. */
let answers: Answer[];
const asked: string[] = [];
const pauses: number[] = [];
const before = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1' });
  door = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      asked.push(`${request.url} ${body}`);
      (answers.length > 1 ? answers.shift()! : answers[0])(request, response);
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  client = callingClient(0, { endpoint });
  patientClient = callingClient(60, { endpoint });
});
beforeEach(() => {
  asked.length = 0;
  pauses.length = 0;
});
afterAll(async () => {
  client.destroy();
  patientClient.destroy();
  door.closeAllConnections();
  await new Promise((resolve) => door.close(resolve));
  process.env = before;
});

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const refuses = (status: number, type: string): Answer => says(status, { Message: type }, { 'x-amzn-ErrorType': type });
const throttled = refuses(429, 'TooManyRequestsException');
const breaksOff: Answer = (request) => request.socket.destroy();
const call = (given: Answer[], options: CallOptions = {}, event: object = { n: 1 }) => {
  answers = given;
  return callFunction(client, 'worker:live', event, {
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
    random: () => 1,
    ...options,
  });
};

describe('callFunction', () => {
  test('waits for the answer and gives what the function returned [serverless-sync-invoke]', async () => {
    expect(await call([says(200, { made: true })])).toEqual({ made: true });
    expect(await call([says(200, '')])).toBeUndefined();
    expect(asked).toEqual(Array(2).fill('/2015-03-31/functions/worker%3Alive/invocations {"n":1}'));
  });

  test('a function that is throttled is asked again, after pauses that double [serverless-sync-invoke]', async () => {
    expect(await call([throttled, throttled, throttled, says(200, 'null')])).toBeNull();
    expect(asked).toHaveLength(4);
    expect(pauses).toEqual([100, 200, 400]);
  });

  test('the pauses are left to chance, from nothing to the whole, and end at two seconds [serverless-sync-invoke]', async () => {
    await expect(call([throttled], { attempts: 8, random: () => 0.5 })).rejects.toThrow('TooManyRequestsException');
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1000, 1000]);
    await expect(call([throttled], { random: () => 0 })).rejects.toThrow();
    expect(pauses.slice(7)).toEqual([0, 0, 0]);
  });

  test('gives up after the last attempt, with what Lambda said [serverless-sync-invoke]', async () => {
    await expect(call([refuses(502, 'EC2UnexpectedException')], { attempts: 2 })).rejects.toThrow(
      'EC2UnexpectedException',
    );
    expect(asked).toHaveLength(2);
  });

  test.each([
    [400, 'InvalidRequestContentException'],
    [403, 'AccessDeniedException'],
    [404, 'ResourceNotFoundException'],
    [413, 'RequestTooLargeException'],
  ])("%d is the caller's fault and is not asked again [serverless-sync-invoke]", async (status, type) => {
    await expect(call([refuses(status, type)])).rejects.toThrow(type);
    expect([asked.length, pauses]).toEqual([1, []]);
  });

  test('what failed in the function is told with its kind and reason, and not run again [serverless-sync-invoke]', async () => {
    const failed = says(
      200,
      { errorType: 'Refused', errorMessage: 'not a picture' },
      { 'X-Amz-Function-Error': 'Unhandled' },
    );
    const error = await call([failed]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FunctionFailed);
    expect(error).toMatchObject({
      message: 'worker:live failed with Refused: not a picture',
      errorType: 'Refused',
      reason: 'not a picture',
    });
    expect(asked).toHaveLength(1);
  });

  test('a call without an answer is not sent again, as the function may be running [serverless-sync-invoke]', async () => {
    await expect(call([() => undefined, says(200, '1')])).rejects.toThrow(/timed? ?out|1000/i);
    await expect(call([breaksOff, says(200, '1')])).rejects.toThrow();
    expect(asked).toHaveLength(2);
  });

  test('unless it may run twice [serverless-sync-invoke]', async () => {
    expect(await call([() => undefined, says(200, '7')], { repeatable: true })).toBe(7);
    expect(asked).toHaveLength(2);
  });

  test('an event of 6 MB is sent, one byte more is refused before Lambda is asked [serverless-sync-invoke]', async () => {
    const most = 6_291_456 - '{"text":""}'.length;
    answers = [says(200, '1')];
    const send = (length: number) => callFunction(patientClient, 'worker:live', { text: 'x'.repeat(length) });
    await send(most);
    await expect(send(most + 1)).rejects.toThrow(
      'the event holds 6291457 bytes; put its content into a bucket and send its address',
    );
    expect(asked).toHaveLength(1);
  });
});
