import { nameAttribute, uploadPrefix, workerEnvironment } from '../../lambda/queued-worker-tier/environment';
import { environment as tierEnvironment } from '../../lambda/worker-tier/environment';
import { backlogPolicy, simulateScaling } from '../../lib/constructs/compute/simulate-scaling';
import { queueTag } from '../../lib/constructs/messaging/queue-operators';
import type { ProfileName } from '../../lib/profile';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';
import { decide, text, type PolicyDocument } from '../support/decide';
import { networkOf } from '../support/reachability';

const name = 'queued-worker-tier';
const profiles: readonly ProfileName[] = ['sandbox', 'production'];
const templates = { sandbox: synthesised(name)[name], production: synthesised(name, { profile: 'production' })[name] };
const every = (profile: ProfileName, type: string) =>
  Object.entries(templates[profile].Resources).filter(([, { Type }]) => Type === `AWS::${type}`);
const only = (profile: ProfileName, type: string, id: RegExp) => {
  const found = every(profile, type).filter(([key]) => id.test(key));
  expect(found.map(([key]) => key)).toEqual([expect.any(String)]);
  return { id: found[0][0], ...found[0][1].Properties! } as Record<string, any> & { id: string };
};
const bucket = (id: RegExp) => only('sandbox', 'S3::Bucket', id).id;
const queue = only('sandbox', 'SQS::Queue', /^JobsQueue/).id;

describe('an upload', () => {
  test('becomes a message by itself, which holds only where the document is [messaging-worker-tier]', () => {
    const [[, { Properties }]] = Object.entries(templates.sandbox.Resources).filter(
      ([, { Type }]) => Type === 'Custom::S3BucketNotifications',
    ) as any;
    expect(text(Properties.BucketName)).toBe(`<${bucket(/^DocumentsUploads/)}>`);
    expect(Properties.NotificationConfiguration).toEqual({
      QueueConfigurations: [
        {
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: uploadPrefix }] } },
          QueueArn: { 'Fn::GetAtt': [queue, 'Arn'] },
        },
      ],
    });
  });

  test('is announced by this bucket of this account alone, over TLS', () => {
    const { PolicyDocument } = only('sandbox', 'SQS::QueuePolicy', /^JobsQueue/) as unknown as {
      PolicyDocument: PolicyDocument;
    };
    const may = (service: string, source: string, account = '<AWS::AccountId>', secure = 'true') =>
      decide(PolicyDocument, {
        principal: { Service: service },
        action: 'sqs:SendMessage',
        resource: `<${queue}.Arn>`,
        context: { 'aws:SourceArn': source, 'aws:SourceAccount': account, 'aws:SecureTransport': secure },
      });
    const uploads = `<${bucket(/^DocumentsUploads/)}.Arn>`;
    expect(may('s3.amazonaws.com', uploads)).toBe('allow');
    expect(may('s3.amazonaws.com', uploads, '<AWS::AccountId>', 'false')).toBe('explicit deny');
    expect(may('s3.amazonaws.com', `<${bucket(/^DocumentsReports/)}.Arn>`)).toBe('implicit deny');
    expect(may('events.amazonaws.com', uploads)).toBe('implicit deny');
  });
});

