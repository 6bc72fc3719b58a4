import {
  AcceptVpcEndpointConnectionsCommand,
  DescribeVpcEndpointConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

const ec2 = mockClient(EC2Client);

type Handler = (event: unknown, context: Context) => Promise<void>;

/** Loads the function with this environment, beside the mocked SDK. */
function start(environment: Readonly<Record<string, string>>): Handler {
  const before = process.env;
  process.env = { ...before, AWS_REGION: 'us-east-1', ...environment };
  try {
    return (require('../../../lambda/private-service/accept') as { handler: Handler }).handler;
  } finally {
    process.env = before;
  }
}

beforeEach(() => {
  ec2.reset();
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

test('fails at start when it is not told for what, or for whom', () => {
  jest.isolateModules(() => {
    expect(() => start({})).toThrow('environment variables missing: SERVICE_ID, ACCEPTED_ACCOUNTS');
  });
});

test('whatever a notice says, the connections of the service are settled by the list [network-privatelink-acceptance]', async () => {
  ec2.on(DescribeVpcEndpointConnectionsCommand).resolves({
    VpcEndpointConnections: [
      { VpcEndpointId: 'vpce-1', VpcEndpointOwner: '222233334444', VpcEndpointState: 'pendingAcceptance' as never },
    ],
  });
  ec2.on(AcceptVpcEndpointConnectionsCommand).resolves({});
  const handler = start({ SERVICE_ID: 'vpce-svc-1', ACCEPTED_ACCOUNTS: '111122223333,222233334444' });
  await handler({ Records: [{ Sns: { Message: 'not JSON, and about another service' } }] }, {} as Context);
  expect(ec2.commandCalls(AcceptVpcEndpointConnectionsCommand).map(({ args: [{ input }] }) => input)).toEqual([
    { ServiceId: 'vpce-svc-1', VpcEndpointIds: ['vpce-1'] },
  ]);
});
