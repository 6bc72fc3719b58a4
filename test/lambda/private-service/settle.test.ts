import {
  AcceptVpcEndpointConnectionsCommand,
  DescribeVpcEndpointConnectionsCommand,
  EC2Client,
  RejectVpcEndpointConnectionsCommand,
  type VpcEndpointConnection,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { settle } from '../../../lambda/private-service/settle';

const ec2 = mockClient(EC2Client);
const rules = { serviceId: 'vpce-svc-1', accounts: ['111122223333', '222233334444'] };
const run = () => settle(new EC2Client({ region: 'us-east-1' }), rules);
const from = (VpcEndpointOwner: string, state: string, VpcEndpointId = `vpce-${VpcEndpointOwner}`) =>
  ({ VpcEndpointOwner, VpcEndpointState: state, VpcEndpointId }) as VpcEndpointConnection;
const there = (...connections: VpcEndpointConnection[]) =>
  ec2.on(DescribeVpcEndpointConnectionsCommand).resolves({ VpcEndpointConnections: connections });

beforeEach(() => {
  ec2.reset();
  ec2.on(AcceptVpcEndpointConnectionsCommand).resolves({ Unsuccessful: [] });
  ec2.on(RejectVpcEndpointConnectionsCommand).resolves({});
});
const accepted = () => ec2.commandCalls(AcceptVpcEndpointConnectionsCommand).map(({ args: [{ input }] }) => input);
const rejected = () => ec2.commandCalls(RejectVpcEndpointConnectionsCommand).map(({ args: [{ input }] }) => input);

test('a listed account is accepted, and nobody is rejected [network-privatelink-acceptance]', async () => {
  there(from('111122223333', 'pendingAcceptance'));
  expect(await run()).toEqual({ accepted: ['vpce-111122223333'], rejected: [] });
  expect(accepted()).toEqual([{ ServiceId: 'vpce-svc-1', VpcEndpointIds: ['vpce-111122223333'] }]);
  expect(rejected()).toEqual([]);
});

test('an unknown account is rejected, whether it waits or was connected before [network-privatelink-acceptance]', async () => {
  there(from('999999999999', 'pendingAcceptance', 'vpce-a'), from('999999999999', 'available', 'vpce-b'));
  expect(await run()).toEqual({ accepted: [], rejected: ['vpce-a', 'vpce-b'] });
  expect(rejected()).toEqual([{ ServiceId: 'vpce-svc-1', VpcEndpointIds: ['vpce-a', 'vpce-b'] }]);
  expect(accepted()).toEqual([]);
});

test('a repeated event finds nothing to do [network-privatelink-acceptance]', async () => {
  there(from('111122223333', 'available'), from('999999999999', 'rejected'), from('999999999999', 'deleting'));
  expect(await run()).toEqual({ accepted: [], rejected: [] });
  expect([...accepted(), ...rejected()]).toEqual([]);
});

test('states are read in either spelling of EC2, and a connection without an owner is nobody', async () => {
  there(from('111122223333', 'PendingAcceptance'), { VpcEndpointId: 'vpce-x', VpcEndpointState: 'Available' });
  expect(await run()).toEqual({ accepted: ['vpce-111122223333'], rejected: ['vpce-x'] });
});

test('all pages are looked at, of this service only', async () => {
  ec2
    .on(DescribeVpcEndpointConnectionsCommand)
    .resolvesOnce({ VpcEndpointConnections: [from('111122223333', 'pendingAcceptance', 'vpce-1')], NextToken: 'more' })
    .resolves({ VpcEndpointConnections: [from('222233334444', 'pendingAcceptance', 'vpce-2')] });
  expect(await run()).toEqual({ accepted: ['vpce-1', 'vpce-2'], rejected: [] });
  const asked = ec2.commandCalls(DescribeVpcEndpointConnectionsCommand).map(({ args: [{ input }] }) => input);
  expect(asked.map(({ Filters }) => Filters)).toEqual(Array(2).fill([{ Name: 'service-id', Values: ['vpce-svc-1'] }]));
});

test('fails with what EC2 did not do, after it has done the rest', async () => {
  there(from('111122223333', 'pendingAcceptance'), from('999999999999', 'pendingAcceptance', 'vpce-a'));
  ec2.on(AcceptVpcEndpointConnectionsCommand).resolves({
    Unsuccessful: [{ ResourceId: 'vpce-111122223333', Error: { Code: 'InvalidState', Message: 'is deleting' } }],
  });
  await expect(run()).rejects.toThrow('not settled: vpce-111122223333: InvalidState: is deleting');
  expect(rejected()).toHaveLength(1);
});

test('fails when EC2 has no capacity, so that Lambda tries again', async () => {
  ec2.on(DescribeVpcEndpointConnectionsCommand).rejects(new Error('Request limit exceeded.'));
  await expect(run()).rejects.toThrow('Request limit exceeded.');
});
