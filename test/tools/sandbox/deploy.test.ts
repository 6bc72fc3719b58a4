import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import * as assembly from '../../../tools/sandbox/assembly';
import * as commandLine from '../../../tools/sandbox/cdk';
import { deploy } from '../../../tools/sandbox/deploy';
import { destroy } from '../../../tools/sandbox/destroy';
import type { Sandbox } from '../../../tools/sandbox/sandbox';

jest.mock('../../../tools/sandbox/cdk');
jest.mock('../../../tools/sandbox/assembly');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const cloudFormation = mockClient(CloudFormationClient);
const sts = mockClient(STSClient);
const s3 = mockClient(S3Client);
const said: string[] = [];
const asked: string[] = [];
const answers: boolean[] = [];
const sandbox: Sandbox = {
  place: { kind: 'account', description: 'a real account, in eu-west-1', environment: { AWS_REGION: 'eu-west-1' } },
  say: (line) => said.push(line),
  ask: (question) => {
    asked.push(question);
    return Promise.resolve(answers.shift() ?? false);
  },
  pause: 0,
};
const template = {
  Resources: { Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain' }, Topic: { Type: 'AWS::SNS::Topic' } },
};
const cdk = jest.mocked(commandLine.cdk);
/** Stacks that there are, by name. */
let stacks: Record<string, { StackStatus: string; Tags?: { Key: string; Value: string }[]; Outputs?: object[] }>;

beforeEach(() => {
  for (const one of [said, asked, answers]) one.length = 0;
  stacks = { CDKToolkit: { StackStatus: 'CREATE_COMPLETE' } };
  cloudFormation.reset();
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName }: { StackName: string }) => {
    const found = stacks[StackName.replace('arn:', '')];
    if (!found) throw new Error(`Stack with id ${StackName} does not exist`);
    return { Stacks: [{ StackName, StackId: `arn:${StackName}`, CreationTime: new Date(0), ...found }] };
  });
  cloudFormation.on(DescribeStackEventsCommand).resolves({ StackEvents: [] });
  cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ada' });
  jest
    .mocked(assembly.prepare)
    .mockReturnValue({ name: 'shop', directory: '/assembly', stacks: [{ name: 'shop', template }] });
  cdk.mockReset().mockResolvedValue({ code: 0, said: '' });
});
const words = () => cdk.mock.calls.map(([some]) => some.slice(0, 2).join(' '));

test('before the first deployment a person sees who, where, what, at what cost, and what will stay', async () => {
  expect(await deploy(sandbox, 'shop', {}, false)).toBe(1);
  expect(said).toEqual([
    'a real account, in eu-west-1, account 111122223333, as arn:aws:iam::111122223333:user/ada',
    'shop is new: 2 resources',
    '  1 AWS::KMS::Key',
    '  1 AWS::SNS::Topic',
    expect.stringMatching(/^it costs 1\.00 USD a month when nobody calls it/),
    'after a destroy:',
    expect.stringMatching(/^ {2}Key \(AWS::KMS::Key\): it is retained/),
    'Nothing was deployed.',
  ]);
  expect(asked).toEqual(['Deploy shop?']);
  expect(words()).toEqual([]);
});

test('with yes it deploys, by the CDK alone', async () => {
  answers.push(true);
  expect(await deploy(sandbox, 'shop', {}, false)).toBe(0);
  expect(cdk.mock.calls[0][0]).toEqual([
    ...['deploy', '--all', '--app', '/assembly', '--require-approval', 'never', '--progress', 'events'],
  ]);
});

test('what the CDK deploys through is made first where it is missing, and not without asking', async () => {
  delete stacks.CDKToolkit;
  answers.push(true, true);
  expect(await deploy(sandbox, 'shop', {}, false)).toBe(0);
  expect(asked[1]).toBe(
    'The CDK needs a bucket and roles in aws://111122223333/eu-west-1, which npx cdk bootstrap makes once (npm run bootstrap writes one with the least privilege). Make them?',
  );
  expect(words()).toEqual(['bootstrap aws://111122223333/eu-west-1', 'deploy --all']);
  answers.push(true, false);
  await expect(deploy(sandbox, 'shop', {}, false)).rejects.toThrow(/cannot deploy to aws:.* before npx cdk bootstrap/);
});

test('interrupted, it says that nothing is lost', async () => {
  answers.push(true);
  cdk.mockResolvedValue({ code: 130, said: '' });
  expect(await deploy(sandbox, 'shop', {}, false)).toBe(130);
  expect(said.at(-1)).toMatch(/^\nInterrupted\. .* the same command again waits for it and finishes\.$/);
});

test('an emulator is asked nothing, and its own doors are told', async () => {
  const place = { ...sandbox.place, kind: 'emulator' as const, endpoint: 'http://127.0.0.1:5000' };
  const outputs = { Url: 'https://d1.cloudfront.net', Table: 'orders' };
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  stacks.shop = { StackStatus: 'CREATE_COMPLETE', Outputs };
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(template) });
  expect(await deploy({ ...sandbox, place }, 'shop', {}, false)).toBe(0);
  expect(asked).toEqual([]);
  const told = said.indexOf('\nOn this emulator, in place of the names above:');
  expect(said.slice(told + 1, -2)).toEqual(['  Url = https://d1.cloudfront.localhost:5000']);
});

