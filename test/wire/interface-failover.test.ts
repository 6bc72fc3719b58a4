import { resolve } from 'node:path';
import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const { ec2 } = aws;
let wire: Wire;
let pool: FunctionPool;
let networkInterface: string;
let active: string;
let standby: string;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.77.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.77.0.0/24' }));
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const { Instances } = await ec2.send(
    new RunInstancesCommand({ ImageId: Images![0].ImageId, SubnetId: Subnet!.SubnetId, MinCount: 2, MaxCount: 2 }),
  );
  [active, standby] = Instances!.map(({ InstanceId }) => InstanceId!);
  const made = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: Subnet!.SubnetId }));
  networkInterface = made.NetworkInterface!.NetworkInterfaceId!;
  const name = 'mover';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'interface-failover', 'fail-over.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 120,
      environment: { NETWORK_INTERFACE: networkInterface, HOSTS: `${active},${standby}`, DEVICE_INDEX: '1' },
    },
    wire,
  );
});
afterAll(async () => {
  pool.stop();
  aws.stop();
  await wire.stop();
});

/** The active instance holds the interface, and has just failed. */
beforeEach(async () => {
  wire.clear();
  await ec2.send(new StartInstancesCommand({ InstanceIds: [active, standby] }));
  const { attachment } = await held();
  if (attachment !== undefined) await ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId: attachment }));
  await ec2.send(
    new AttachNetworkInterfaceCommand({ NetworkInterfaceId: networkInterface, InstanceId: active, DeviceIndex: 1 }),
  );
  await ec2.send(new StopInstancesCommand({ InstanceIds: [active] }));
});

async function held(): Promise<{ holder?: string; attachment?: string; mac: string; address: string }> {
  const { NetworkInterfaces } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterface] }),
  );
  const { Attachment, MacAddress, PrivateIpAddress } = NetworkInterfaces![0];
  return {
    ...(Attachment?.InstanceId && { holder: Attachment.InstanceId, attachment: Attachment.AttachmentId! }),
    mac: MacAddress!,
    address: PrivateIpAddress!,
  };
}

const failed = () => pool.invoke({ failed: active });
const moved = () => ({ result: { outcome: 'moved', holder: standby, why: `${active} is stopped` } });
const effects = () => ['DetachNetworkInterface', 'AttachNetworkInterface'].map((name) => wire.effects(name).length);

test('the interface goes to the standby with its address and MAC [network-eni-failover, compute-eni-failover]', async () => {
  const before = await held();
  expect(await failed()).toEqual(moved());
  expect(await held()).toMatchObject({ holder: standby, mac: before.mac, address: before.address });
  expect(effects()).toEqual([1, 1]);
});

test('a repeated event moves nothing [network-eni-failover, compute-eni-failover]', async () => {
  await failed();
  expect(await failed()).toMatchObject({ result: { outcome: 'left alone', holder: standby } });
  expect(effects()).toEqual([1, 1]);
});

test.each([
  ['throttled', (call: Parameters<typeof throttled>[0]) => throttled(call)],
  ['lost before it arrives', () => lostBefore],
  ['done and its answer lost', () => answerLost],
])('when the first call of every kind is %s, it moves once all the same [network-eni-failover]', async (_, fault) => {
  wire.plan = (call, nth) => (call.service === 'ec2' && nth === 1 ? fault(call) : undefined);
  expect(await failed()).toEqual(moved());
  expect((await held()).holder).toBe(standby);
});

test('when EC2 throttles for longer than it is asked, the run fails, and the next one does the work [network-eni-failover, compute-eni-failover]', async () => {
  wire.plan = (call) => (call.operation === 'AttachNetworkInterface' ? throttled(call) : undefined);
  expect(await failed()).toMatchObject({ error: { errorType: 'RequestLimitExceeded' } });
  expect((await held()).holder).toBeUndefined();
  wire.plan = () => undefined;
  expect(await failed()).toEqual(moved());
  expect((await held()).holder).toBe(standby);
});

test('two events at once leave it at the standby, attached once', async () => {
  const answers = await Promise.all([failed(), failed()]);
  for (const answer of answers) expect(answer).toMatchObject({ result: { holder: standby } });
  expect((await held()).holder).toBe(standby);
});

test('with the standby stopped as well nothing is touched [compute-eni-failover]', async () => {
  await ec2.send(new StopInstancesCommand({ InstanceIds: [standby] }));
  expect(await failed()).toMatchObject({
    error: { errorMessage: `no instance can take the interface: ${standby} is stopped` },
  });
  expect((await held()).holder).toBe(active);
  expect(effects()).toEqual([0, 0]);
});
