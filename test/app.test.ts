import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnSecurityGroup, CfnVolume } from 'aws-cdk-lib/aws-ec2';
import { CfnFileSystem } from 'aws-cdk-lib/aws-efs';
import { catalogue } from '../lib/catalogue';
import { architecture, synthesised } from './support/architecture';
import { createApp } from '../lib/app';

const unbundled = { 'aws:cdk:bundling-stacks': [] };

describe('createApp', () => {
  test('makes every architecture, named like its folder', () => {
    const { stacks } = createApp({}, { gates: false, context: unbundled }).synth();
    expect(stacks.map(({ stackName }) => stackName)).toEqual(expect.arrayContaining(catalogue.map(({ name }) => name)));
  });

  test('loads the modules of the architectures asked for and no others', () => {
    const loads = catalogue.map((entry) => jest.spyOn(entry, 'load'));
    createApp({ only: ['orders-api', 'three-tier-network'] }, { gates: false, context: unbundled });
    expect(catalogue.filter((_, i) => loads[i].mock.calls.length > 0).map(({ name }) => name)).toEqual([
      'three-tier-network',
      'orders-api',
    ]);
    jest.restoreAllMocks();
  });

  test('every stack says which architecture and profile it belongs to', () => {
    const { stacks } = createApp({ profile: 'production' }, { gates: false, context: unbundled }).synth();
    for (const { tags } of stacks) {
      expect(tags).toEqual({ 'groundplan:architecture': expect.any(String), 'groundplan:profile': 'production' });
      expect(catalogue.map(({ name }) => name)).toContain(tags['groundplan:architecture']);
    }
  });

  test('production stacks refuse to be deleted by accident, sandbox stacks do not', () => {
    const protectedIn = (profile: 'sandbox' | 'production') =>
      createApp({ profile, only: ['orders-api'] }, { gates: false, context: unbundled })
        .synth()
        .stacks.map((stack) => stack.terminationProtection);
    expect(protectedIn('production')).toEqual([true]);
    expect(protectedIn('sandbox')).toEqual([false]);
  });

  test('is agnostic of account and region unless told', () => {
    const environments = (settings: object) =>
      createApp({ ...settings, only: ['orders-api'] }, { gates: false, context: unbundled })
        .synth()
        .stacks.map(({ environment }) => environment.name);
    expect(environments({})).toEqual(['aws://unknown-account/unknown-region']);
    expect(environments({ region: 'eu-west-1' })).toEqual(['aws://unknown-account/eu-west-1']);
    expect(environments({ account: '111122223333', region: 'eu-west-1' })).toEqual(['aws://111122223333/eu-west-1']);
  });

  test('an expiring stack deletes itself from the time asked for until it is gone, and says when', () => {
    const app = createApp(
      { expiresAfter: '8h', only: ['orders-api'] },
      { gates: false, context: unbundled, now: new Date('2030-01-01T00:00:00.999Z') },
    );
    const [stack] = app.synth().stacks;
    expect(stack.tags['groundplan:expires']).toBe('2030-01-01T08:00:00Z');
    Template.fromJSON(stack.template as object).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(15 minutes)',
      StartDate: '2030-01-01T08:00:00.000Z',
      Target: {
        Arn: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:cloudformation:deleteStack']],
        },
        Input: { 'Fn::Join': ['', ['{"StackName":"', { Ref: 'AWS::StackId' }, '"}']] },
      },
    });
  });

  test('logs are kept as long as the profile says, or a setting', () => {
    const kept = (settings: object) => {
      const app = createApp({ ...settings, only: ['video-job-fanout'] }, { gates: false, context: unbundled });
      const stack = app.node.findChild('video-job-fanout') as Stack;
      const groups = Object.values(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
      return [...new Set(groups.map(({ Properties }) => (Properties as { RetentionInDays?: number }).RetentionInDays))];
    };
    expect(kept({})).toEqual([7]);
    expect(kept({ profile: 'production' })).toEqual([365]);
    expect(kept({ logRetention: '14d' })).toEqual([14]);
  });

  test('the templates themselves refuse every account that is not allowed', () => {
    const rulesOf = (settings: object) => {
      const app = createApp({ ...settings, only: ['sandbox-guard'] }, { gates: false, context: unbundled });
      return Template.fromStack(app.node.findChild('sandbox-guard') as Stack).toJSON().Rules as Record<string, unknown>;
    };
    expect(rulesOf({ allowedAccounts: ['111122223333', '444455556666'] }).AllowedAccounts).toEqual({
      Assertions: [
        {
          Assert: { 'Fn::Contains': [['111122223333', '444455556666'], { Ref: 'AWS::AccountId' }] },
          AssertDescription:
            'This template is for the accounts 111122223333, 444455556666 only (allowedAccounts); switch credentials, or synthesise it for yours',
        },
      ],
    });
    expect(rulesOf({})).not.toHaveProperty('AllowedAccounts');
  });

  test('every stack names its owner, when there is one', () => {
    const tags = (settings: object) =>
      createApp({ ...settings, only: ['orders-api'] }, { gates: false, context: unbundled }).synth().stacks[0].tags;
    expect(tags({ owner: 'ada@example.com' })).toMatchObject({ 'groundplan:owner': 'ada@example.com' });
    expect(Object.keys(tags({}))).toEqual(['groundplan:architecture', 'groundplan:profile']);
  });

  test('fails when anything beside the blocks breaks the rules of networks or servers, in any architecture', () => {
    const app = createApp({ only: ['orders-api'] }, { gates: false, context: unbundled });
    const stack = app.node.findChild('orders-api');
    new CfnVolume(stack, 'Disk', { availabilityZone: 'eu-west-1a', size: 8, encrypted: false });
    expect(() => app.synth()).toThrow(/^orders-api\/Disk:\n {2}Encrypted/);
    stack.node.tryRemoveChild('Disk');
    const port22 = { ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' };
    new CfnSecurityGroup(stack, 'Door', { groupDescription: 'Open', securityGroupIngress: [port22] });
    expect(() => app.synth({ force: true })).toThrow(/^orders-api\/Door:\n {2}ingress opens 22/);
  });

  test('fails when production keeps files in one zone, which a sandbox may [storage-efs-one-zone]', () => {
    const under = (profile: 'sandbox' | 'production') => {
      const app = createApp({ profile, only: ['sandbox-guard'] }, { gates: false, context: unbundled });
      new CfnFileSystem(app.node.findChild('sandbox-guard'), 'Files', {
        encrypted: true,
        availabilityZoneName: 'eu-west-1a',
      });
      return () => app.synth();
    };
    expect(under('sandbox')).not.toThrow();
    expect(under('production')).toThrow(/^sandbox-guard\/Files:\n {2}files are kept in one zone/);
  });

  test('no stack deletes itself unless asked to', () => {
    architecture('orders-api').resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  test.each(['sandbox', 'production'] as const)(
    'every function of a %s, the helpers of the CDK included, logs to a group of the stack that expires',
    (profile) => {
      for (const [name, template] of catalogue.flatMap((entry) =>
        Object.entries(synthesised(entry.name, { profile })),
      )) {
        for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
          if (Type !== 'AWS::Lambda::Function') continue;
          const group = template.Resources[Properties!.LoggingConfig?.LogGroup?.Ref as string];
          expect([name, id, group?.Type, typeof group?.Properties?.RetentionInDays]).toEqual([
            name,
            id,
            'AWS::Logs::LogGroup',
            'number',
          ]);
        }
      }
    },
  );
});
