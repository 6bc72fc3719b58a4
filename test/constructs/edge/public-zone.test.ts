import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { ARecord, HostedZone, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { DnsRecords, PublicZone, resolve } from '../../../lib';
import { templateOf, testApp, testStack } from '../../support/app';
import { zoneOfTemplate } from '../../support/dns-zone';

const inUsEast1 = (id = 'Stack') => new Stack(testApp(), id, { env: { region: 'us-east-1' } });
const servers = (template: Template) =>
  Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);

describe('a public zone', () => {
  test('is for the world, and says its four name servers one by one [edge-public-zone]', () => {
    const stack = testStack();
    const { nameServers } = new PublicZone(stack, 'Zone', { name: 'example.com' });
    const [zone, ...more] = Object.values(Template.fromStack(stack).findResources('AWS::Route53::HostedZone'));
    expect(more).toEqual([]);
    expect(zone.Properties).toEqual({ Name: 'example.com.' });
    expect(stack.resolve(nameServers)).toEqual(
      [0, 1, 2, 3].map((at) => ({
        'Fn::Select': [at, { 'Fn::GetAtt': [expect.stringMatching(/^Zone/), 'NameServers'] }],
      })),
    );
  });

  test('writes down every question in a group that Route 53 may write to, by a policy of its own [edge-public-zone]', () => {
    const stack = inUsEast1();
    new PublicZone(stack, 'Zone', { name: 'example.com', queryLogs: true });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/route53/example.com' });
    const policies = template.findResources('AWS::Logs::ResourcePolicy');
    const [[policyId, policy]] = Object.entries(policies);
    expect(JSON.stringify(policy.Properties.PolicyDocument)).toContain('route53.amazonaws.com');
    expect(JSON.stringify(policy.Properties.PolicyDocument)).toContain('logs:CreateLogStream');
    template.hasResource('AWS::Route53::HostedZone', {
      DependsOn: [policyId],
      Properties: {
        QueryLoggingConfig: {
          CloudWatchLogsLogGroupArn: {
            'Fn::Join': [
              '',
              [
                'arn:aws:logs:us-east-1:',
                { Ref: 'AWS::AccountId' },
                ':log-group:',
                { Ref: Match.stringLikeRegexp('ZoneQueries') },
              ],
            ],
          },
        },
      },
    });
  });

  test.each([
    [() => testStack(), 'the stack Stack has no fixed region'],
    [() => new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1' } }), 'the stack Stack has the region eu-west-1'],
  ])(
    'fails when questions shall be written down outside of us-east-1, which the CDK takes without the policy too [edge-public-zone]',
    (stack, where) => {
      expect(() => new PublicZone(stack(), 'Zone', { name: 'example.com', queryLogs: true })).toThrow(
        `Stack/Zone:\n  queryLogs is true, but ${where}, and Route 53 writes to log groups of us-east-1 only; make the stack with env: { region: 'us-east-1' }, or leave it out`,
      );
      const raw = stack();
      const { attrArn } = new CfnLogGroup(raw, 'Logs');
      new PublicHostedZone(raw, 'Raw', { zoneName: 'example.com', queryLogsLogGroupArn: attrArn });
      Template.fromStack(raw).resourceCountIs('AWS::Logs::ResourcePolicy', 0);
    },
  );

  test.each([
    ['name is Example.com; write example.com, in lower case', 'Example.com'],
    ['name is com, a top-level domain; give one below it', 'com'],
  ])('fails when %s', (message, name) => {
    expect(() => new PublicZone(testStack(), 'Zone', { name })).toThrow(message);
  });
});

describe('a subdomain', () => {
  test('is a zone of its own, which the parent names for two days at a time [edge-delegated-subzone]', () => {
    const template = templateOf((stack) =>
      new PublicZone(stack, 'Zone', { name: 'example.com' }).delegate('Lab', 'lab'),
    );
    expect(
      Object.values(template.findResources('AWS::Route53::HostedZone')).map(({ Properties }) => Properties.Name),
    ).toEqual(['example.com.', 'lab.example.com.']);
    const [delegation] = servers(template);
    expect(delegation).toMatchObject({ Name: 'lab.example.com.', Type: 'NS', TTL: '172800' });
    expect(delegation.HostedZoneId).toEqual({ Ref: expect.stringMatching(/^Zone/) as string });
    expect(delegation.ResourceRecords).toHaveLength(4);
    expect(JSON.stringify(delegation.ResourceRecords)).toMatch(/ZoneLab/);
  });

  test('is answered by its own servers only, each for its part [edge-delegated-subzone]', () => {
    const template = templateOf((stack) => {
      const zone = new PublicZone(stack, 'Zone', { name: 'example.com' });
      zone.delegateTo('Lab', 'lab', ['ns1.example.net', 'ns2.example.net']);
      new DnsRecords(stack, 'Records', {
        zone: zone.hostedZone,
        records: [{ name: 'www', type: 'A', values: ['1.1.1.1'] }],
      });
    });
    const zone = zoneOfTemplate(template, 'example.com');
    expect(resolve({ name: 'deep.lab.example.com' }, zone)).toMatchObject({
      code: 'REFERRAL',
      values: ['ns1.example.net', 'ns2.example.net'],
    });
    expect(resolve({ name: 'www.example.com' }, zone)).toMatchObject({ code: 'NOERROR', values: ['1.1.1.1'] });
    expect(resolve({ name: 'none.example.com' }, zone).code).toBe('NXDOMAIN');
  });

  test('fails when the parent still has records of it, which the CDK takes [edge-delegated-subzone]', () => {
    expect(() =>
      templateOf((stack) => {
        const zone = new PublicZone(stack, 'Zone', { name: 'example.com' });
        zone.delegate('Lab', 'lab');
        new DnsRecords(stack, 'Records', {
          zone: zone.hostedZone,
          records: [{ name: 'a.lab', type: 'A', values: ['1.1.1.1'] }],
        });
      }),
    ).toThrow(
      'a.lab.example.com A is within lab.example.com, which Stack/Zone/LabDelegation/Resource delegates; put it into the zone of lab.example.com',
    );
    const raw = testStack();
    const zone = new PublicZone(raw, 'Zone', { name: 'example.com' });
    zone.delegate('Lab', 'lab');
    new ARecord(raw, 'A', {
      zone: zone.hostedZone,
      recordName: 'a.lab',
      target: RecordTarget.fromIpAddresses('1.1.1.1'),
    });
    expect(() => Template.fromStack(raw)).not.toThrow();
  });

  test('fails when one server answers alone, or a server is no name [edge-delegated-subzone]', () => {
    const zone = new PublicZone(testStack(), 'Zone', { name: 'example.com' });
    expect(() => zone.delegateTo('Lab', 'lab', ['ns 1'])).toThrow(
      'Stack/Zone:\n  nameServers of lab.example.com are ns 1; give two at least, or one that fails takes the domain along\n  nameServers is ns 1; write labels',
    );
  });

  test('joins a zone above it that somebody else made, in the same account [edge-delegated-subzone]', () => {
    const template = templateOf((stack) => {
      const parent = HostedZone.fromHostedZoneAttributes(stack, 'Parent', {
        hostedZoneId: 'Z0PARENT',
        zoneName: 'example.com',
      });
      new PublicZone(stack, 'Zone', { name: 'lab.example.com' }).joinZone('Join', parent);
    });
    expect(servers(template)[0]).toMatchObject({
      HostedZoneId: 'Z0PARENT',
      Name: 'lab.example.com.',
      Type: 'NS',
      TTL: '172800',
    });
  });
});

describe('zones of two accounts', () => {
  test('are joined by a role of the parent that may write the NS record of one name, and nothing else [edge-cross-account-delegation]', () => {
    const template = templateOf((stack) =>
      new PublicZone(stack, 'Zone', { name: 'example.com' }).delegator('Team', 'team', '111122223333'),
    );
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:root']] } },
          },
        ],
      },
    });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      {
        Action: 'route53:ChangeResourceRecordSets',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':route53:::hostedzone/',
              { Ref: expect.stringMatching(/^Zone/) as string },
            ],
          ],
        },
        Condition: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsRecordTypes': ['NS'],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['team.example.com'],
          },
          Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
        },
      },
    ]);
  });

  test('stand in two stacks, the child of which asks the parent for its name by that role [edge-cross-account-delegation]', () => {
    const app = testApp();
    const parent = new Stack(app, 'Parent', { env: { account: '111122223333', region: 'us-east-1' } });
    const child = new Stack(app, 'Child', { env: { account: '444455556666', region: 'eu-west-1' } });
    new PublicZone(parent, 'Zone', { name: 'example.com' }).delegator('Team', 'team', child.account);
    const role = Role.fromRoleArn(child, 'Delegator', 'arn:aws:iam::111122223333:role/team');
    new PublicZone(child, 'Zone', { name: 'team.example.com' }).joinParent('Join', role, 'Z0PARENT');
    Template.fromStack(child).hasResourceProperties('Custom::CrossAccountZoneDelegation', {
      AssumeRoleArn: 'arn:aws:iam::111122223333:role/team',
      ParentZoneId: 'Z0PARENT',
      DelegatedZoneName: 'team.example.com',
      TTL: 172_800,
    });
    Template.fromStack(parent).resourceCountIs('AWS::Route53::RecordSet', 0);
    expect(JSON.stringify(Template.fromStack(parent).toJSON())).toContain(':iam::444455556666:root');
  });

  test('fails when the account is no account, or the label is no name [edge-cross-account-delegation]', () => {
    const zone = new PublicZone(testStack(), 'Zone', { name: 'example.com' });
    expect(() => zone.delegator('Team', 'team', '1234')).toThrow(
      'account is 1234; give the 12 digits of the account that has the zone of team.example.com',
    );
    expect(() => zone.delegator('Team', 'te am', '111122223333')).toThrow('label is te am; write labels');
  });
});
