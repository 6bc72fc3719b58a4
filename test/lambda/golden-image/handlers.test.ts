import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
} from '@aws-sdk/client-auto-scaling';
import * as autoScalingSdk from '@aws-sdk/client-auto-scaling';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import { DeleteParameterCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as ssmSdk from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

const autoScaling = mockClient(AutoScalingClient);
const ec2 = mockClient(EC2Client);
const ssm = mockClient(SSMClient);
const context = { functionName: 'images' } as Context;
type Name = 'follow' | 'forget' | 'retire';
function handlerOf(name: Name): (event: unknown, context: Context) => Promise<unknown> {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    GROUP: 'web',
    PARAMETER: '/imagebuilder/page',
    WARMUP_SECONDS: '240',
    IMAGE_TAG: 'golden-image',
    IMAGE_NAME: 'page',
    REGIONS: 'eu-west-1,us-east-1',
    KEEP: '3',
  });
  let found: { handler: (event: unknown, context: Context) => Promise<unknown> };
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-auto-scaling', () => autoScalingSdk);
    jest.doMock('@aws-sdk/client-ec2', () => ec2Sdk);
    jest.doMock('@aws-sdk/client-ssm', () => ssmSdk);
    found = require(`../../../lambda/golden-image/${name}`);
  });
  return found!.handler;
}
/** The Region of each call. */
const regionsOf = async (client: typeof ssm) =>
  Promise.all(client.calls().map(({ thisValue }) => (thisValue as SSMClient).config.region()));
const request = (RequestType: string) => ({
  RequestType,
  ResponseURL: 'https://cloudformation.example/answer',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Made',
  PhysicalResourceId: 'page',
  ResourceProperties: {},
});
const answers: unknown[] = [];

beforeEach(() => {
  for (const client of [autoScaling, ec2, ssm]) client.reset();
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: 'ami-0123456789abcdef0' } });
  ssm.on(DeleteParameterCommand).resolves({});
  ec2.on(DescribeImagesCommand).resolves({ Images: [{ ImageId: 'ami-0123456789abcdef0', State: 'available' }] });
  ec2.on(DescribeInstancesCommand).resolves({});
  ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({});
  ec2.on(DescribeSnapshotsCommand).resolves({});
  autoScaling.on(DescribeInstanceRefreshesCommand).resolves({});
  autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({});
  answers.length = 0;
  jest.spyOn(globalThis, 'fetch').mockImplementation((_, options) => {
    answers.push(JSON.parse(options?.body as string));
    return Promise.resolve(new Response());
  });
});

test('whatever it is told, the follower looks at what is [compute-image-consume]', async () => {
  expect(await handlerOf('follow')({ anything: true }, context)).toMatchObject({ outcome: 'nothing to do' });
});

test('images are retired in every Region they are in, and one that fails does not hold up the others [compute-image-retire]', async () => {
  expect(Object.keys((await handlerOf('retire')({}, context)) as object)).toEqual(['eu-west-1', 'us-east-1']);
  expect(await regionsOf(ssm)).toEqual(['eu-west-1', 'us-east-1']);
  let asked = 0;
  ssm.on(GetParameterCommand).callsFake(() => {
    if ((asked += 1) === 1) throw new Error('Rate exceeded');
    return {};
  });
  const before = ec2.commandCalls(DescribeSnapshotsCommand).length;
  await expect(handlerOf('retire')({}, context)).rejects.toThrow(/^eu-west-1: Rate exceeded$/);
  expect(ec2.commandCalls(DescribeSnapshotsCommand)).toHaveLength(before + 1);
});

test('with the stack the parameter goes, in every Region, and an update takes nothing [compute-image-retire]', async () => {
  await handlerOf('forget')(request('Update'), context);
  expect(ssm.calls()).toEqual([]);
  ssm
    .on(DeleteParameterCommand)
    .rejectsOnce(Object.assign(new Error('none'), { name: 'ParameterNotFound' }))
    .resolves({});
  await handlerOf('forget')(request('Delete'), context);
  expect(ssm.commandCalls(DeleteParameterCommand)).toHaveLength(2);
  expect(await regionsOf(ssm)).toEqual(['eu-west-1', 'us-east-1']);
  expect(answers).toMatchObject([
    { Status: 'SUCCESS', PhysicalResourceId: 'page' },
    { Status: 'SUCCESS', PhysicalResourceId: 'page' },
  ]);
});

test('a deletion that cannot be done is told to CloudFormation', async () => {
  ssm.on(DeleteParameterCommand).rejects(new Error('not allowed'));
  await handlerOf('forget')(request('Delete'), context);
  expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'eu-west-1: not allowed; us-east-1: not allowed' }]);
});
