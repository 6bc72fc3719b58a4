import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

const lambda = mockClient(LambdaClient);
type Handler = (event: unknown, context: Context) => Promise<void>;

function start(environment: Readonly<Record<string, string>>): Handler {
  const before = process.env;
  process.env = { ...before, AWS_REGION: 'us-east-1', ...environment };
  try {
    return (require('../../../lambda/mail-purpose/pause') as { handler: Handler }).handler;
  } finally {
    process.env = before;
  }
}

beforeEach(() => {
  lambda.reset();
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

test('fails at start when it is not told what to pause', () => {
  jest.isolateModules(() => {
    expect(() => start({})).toThrow('environment variables missing: MAIL_MAPPING_ID');
  });
});

test('stops the queue of its purpose, twice as well as once [messaging-email-reputation]', async () => {
  lambda.on(UpdateEventSourceMappingCommand).resolves({});
  const handler = start({ MAIL_MAPPING_ID: 'mapping-1' });
  await handler({}, {} as Context);
  await handler({}, {} as Context);
  expect(lambda.commandCalls(UpdateEventSourceMappingCommand).map(({ args: [{ input }] }) => input)).toEqual(
    Array(2).fill({ UUID: 'mapping-1', Enabled: false }),
  );
});
