import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { interfaceCount } from '../../lib/constructs/serverless/interface-count';
import { maximumUserDataBytes } from '../../lib/constructs/compute/boot-program';
import { accessOf } from '../support/access';
import { matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';
import { text } from '../support/decide';
import { anything, networkOf, tcp } from '../support/reachability';

const name = 'vpc-document-service';
const variants = ['functions-isolated', 'functions-by-nat', 'functions-and-servers'] as const;
const templates = Object.fromEntries(
  variants.map((variant) => [variant, synthesised(name, { variant: [variant] })[name]]),
) as Record<(typeof variants)[number], CfnTemplate>;
const isolated = templates['functions-isolated'];
const withServers = templates['functions-and-servers'];
const every = (template: CfnTemplate, type: string, id = /^/) =>
  Object.entries(template.Resources).filter(([key, { Type }]) => Type === `AWS::${type}` && id.test(key));
const only = (template: CfnTemplate, type: string, id?: RegExp) => {
  const found = every(template, type, id);
  expect(found.map(([key]) => key)).toEqual([expect.any(String)]);
  return { id: found[0][0], ...found[0][1] };
};

describe('who reaches whom', () => {
  const own = [
    ['Keep', 'Files', tcp(2049)],
    ['Keep', 'dynamodb', tcp(443)],
    ['Look', 'Files', tcp(2049)],
    ['Look', 'dynamodb', tcp(443)],
    ['Ask', 'Balancer', tcp(80)],
    ['Probe', 'Balancer', tcp(80)],
  ] as const;

  test('functions reach files and one table, and nobody reaches or is reached by anything else [serverless-in-vpc, storage-efs-security-group]', () => {
    const network = networkOf(name);
    expect(network).toHaveReachability([...own]);
    for (const from of ['Keep', 'Look', 'Ask']) expect(network).not.toReach(from, 'internet', anything);
    expect(network).not.toReach('Ask', 'Files', anything);
    expect(networkOf(name, { profile: 'production' })).toHaveReachability([...own]);
  });

  test('with NAT they reach the internet too, which still reaches nobody [serverless-in-vpc]', () => {
    const network = networkOf(name, { variant: ['functions-by-nat'] });
    for (const from of ['Keep', 'Look', 'Ask']) {
      expect(network).toReach(from, 'internet', tcp(443));
      expect(network).not.toReach('internet', from, anything);
    }
    expect(network).not.toReach('internet', 'Balancer', anything);
  });

  test('servers reach files, packages and who hears how they booted; only the balancer reaches them [storage-efs-security-group]', () => {
    const network = networkOf(name, { variant: ['functions-and-servers'] });
    expect(network).toHaveReachability([
      ...own,
      ['Balancer', 'Fleet', tcp(80)],
      ['Fleet', 'Files', tcp(2049)],
      ['Fleet', 'Cloudformation', tcp(443)],
      ['Fleet', 's3', tcp(443)],
      ['Fleet', 'dynamodb', tcp(443)],
      ['Keep', 's3', tcp(443)],
      ['Look', 's3', tcp(443)],
    ]);
  });

  test('the way to DynamoDB leads to one table, whoever asks', () => {
    const { Properties } = only(isolated, 'EC2::VPCEndpoint');
    const { id } = only(isolated, 'DynamoDB::GlobalTable');
    expect(Properties!.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
        Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });
});

describe('functions', () => {
  test('that keep and look share their interfaces, and those who ask theirs [serverless-shared-interfaces]', () => {
    const place = ([, { Properties }]: [string, { Properties?: Record<string, any> }]) => ({
      subnets: Properties!.VpcConfig.SubnetIds.map((id: unknown) => JSON.stringify(id)) as string[],
      groups: Properties!.VpcConfig.SecurityGroupIds.map((id: unknown) => JSON.stringify(id)) as string[],
    });
    const own = every(isolated, 'Lambda::Function', /^Functions/).map(place);
    const visitors = every(isolated, 'Lambda::Function', /^Visitor/).map(place);
    expect([own.length, visitors.length]).toEqual([2, 2]);
    expect([interfaceCount(own), interfaceCount(visitors), interfaceCount([...own, ...visitors])]).toEqual([2, 2, 4]);
  });

  test('see the same files at the same place, through one access point and once there are mount targets [serverless-efs]', () => {
    const point = only(isolated, 'EFS::AccessPoint');
    const targets = every(isolated, 'EFS::MountTarget').map(([id]) => id);
    expect(targets).toHaveLength(2);
    for (const [, { Properties, DependsOn }] of every(isolated, 'Lambda::Function', /^Functions/)) {
      expect(Properties!.FileSystemConfigs).toEqual([
        { Arn: expect.anything() as unknown, LocalMountPath: '/mnt/documents' },
      ]);
      expect(JSON.stringify(Properties!.FileSystemConfigs)).toContain(`"Ref":"${point.id}"`);
      expect(Properties!.Environment.Variables.DOCUMENT_FOLDER).toBe('/mnt/documents');
      expect(DependsOn).toEqual(expect.arrayContaining(targets));
    }
  });

  test('are chosen by method and path, and what no rule takes is answered 403 [serverless-alb-target]', () => {
    const rules = every(isolated, 'ElasticLoadBalancingV2::ListenerRule').map(([, { Properties }]) => [
      Properties!.Priority,
      ...Properties!.Conditions.map((one: any) => (one.PathPatternConfig ?? one.HttpRequestMethodConfig).Values),
      Properties!.Actions[0].TargetGroupArn.Ref,
    ]);
    const paths = ['/documents', '/documents/*'];
    expect(rules).toEqual([
      [10, paths, ['PUT'], expect.stringMatching(/^FunctionsKeeping/)],
      [20, paths, ['GET'], expect.stringMatching(/^FunctionsLooking/)],
    ]);
    expect(only(isolated, 'ElasticLoadBalancingV2::Listener').Properties!.DefaultActions).toEqual([
      {
        Type: 'fixed-response',
        FixedResponseConfig: expect.objectContaining({ StatusCode: '403' }) as unknown,
      },
    ]);
    expect(every(isolated, 'Lambda::Permission').map(([, { Properties }]) => Properties!.Principal)).toEqual(
      Array(2).fill('elasticloadbalancing.amazonaws.com'),
    );
  });
});

describe('files', () => {
  test('have a key of their own, three classes, and daily copies in production [storage-efs-encrypted, storage-efs-lifecycle]', () => {
    const { Properties, DeletionPolicy } = only(isolated, 'EFS::FileSystem');
    expect(Properties).toMatchObject({
      Encrypted: true,
      KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^FilesKey/), 'Arn'] },
      ThroughputMode: 'elastic',
      LifecyclePolicies: [
        { TransitionToIA: 'AFTER_30_DAYS' },
        { TransitionToPrimaryStorageClass: 'AFTER_1_ACCESS' },
        { TransitionToArchive: 'AFTER_90_DAYS' },
      ],
    });
    expect(Properties).not.toHaveProperty('BackupPolicy');
    expect(DeletionPolicy).toBe('Delete');
    const production = only(synthesised(name, { profile: 'production' })[name], 'EFS::FileSystem');
    expect(production.Properties!.BackupPolicy).toEqual({ Status: 'ENABLED' });
    expect(production.DeletionPolicy).toBe('Retain');
  });

  test('stand in every zone that functions and servers stand in [storage-efs-mount-targets]', () => {
    const subnets = every(withServers, 'EFS::MountTarget').map(([, { Properties }]) => Properties!.SubnetId);
    expect(only(withServers, 'AutoScaling::AutoScalingGroup').Properties!.VPCZoneIdentifier).toEqual(subnets);
    for (const [, { Properties }] of every(withServers, 'Lambda::Function', /^Functions/))
      expect(Properties!.VpcConfig.SubnetIds).toEqual(subnets);
  });
});

