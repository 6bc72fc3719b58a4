import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, kill, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const { ec2 } = aws;
const settings = {
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const ssm = new SSMClient(settings);
const groups = new AutoScalingClient(settings);
const group = 'wire-golden-image';
const parameter = '/imagebuilder/wire-page';
let wire: Wire;
let pools: Record<'follow' | 'forget' | 'retire', FunctionPool>;
/** Where CloudFormation waits for answers. */
let door: Server;
const answers: unknown[] = [];
let baked = 0;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const images = { IMAGE_TAG: 'golden-image', IMAGE_NAME: 'wire-page', REGIONS: region, KEEP: '1' };
  const made = (name: keyof typeof pools, environment: Record<string, string>) =>
    new FunctionPool(
      {
        name: `golden-image-${name}`,
        arn: `arn:aws:lambda:${region}:${account}:function:golden-image-${name}`,
        bundle: new HandlerBundle(resolve('lambda', 'golden-image', `${name}.ts`)).folder(),
        handler: 'index.handler',
        timeoutSeconds: 60,
        environment: { PARAMETER: parameter, ...environment },
      },
      wire,
      1,
    );
  pools = {
    follow: made('follow', { GROUP: group, WARMUP_SECONDS: '60' }),
    forget: made('forget', images),
    retire: made('retire', images),
  };
  door = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      answers.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((ready) => door.listen(0, '127.0.0.1', ready));
  await bake();
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.79.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.79.0.0/24' }));
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: group,
      LaunchTemplateData: { ImageId: `resolve:ssm:${parameter}` },
    }),
  );
  await groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: group,
      LaunchTemplate: { LaunchTemplateName: group, Version: '$Latest' },
      MinSize: 2,
      MaxSize: 4,
      VPCZoneIdentifier: Subnet!.SubnetId!,
    }),
  );
});
afterEach(() => {
  wire.clear();
  answers.length = 0;
});
afterAll(async () => {
  for (const each of Object.values(pools)) each.stop();
  aws.stop();
  for (const client of [ssm, groups]) client.destroy();
  door.close();
  await wire.stop();
});

/** An image as Image Builder leaves it: tagged, with a snapshot it has marked, and in the parameter. */
async function bake(): Promise<string> {
  const { ImageId } = await ec2.send(new RegisterImageCommand({ Name: `wire-page-${(baked += 1)}` }));
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId!] }));
  const snapshot = Images![0].BlockDeviceMappings![0].Ebs!.SnapshotId!;
  const marked = { Key: 'CreatedBy', Value: 'EC2 Image Builder' };
  await ec2.send(new CreateTagsCommand({ Resources: [snapshot], Tags: [marked] }));
  await ec2.send(
    new CreateTagsCommand({ Resources: [ImageId!], Tags: [marked, { Key: 'golden-image', Value: 'wire-page' }] }),
  );
  await ssm.send(new PutParameterCommand({ Name: parameter, Value: ImageId!, Type: 'String', Overwrite: true }));
  return ImageId!;
}

async function running(): Promise<Set<string>> {
  const { AutoScalingGroups } = await groups.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
  );
  const InstanceIds = AutoScalingGroups![0].Instances!.map(({ InstanceId }) => InstanceId!);
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  return new Set(Reservations!.flatMap(({ Instances = [] }) => Instances.map(({ ImageId }) => ImageId!)));
}
async function refreshes(): Promise<(string | undefined)[]> {
  const { InstanceRefreshes = [] } = await groups.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: group }),
  );
  return InstanceRefreshes.map(({ Status }) => Status);
}
const settled = async (): Promise<void> => {
  while ((await refreshes()).some((status) => status !== 'Successful'))
    await new Promise((next) => setTimeout(next, 50));
};
const own = async (): Promise<string[]> => {
  const { Images } = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: 'tag:golden-image', Values: ['wire-page'] }] }),
  );
  return Images!.map(({ ImageId }) => ImageId!);
};
const snapshots = async (): Promise<number> => {
  const { Snapshots } = await ec2.send(
    new DescribeSnapshotsCommand({ Filters: [{ Name: 'tag:CreatedBy', Values: ['EC2 Image Builder'] }] }),
  );
  return Snapshots!.length;
};

const faults = [
  ['throttled', (call: Parameters<typeof throttled>[0]) => throttled(call)],
  ['lost before it arrives', () => lostBefore],
  ['done and its answer lost', () => answerLost],
] as const;

test.each(faults)(
  'follow has the group take a new image, once, when the first call of every kind is %s [compute-image-consume]',
  async (_, fault) => {
    const image = await bake();
    const before = (await refreshes()).length;
    wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
    const { result } = (await pools.follow.invoke({})) as { result: { outcome: string } };
    // Whose answer was lost is found under way when it is asked for again.
    expect(['rolls', 'waits']).toContain(result.outcome);
    await settled();
    expect(await refreshes()).toHaveLength(before + 1);
    expect(await running()).toEqual(new Set([image]));
    expect(await pools.follow.invoke({})).toMatchObject({ result: { outcome: 'nothing to do' } });
  },
);

test.each(faults)(
  'retire leaves the newest image and those that run, and no snapshot of another, when the first call of every kind is %s [compute-image-retire]',
  async (_, fault) => {
    const [inUse] = await running();
    await bake();
    const newest = await bake();
    wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
    await pools.retire.invoke({});
    expect(new Set(await own())).toEqual(new Set([inUse, newest]));
    expect(await snapshots()).toBe(2);
  },
);

test('retire that is killed between image and snapshot leaves nothing that its next run does not take [compute-image-retire]', async () => {
  await bake();
  await bake();
  wire.plan = (call, nth) => (call.operation === 'DeregisterImage' && nth === 1 ? kill : undefined);
  await pools.retire.invoke({});
  expect([(await own()).length, await snapshots()]).toEqual([3, 4]);
  wire.plan = () => undefined;
  await pools.retire.invoke({});
  expect([(await own()).length, await snapshots()]).toEqual([2, 2]);
});

test('forget takes the parameter and all images that nothing runs, and says so to CloudFormation [compute-image-retire]', async () => {
  const [inUse] = await running();
  await bake();
  const ask = (RequestType: string) =>
    pools.forget.invoke({
      RequestType,
      ResponseURL: `http://127.0.0.1:${(door.address() as AddressInfo).port}/`,
      StackId: 'the-stack',
      RequestId: 'the-request',
      LogicalResourceId: 'Made',
      PhysicalResourceId: 'wire-page',
      ResourceProperties: {},
    });
  await ask('Delete');
  await ask('Delete');
  expect(answers).toMatchObject([{ Status: 'SUCCESS' }, { Status: 'SUCCESS' }]);
  expect(await own()).toEqual([inUse]);
  await expect(ssm.send(new GetParameterCommand({ Name: parameter }))).rejects.toThrow();
});
