import { resolve } from 'node:path';
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DescribeVpcEndpointConnectionsCommand,
} from '@aws-sdk/client-ec2';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, silence, throttled, type Fault } from './support/faults';
import { FunctionPool } from './support/function-pool';
import type { Call } from './support/call';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const { ec2 } = aws;
let wire: Wire;
let vpc: string;
let subnet: string;
let balancer: string;
const pools: FunctionPool[] = [];

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.16.0.0/16' }))).Vpc!.VpcId!;
  const made = await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.16.0.0/20' }));
  subnet = made.Subnet!.SubnetId!;
  balancer = await networkBalancer(subnet);
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of pools) pool.stop();
  aws.stop();
  await wire.stop();
});

/** A load balancer to offer; for this one call the SDK's client is not worth a package. */
async function networkBalancer(subnetId: string): Promise<string> {
  const scope = `test/20260101/${region}/elasticloadbalancing/aws4_request`;
  const answer = await fetch(emulatorEndpoint(), {
    method: 'POST',
    headers: { Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({
      Action: 'CreateLoadBalancer',
      Version: '2015-12-01',
      Name: 'offer',
      Type: 'network',
      'Subnets.member.1': subnetId,
    }),
  });
  return /<LoadBalancerArn>([^<]+)</.exec(await answer.text())![1];
}

/** A service that wants to accept, with so many who have asked, and the function that decides by a list. */
async function offered(accounts: string, asking = 3) {
  const made = await ec2.send(
    new CreateVpcEndpointServiceConfigurationCommand({ AcceptanceRequired: true, NetworkLoadBalancerArns: [balancer] }),
  );
  const { ServiceId: id, ServiceName: name } = made.ServiceConfiguration!;
  for (let i = 0; i < asking; i++)
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: vpc,
        ServiceName: name,
        SubnetIds: [subnet],
      }),
    );
  const decide = (list: string) => {
    const pool = new FunctionPool(
      {
        name: 'accept',
        arn: `arn:aws:lambda:${region}:${account}:function:accept`,
        bundle: new HandlerBundle(resolve('lambda', 'private-service', 'accept.ts')).folder(),
        handler: 'index.handler',
        timeoutSeconds: 60,
        environment: { SERVICE_ID: id!, ACCEPTED_ACCOUNTS: list },
      },
      wire,
    );
    pools.push(pool);
    return pool;
  };
  const states = async () => {
    const { VpcEndpointConnections: all = [] } = await ec2.send(
      new DescribeVpcEndpointConnectionsCommand({ Filters: [{ Name: 'service-id', Values: [id!] }] }),
    );
    return all.map(({ VpcEndpointState }) => VpcEndpointState as string);
  };
  return { pool: decide(accounts), decide, states };
}

const told = { Records: [{ Sns: { Message: 'whatever it says' } }] };
const times = (n: number, state: string) => Array<string>(n).fill(state);

test('who is on the list is accepted, told twice or not, and cut off when taken off', async () => {
  const { pool, decide, states } = await offered(`999999999999,${account}`);
  expect(await states()).toEqual(times(3, 'pendingAcceptance'));
  expect((await pool.invoke(told)).error).toBeUndefined();
  expect((await pool.invoke(told)).error).toBeUndefined();
  expect(await states()).toEqual(times(3, 'available'));
  expect(wire.effects('AcceptVpcEndpointConnections')).toHaveLength(1);

  expect((await decide('999999999999').invoke(told)).error).toBeUndefined();
  expect(await states()).toEqual(times(3, 'rejected'));
});

test('who is not on the list is rejected', async () => {
  const { pool, states } = await offered('999999999999', 1);
  await pool.invoke(told);
  expect(await states()).toEqual(['rejected']);
  expect(wire.effects('AcceptVpcEndpointConnections')).toHaveLength(0);
});

test.each<[string, Fault | ((call: Call) => Fault)]>([
  ['has no capacity', throttled],
  ['does not get the call', lostBefore],
  ['does not answer', silence],
])('when EC2 %s once, at any call, the SDK tries again and all is settled', async (_, fault) => {
  const { pool, states } = await offered(account, 2);
  wire.plan = (call, nth) => (nth === 1 ? (typeof fault === 'function' ? fault(call) : fault) : undefined);
  expect((await pool.invoke(told)).error).toBeUndefined();
  expect(await states()).toEqual(times(2, 'available'));
});

test('when an answer is lost, the second try finds it done, and the run that Lambda repeats has nothing to do', async () => {
  const { pool, states } = await offered(account, 1);
  wire.plan = ({ operation }, nth) =>
    operation === 'AcceptVpcEndpointConnections' && nth === 1 ? answerLost : undefined;
  const { error } = await pool.invoke(told);
  expect(error?.errorMessage).toContain('InvalidState');
  wire.plan = () => undefined;
  expect((await pool.invoke(told)).error).toBeUndefined();
  expect(await states()).toEqual(['available']);
});

test('when EC2 has no capacity at all the run fails, so that Lambda repeats it', async () => {
  const { pool, states } = await offered(account, 1);
  wire.plan = (call) => throttled(call);
  expect((await pool.invoke(told)).error).toBeDefined();
  expect(await states()).toEqual(['pendingAcceptance']);
});