describe('workers', () => {
  test.each<[ProfileName, number, number]>([
    ['sandbox', 4, 25],
    ['production', 20, 500],
  ])(
    'in %s are none at first and %i at most, one for each %i documents [messaging-worker-tier]',
    (profile, most, each) => {
      const group = only(profile, 'AutoScaling::AutoScalingGroup', /^Workers/);
      expect([group.MinSize, group.MaxSize]).toEqual(['0', String(most)]);
      const { Metrics } = only(profile, 'CloudWatch::Alarm', /WorkersMissing/);
      expect(Metrics[0].Expression).toContain(`/ ${each})`);
    },
  );

  test('a hundred documents are worked within minutes by four, and ten minutes later there is nobody [messaging-worker-tier]', () => {
    // A minute of a sandbox worker, at one document a second in each of four lanes.
    const evening = simulateScaling({
      load: [100, ...Array<number>(20).fill(0)],
      jobsPerMinute: 240,
      bootMinutes: 3,
      min: 0,
      max: 4,
      policy: backlogPolicy({ messagesPerWorker: 25, maxCapacity: 4, quietMinutes: 5 }),
    });
    expect(evening.findIndex(({ waiting }, minute) => minute > 0 && waiting === 0)).toBe(4);
    expect(Math.max(...evening.map(({ desired }) => desired))).toBe(4);
    expect(evening.findLastIndex(({ desired }) => desired > 0)).toBeLessThan(14);
  });

  test('are told where documents and reports lie, and where bodies are', () => {
    const { LaunchTemplateData: data } = only('sandbox', 'EC2::LaunchTemplate', /^Workers/);
    const settings = text(data.UserData['Fn::Base64']);
    const [, told] = /WORKER_VARIABLES='([^']*)'/.exec(settings)!;
    expect(told.split(' ')).toEqual(
      expect.arrayContaining([
        ...Object.values(tierEnvironment),
        ...Object.values(workerEnvironment),
        'PAYLOAD_BUCKET',
      ]),
    );
    expect(settings).toContain(`export REPORT_BUCKET='<${bucket(/^DocumentsReports/)}>'`);
    expect(nameAttribute).toBe('document');
  });
});

describe('operators', () => {
  test('are let in by the tag both queues have [messaging-queue-tag-access]', () => {
    for (const id of [/^JobsQueue/, /^JobsDead/])
      expect(only('sandbox', 'SQS::Queue', id).Tags).toContainEqual({ Key: queueTag, Value: `${name}/Operators` });
  });
});

describe('the network', () => {
  test('of a sandbox costs nothing while there are no workers: no NAT, no interface, no way in', () => {
    const sandbox = architecture(name);
    for (const type of ['EC2::NatGateway', 'EC2::EIP', 'EC2::SecurityGroupIngress', 'EC2::Instance'])
      sandbox.resourceCountIs(`AWS::${type}`, 0);
    expect(every('sandbox', 'EC2::VPCEndpoint').map(([, { Properties }]) => Properties!.VpcEndpointType)).toEqual([
      'Gateway',
    ]);
    const { LaunchTemplateData: data } = only('sandbox', 'EC2::LaunchTemplate', /^Workers/);
    expect(data.NetworkInterfaces[0].AssociatePublicIpAddress).toBe(true);
  });

  test('of production lets workers reach the services they use, and nothing else, without NAT [messaging-private-access]', () => {
    architecture(name, { profile: 'production' }).resourceCountIs('AWS::EC2::NatGateway', 0);
    const network = networkOf(name, { profile: 'production' });
    expect(network).toHaveReachability([
      ...['Sqs', 'Autoscaling', 'Cloudformation', 'Logs'].map((service) => ['Fleet', service, 'tcp 443'] as const),
      ['Fleet', 's3', 'tcp 443'],
    ]);
  });

  test('its way to the queues leads to this queue alone [messaging-private-access]', () => {
    const [[, { Properties }]] = every('production', 'EC2::VPCEndpoint').filter(([, resource]) =>
      JSON.stringify(resource.Properties!.ServiceName).includes('.sqs'),
    );
    const ask = (resource: string) =>
      decide(Properties!.PolicyDocument as PolicyDocument, {
        action: 'sqs:ReceiveMessage',
        resource,
        principal: { AWS: 'arn:aws:iam::111122223333:role/worker' },
      });
    expect(ask(`<${only('production', 'SQS::Queue', /^JobsQueue/).id}.Arn>`)).toBe('allow');
    expect(ask('arn:aws:sqs:eu-west-1:444455556666:drop')).toBe('implicit deny');
  });

  test('of a variant is the other one', () => {
    expect(profiles).toHaveLength(2);
    architecture(name, { variant: ['isolated-workers'] }).resourceCountIs('AWS::EC2::InternetGateway', 0);
    architecture(name, { profile: 'production', variant: ['public-workers'] }).resourceCountIs(
      'AWS::EC2::InternetGateway',
      1,
    );
  });
});

matchesItsSnapshots(name);
