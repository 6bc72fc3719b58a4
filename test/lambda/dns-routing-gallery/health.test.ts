import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { environment } from '../../../lambda/dns-routing-gallery/environment';

process.env[environment.switch] = 'the-switch';
const ssm = mockClient(SSMClient);
const context = { awsRequestId: '1' } as Context;
let handler: (event: unknown, context: Context) => Promise<{ statusCode: number; body: string; headers: object }>;
beforeAll(() => {
  ({ handler } = require('../../../lambda/dns-routing-gallery/health'));
});
beforeEach(() => ssm.reset());
const asked = (rawPath = '/health') => handler({ rawPath }, context);

test('answers 200 while the switch is up, and nobody keeps the answer', async () => {
  ssm.on(GetParameterCommand, { Name: 'the-switch' }).resolves({ Parameter: { Value: 'up' } });
  expect(await asked()).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: '{"status":"healthy","dependencies":{"switch":"ok"}}',
  });
});

test.each([
  ['the switch is down', () => ssm.on(GetParameterCommand).resolves({ Parameter: { Value: 'down' } })],
  ['there is no switch', () => ssm.on(GetParameterCommand).resolves({})],
  ['it is throttled', () => ssm.on(GetParameterCommand).rejects(new Error('ThrottlingException'))],
])('answers 503 when %s', async (_, prepare) => {
  prepare();
  const { statusCode, body } = await asked();
  expect([statusCode, JSON.parse(body)]).toEqual([503, { status: 'unhealthy', dependencies: { switch: 'failed' } }]);
  expect(ssm.commandCalls(GetParameterCommand)).toHaveLength(1);
});

test.each(['/', '/health/', '/healthy'])('answers 404 at %s, and asks nobody', async (path) => {
  const { statusCode, body } = await asked(path);
  expect([statusCode, JSON.parse(body)]).toEqual([404, { type: 'about:blank', title: 'Not Found', status: 404 }]);
  expect(ssm.calls()).toEqual([]);
});

test.each([[undefined], [{}], [{ rawPath: 7 }]])('answers 404 to what is no request: %j', async (event) => {
  expect((await handler(event, context)).statusCode).toBe(404);
});