describe('servers', () => {
  const access = accessOf(name, { variant: ['functions-and-servers'] });

  test('may read the files and not change them, may not read the table, and tell how they booted [storage-efs-access-point]', () => {
    const point = 'elasticfilesystem:AccessPointArn is Files/Files/AccessPoint';
    expect(access).toGrantExactly('Servers/Server/Template', [
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/vpc-document-service/<stack id>',
      `elasticfilesystem:ClientMount on Files/Files when ${point} and not (elasticfilesystem:AccessPointArn is absent)`,
    ]);
  });

  test('answer whatever functions do not, and wait for mount targets and endpoints before they boot', () => {
    const { id } = only(withServers, 'ElasticLoadBalancingV2::TargetGroup', /^ServerPool/);
    expect(only(withServers, 'ElasticLoadBalancingV2::Listener').Properties!.DefaultActions).toEqual([
      expect.objectContaining({ Type: 'forward', TargetGroupArn: { Ref: id } }),
    ]);
    const waitedFor = [
      ...every(withServers, 'EFS::MountTarget'),
      ...every(withServers, 'EC2::VPCEndpoint', /^Servers/),
    ];
    expect(waitedFor).toHaveLength(4);
    expect(only(withServers, 'AutoScaling::AutoScalingGroup').DependsOn).toEqual(
      expect.arrayContaining(waitedFor.map(([key]) => key)),
    );
  });

  describe('at boot', () => {
    let place: string;
    let server: Server;
    beforeEach(async () => {
      place = mkdtempSync(join(tmpdir(), `${name}-`));
      mkdirSync(join(place, 'bin'));
      server = createServer((request, response) => {
        if (request.url === '/latest/api/token') return response.writeHead(200).end('token');
        if (request.url === '/latest/meta-data/instance-id')
          return response
            .writeHead(request.headers['x-aws-ec2-metadata-token'] === 'token' ? 200 : 401)
            .end('i-0a1b2c3d');
        return response.writeHead(request.url === '/health' ? 200 : 404).end();
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    });
    afterEach(() => new Promise((done) => server.close(done)));

    const command = (tool: string, body = '') => {
      writeFileSync(join(place, 'bin', tool), `#!/bin/bash\necho "${tool} $*" >> '${place}/calls'\n${body}\n`);
      chmodSync(join(place, 'bin', tool), 0o755);
    };
    const userData = () =>
      text(only(withServers, 'EC2::LaunchTemplate').Properties!.LaunchTemplateData.UserData['Fn::Base64']);

    /** Runs the user data of the template, with every path and tool of an instance replaced. */
    async function boot(): Promise<string[]> {
      const { port } = server.address() as AddressInfo;
      for (const tool of ['dnf', 'nginx', 'systemctl', 'cfn-signal', 'mount', 'mountpoint'])
        if (!existsSync(join(place, 'bin', tool))) command(tool);
      const script = join(place, 'user-data');
      writeFileSync(
        script,
        userData()
          .replaceAll('/opt/aws/bin/', `${place}/bin/`)
          .replaceAll('/var/lib/', `${place}/lib/`)
          .replace("export PORT='80'", `export PORT='${port}'`),
      );
      const env = {
        PATH: `${join(place, 'bin')}:${process.env.PATH}`,
        BOOT_ROOT: join(place, 'root'),
        AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
        PATIENCE: '0',
      };
      await promisify(execFile)('bash', [script], { env }).catch(() => undefined);
      return readFileSync(join(place, 'calls'), 'utf8').trim().split('\n');
    }
    const signal = (code: number) => expect.stringMatching(new RegExp(`^cfn-signal --exit-code ${code} `)) as unknown;

    test('they mount, install and serve, and say that it went well [storage-efs-mount-script]', async () => {
      expect(await boot()).toEqual([
        'dnf install --assumeyes --quiet amazon-efs-utils',
        expect.stringMatching(/^mountpoint .*\/srv\/documents$/),
        expect.stringMatching(/^mountpoint .*\/srv\/documents$/),
        'dnf install --assumeyes --quiet nginx',
        'nginx -t',
        'systemctl enable --now nginx',
        signal(0),
      ]);
      const configuration = readFileSync(join(place, 'root/etc/nginx/nginx.conf'), 'utf8');
      expect(configuration).toContain('add_header X-Served-By "i-0a1b2c3d" always;');
      expect(configuration).toContain('root /srv/documents;');
      expect(configuration).not.toMatch(/__[A-Z_]+__/);
      expect(readFileSync(join(place, 'root/etc/fstab'), 'utf8')).toMatch(
        /^<Files\w+>:\/ \/srv\/documents efs .*,ro 0 0\n$/,
      );
    });

    test('a server that cannot mount serves nothing, and says so [storage-efs-mount-script]', async () => {
      command('mountpoint', 'exit 1');
      command('mount', 'exit 32');
      const calls = await boot();
      expect(calls.filter((call) => call.startsWith('mount /srv'))).toHaveLength(5);
      expect(calls).not.toContain('systemctl enable --now nginx');
      expect(calls.at(-1)).toEqual(signal(32));
    });

    test('all of it fits into user data', () => {
      expect(Buffer.byteLength(userData())).toBeLessThan(maximumUserDataBytes / 1.5);
    });
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