describe('fails when', () => {
  test('the account is not allowed, before anything is looked at', async () => {
    await expect(deploy(sandbox, 'shop', { allowedAccounts: ['444455556666'] }, true)).rejects.toThrow(
      /lists 444455556666/,
    );
    expect(cloudFormation.calls()).toEqual([]);
  });

  test('the CDK fails, with the resource and its reason', async () => {
    answers.push(true);
    cdk.mockImplementation(() => {
      stacks.shop = { StackStatus: 'ROLLBACK_COMPLETE' };
      return Promise.resolve({ code: 1, said: '' });
    });
    cloudFormation.on(DescribeStackEventsCommand).resolves({
      StackEvents: [
        {
          LogicalResourceId: 'Topic',
          ResourceType: 'AWS::SNS::Topic',
          ResourceStatus: 'CREATE_FAILED',
          ResourceStatusReason: 'no',
        },
      ] as never,
    });
    expect(await deploy(sandbox, 'shop', {}, false)).toBe(1);
    expect(said.slice(-2)).toEqual([
      'shop is ROLLBACK_COMPLETE:\n  Topic (AWS::SNS::Topic): no',
      '\nshop was not deployed. Mend the reason above and run the same command again.',
    ]);
  });
});

describe('destroying', () => {
  const tags = (profile: string) => [{ Key: 'groundplan:profile', Value: profile }];

  test('asks, and then says what was left', async () => {
    stacks.shop = { StackStatus: 'CREATE_COMPLETE', Tags: tags('sandbox') };
    answers.push(true);
    cdk.mockImplementation(() => {
      delete stacks.shop;
      return Promise.resolve({ code: 0, said: '' });
    });
    cloudFormation.on(DescribeStackEventsCommand).resolves({
      StackEvents: [
        { ResourceType: 'AWS::KMS::Key', PhysicalResourceId: 'k-1', ResourceStatus: 'DELETE_SKIPPED' },
      ] as never,
    });
    expect(await destroy(sandbox, 'shop', {}, false)).toBe(0);
    expect(asked).toEqual(['Destroy shop, with everything stored in it?']);
    expect(said.slice(-2)).toEqual(['\nshop is gone. It left, for you to delete:', '  AWS::KMS::Key k-1']);
  });

  test('nothing that is not there', async () => {
    expect(await destroy(sandbox, 'shop', {}, true)).toBe(0);
    expect(said).toEqual(['shop is not deployed to a real account, in eu-west-1.']);
    expect(words()).toEqual([]);
  });

  test('production only with a yes in writing, whatever the settings say', async () => {
    stacks.shop = { StackStatus: 'CREATE_COMPLETE', Tags: tags('production') };
    await expect(destroy(sandbox, 'shop', {}, false)).rejects.toThrow(
      /This command is for sandboxes: profile=production/,
    );
    expect(words()).toEqual([]);
  });

  test('gives up after three attempts, with the reasons', async () => {
    stacks.shop = { StackStatus: 'DELETE_FAILED', Tags: tags('sandbox') };
    answers.push(true);
    expect(await destroy(sandbox, 'shop', {}, false)).toBe(1);
    expect(words()).toEqual(['destroy --all', 'destroy --all', 'destroy --all']);
    expect(said.at(-1)).toBe('shop is DELETE_FAILED:\n  CloudFormation gives no reason');
  });

  test('empties what was emptied and filled again, and nothing else, and goes on', async () => {
    stacks.shop = { StackStatus: 'DELETE_FAILED', Tags: tags('sandbox') };
    answers.push(true);
    const emptied = { Tags: [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }] };
    const bucket = (Properties: object) => ({ Type: 'AWS::S3::Bucket', Properties });
    jest.mocked(assembly.prepare).mockReturnValue({
      name: 'shop',
      directory: '/assembly',
      stacks: [{ name: 'shop', template: { Resources: { Logs: bucket(emptied), Files: bucket({}) } } }],
    });
    const failed = (LogicalResourceId: string) => ({
      ...{ LogicalResourceId, PhysicalResourceId: `the-${LogicalResourceId}`, ResourceType: 'AWS::S3::Bucket' },
      ...{ ResourceStatus: 'DELETE_FAILED' as const, LastUpdatedTimestamp: new Date(0) },
    });
    cloudFormation
      .on(ListStackResourcesCommand)
      .resolves({ StackResourceSummaries: [failed('Logs'), failed('Files')] });
    s3.on(ListObjectVersionsCommand, { Bucket: 'the-Logs' })
      .resolvesOnce({ Versions: [{ Key: 'late', VersionId: '1' }], DeleteMarkers: [{ Key: 'old', VersionId: '2' }] })
      .resolves({});
    s3.on(DeleteObjectsCommand).resolves({});
    cdk.mockImplementation(() => {
      if (s3.commandCalls(DeleteObjectsCommand).length > 0) delete stacks.shop;
      return Promise.resolve({ code: 0, said: '' });
    });
    expect(await destroy(sandbox, 'shop', {}, false)).toBe(0);
    expect(said).toContain('emptied the-Logs of 2 late objects');
    expect(s3.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        Bucket: 'the-Logs',
        Delete: {
          Objects: [
            { Key: 'late', VersionId: '1' },
            { Key: 'old', VersionId: '2' },
          ],
          Quiet: true,
        },
      },
    ]);
  });
});
