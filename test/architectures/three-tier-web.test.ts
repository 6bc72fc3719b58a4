import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { sizes } from '../../lib/architectures/three-tier-web/sizes';
import { maximumUserDataBytes } from '../../lib/constructs/compute/boot-program';
import type { Settings } from '../../lib/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { text } from '../support/decide';
import { networkOf, tcp } from '../support/reachability';

const name = 'three-tier-web';
const made = new Map<string, Template>();
const web = (settings: Settings = { profile: 'sandbox' }): Template => {
  const key = JSON.stringify(settings);
  if (!made.has(key)) made.set(key, architecture(name, settings));
  return made.get(key)!;
};
const production: Settings = { profile: 'production' };
const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/1a2b3c4d';
const domain = { certificateArn, domainName: 'www.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };

const all = (template: Template, type: string) => Object.entries(template.findResources(`AWS::${type}`));
const one = (template: Template, type: string) => all(template, type)[0][1];
const group = (template: Template) => one(template, 'AutoScaling::AutoScalingGroup');
const launchData = (template: Template) => one(template, 'EC2::LaunchTemplate').Properties.LaunchTemplateData;
const attributes = (template: Template): Record<string, unknown> =>
  Object.fromEntries(
    one(template, 'ElasticLoadBalancingV2::LoadBalancer').Properties.LoadBalancerAttributes.map(
      ({ Key, Value }: Record<string, unknown>) => [Key, Value],
    ),
  );
const output = (template: Template, id: string): string => text(template.toJSON().Outputs[id].Value);
const userData = (template: Template): string => text(launchData(template).UserData['Fn::Base64']);

describe('three-tier-web', () => {
  describe('a bad release', () => {
    test.each<Settings>([{ profile: 'sandbox' }, production])(
      'goes no further than its first instance: $profile',
      (settings) => {
        const { UpdatePolicy, Properties } = group(web(settings));
        expect(UpdatePolicy.AutoScalingRollingUpdate).toMatchObject({
          WaitOnResourceSignals: true,
          MinSuccessfulInstancesPercent: 100,
          MaxBatchSize: 1,
          PauseTime: 'PT15M',
          MinInstancesInService: Number(Properties.MinSize),
        });
        expect(Number(Properties.MaxSize)).toBeGreaterThan(Number(Properties.MinSize));
      },
    );

    test('is not even created when it is the first', () => {
      const { CreationPolicy, Properties } = group(web());
      expect(CreationPolicy).toEqual({
        ResourceSignal: { Count: Number(Properties.MinSize), Timeout: 'PT15M' },
        AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 100 },
      });
    });

    test('is any change to the boot program, the page or the release, for each changes the launch template', () => {
      const rendered = userData(web());
      for (const file of ['boot.sh', 'nginx.conf', 'page.html', 'sessions.service']) {
        const folder = join(__dirname, '../../lib/architectures/three-tier-web/boot');
        expect(rendered).toContain(readFileSync(join(folder, file), 'utf8'));
      }
      expect(rendered).toContain("export RELEASE='1'");
      const [template] = all(web(), 'EC2::LaunchTemplate')[0];
      expect(group(web()).Properties.LaunchTemplate.Version).toEqual({
        'Fn::GetAtt': [template, 'LatestVersionNumber'],
      });
    });
  });

  describe('profiles', () => {
    test('sandbox: two zones, one NAT gateway, two of the smallest servers, nothing protected', () => {
      const template = web();
      template.resourceCountIs('AWS::EC2::NatGateway', 1);
      expect(one(template, 'ElasticLoadBalancingV2::LoadBalancer').Properties.Subnets).toHaveLength(2);
      expect(group(template).Properties).toMatchObject({ MinSize: '2', MaxSize: '4' });
      expect(group(template).Properties.VPCZoneIdentifier).toHaveLength(2);
      expect(launchData(template).InstanceType).toBe('t4g.micro');
      expect(launchData(template).CreditSpecification).toEqual({ CpuCredits: 'unlimited' });
      expect(attributes(template)['deletion_protection.enabled']).toBe('false');
      template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
      template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    });

    test('production: three zones, a NAT gateway in each, servers that bear a steady load, the balancer and its logs protected', () => {
      const template = web(production);
      template.resourceCountIs('AWS::EC2::NatGateway', 3);
      expect(one(template, 'ElasticLoadBalancingV2::LoadBalancer').Properties.Subnets).toHaveLength(3);
      expect(group(template).Properties).toMatchObject({ MinSize: '3', MaxSize: '12' });
      expect(group(template).Properties.VPCZoneIdentifier).toHaveLength(3);
      expect(launchData(template).InstanceType).toBe('m7g.medium');
      expect(launchData(template).CreditSpecification).toBeUndefined();
      expect(attributes(template)['deletion_protection.enabled']).toBe('true');
      template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
      template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
    });

    test('either keeps serving when a zone is lost', () => {
      for (const [profile, needed] of [['sandbox', 1] as const, ['production', 2] as const]) {
        const { zones, fleet } = sizes[profile];
        expect(fleet.minimum(zones) - Math.ceil(fleet.minimum(zones) / zones)).toBeGreaterThanOrEqual(needed);
      }
    });

    test('both hold CPU use and requests per instance; production forecasts as well', () => {
      const types = (template: Template) =>
        all(template, 'AutoScaling::ScalingPolicy').map(
          ([, { Properties }]) =>
            Properties.TargetTrackingConfiguration?.PredefinedMetricSpecification.PredefinedMetricType ??
            Properties.PolicyType,
        );
      expect(types(web()).sort()).toEqual(['ALBRequestCountPerTarget', 'ASGAverageCPUUtilization']);
      expect(types(web(production)).sort()).toEqual([
        'ALBRequestCountPerTarget',
        'ASGAverageCPUUtilization',
        'PredictiveScaling',
      ]);
    });
  });

  describe('transport', () => {
    const listeners = (template: Template) =>
      all(template, 'ElasticLoadBalancingV2::Listener')
        .map(([, { Properties }]) => Properties)
        .map(({ Port, Protocol, SslPolicy, DefaultActions }) => [Port, Protocol, SslPolicy, DefaultActions[0].Type]);
    const openPorts = (template: Template) => [
      ...new Set(
        all(template, 'EC2::SecurityGroup')
          .flatMap(([, { Properties }]) => Properties.SecurityGroupIngress ?? [])
          .filter(({ CidrIp }: Record<string, string | number>) => CidrIp === '0.0.0.0/0')
          .map(({ FromPort, ToPort }: Record<string, string | number>) => `${FromPort}-${ToPort}`),
      ),
    ];

    test('without a certificate: HTTP only, on port 80 alone, and the stack says so', () => {
      expect(listeners(web())).toEqual([[80, 'HTTP', undefined, 'forward']]);
      expect(openPorts(web())).toEqual(['80-80']);
      expect(output(web(), 'Transport')).toMatch(/^HTTP ONLY: no certificate was given/);
      expect(output(web(), 'Url')).toMatch(/^http:\/\/<EntryBalancer\w+\.DNSName>$/);
    });

    test('with one: HTTPS by a named policy, and a permanent redirect from port 80', () => {
      const template = web({ certificateArn });
      expect(listeners(template)).toEqual([
        [80, 'HTTP', undefined, 'redirect'],
        [443, 'HTTPS', 'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09', 'forward'],
      ]);
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 80,
        DefaultActions: [{ RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
      });
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Certificates: [{ CertificateArn: certificateArn }],
      });
      expect(openPorts(template)).toEqual(['80-80', '443-443']);
      expect(output(template, 'Transport')).toMatch(/^HTTPS only/);
      expect(output(template, 'Url')).toMatch(/^https:\/\/<EntryBalancer\w+\.DNSName>$/);
    });

    test('a name only with domain, zone and certificate', () => {
      web().resourceCountIs('AWS::Route53::RecordSet', 0);
      web({ certificateArn }).resourceCountIs('AWS::Route53::RecordSet', 0);
      const { certificateArn: _, ...unproven } = domain;
      const plain = web({ ...unproven, edgeCertificateArn: certificateArn.replace('eu-west-1', 'us-east-1') });
      expect(plain.toJSON()).toEqual(web().toJSON());
      const template = web(domain);
      template.resourceCountIs('AWS::Route53::RecordSet', 1);
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        Name: 'www.example.com.',
        Type: 'A',
        HostedZoneId: 'Z0123456789ABCDEFGHIJ',
        TTL: Match.absent(),
        AliasTarget: { EvaluateTargetHealth: true, DNSName: Match.anyValue() },
      });
      expect(output(template, 'Url')).toBe('https://www.example.com');
    });
  });

  describe('ways in and out', () => {
    test.each<Settings>([{ profile: 'sandbox' }, production])(
      'the internet reaches the balancer, the balancer the servers, and the servers HTTPS, S3 and DynamoDB; nothing else reaches anything: $profile',
      (settings) => {
        expect(networkOf(name, settings)).toHaveReachability([
          ['internet', 'Balancer', 'tcp 80'],
          ['Balancer', 'Fleet', 'tcp 80'],
          ['Fleet', 'internet', 'tcp 443'],
          ['Fleet', 's3', 'tcp 443'],
          ['Fleet', 'dynamodb', 'tcp 443'],
        ]);
      },
    );

    test('with a certificate the internet reaches the balancer on 443 too, servers no differently, and these may call the site like anybody', () => {
      const network = networkOf(name, { certificateArn });
      expect(network).toHaveReachability([
        ['internet', 'Balancer', 'tcp 80, 443'],
        ['Balancer', 'Fleet', 'tcp 80'],
        ['Fleet', 'Balancer', 'tcp 443'],
        ['Fleet', 'internet', 'tcp 443'],
        ['Fleet', 's3', 'tcp 443'],
        ['Fleet', 'dynamodb', 'tcp 443'],
      ]);
      expect(network).not.toReach('internet', 'Fleet', tcp(443));
      expect(network).not.toReach('internet', 'Fleet', tcp(22));
    });

    test.each<Settings>([{ profile: 'sandbox' }, production])(
      'every route of a server leads inside, to S3 or DynamoDB, or to a NAT gateway: $profile',
      (settings) => {
        const template = web(settings);
        const subnets = group(template).Properties.VPCZoneIdentifier.map(({ Ref }: Record<string, string>) => Ref);
        const tables = all(template, 'EC2::SubnetRouteTableAssociation')
          .filter(([, { Properties }]) => subnets.includes(Properties.SubnetId.Ref))
          .map(([, { Properties }]) => Properties.RouteTableId.Ref as string);
        const routes = all(template, 'EC2::Route').filter(([, { Properties }]) =>
          tables.includes(Properties.RouteTableId.Ref),
        );
        expect(new Set(tables).size).toBe(subnets.length);
        expect(
          routes.map(
            ([
              ,
              {
                Properties: { RouteTableId: _, ...route },
              },
            ]) => route,
          ),
        ).toEqual(
          subnets.map(() => ({
            DestinationCidrBlock: '0.0.0.0/0',
            NatGatewayId: { Ref: expect.stringMatching(/NATGateway/) },
          })),
        );
        const gateways = new Set(routes.map(([, { Properties }]) => Properties.NatGatewayId.Ref));
        expect(gateways.size).toBe(settings.profile === 'production' ? 3 : 1);
      },
    );

    test("packages come from S3, and sessions from DynamoDB, by gateway endpoints of the servers' own route tables", () => {
      const template = web();
      for (const service of ['s3', 'dynamodb'])
        template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
          VpcEndpointType: 'Gateway',
          ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, `.${service}`]] },
          RouteTableIds: [
            { Ref: Match.stringLikeRegexp('applicationSubnet1RouteTable') },
            { Ref: Match.stringLikeRegexp('applicationSubnet2RouteTable') },
          ],
        });
      template.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
    });

    test('no server has a public address or a key', () => {
      const data = launchData(web());
      expect(data.NetworkInterfaces).toEqual([
        {
          DeviceIndex: 0,
          AssociatePublicIpAddress: false,
          Groups: [{ 'Fn::GetAtt': [expect.stringMatching(/^WebServer/), 'GroupId'] }],
        },
      ]);
      expect(data.KeyName).toBeUndefined();
      web().resourceCountIs('AWS::EC2::KeyPair', 0);
    });

    test('a server may open shells, use sessions of visitors whose number it is told, fetch its program and report its boot, and nothing else', () => {
      const policies = all(web(), 'IAM::Policy').filter(([id]) => id.startsWith('WebServer'));
      const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
      expect(statements.map(({ Action, Resource }) => [[Action].flat(), Resource])).toEqual([
        [['ssm:UpdateInstanceInformation'], { 'Fn::Join': ['', expect.arrayContaining([':instance/*'])] }],
        [expect.arrayContaining(['ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel']), '*'],
        [
          ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
          { 'Fn::GetAtt': [expect.stringMatching(/^SignedInTable/), 'Arn'] },
        ],
        [
          ['s3:GetObject'],
          { 'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/\/[0-9a-f]{64}\.\w+$/)])] },
        ],
        [['cloudformation:SignalResource'], { Ref: 'AWS::StackId' }],
      ]);
      expect(statements[1].Action).toHaveLength(4);
      web().allResourcesProperties('AWS::IAM::InstanceProfile', {
        Roles: [{ Ref: Match.stringLikeRegexp('^WebServerRole') }],
      });
    });
  });

  test('a leaving server has half a minute to finish, and is probed where it answers', () => {
    web().hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 80,
      HealthCheckPath: '/health',
      HealthCheckPort: 'traffic-port',
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    });
    expect(userData(web())).toContain("export PORT='80'\nexport HEALTH_PATH='/health'\n");
  });

  test('what a server knows of a visitor stands in a table, so that none has to come back to the same one [compute-external-sessions]', () => {
    for (const [profile, removal] of [
      ['sandbox', 'Delete'],
      ['production', 'Retain'],
    ] as const) {
      const template = web({ profile });
      template.hasResource('AWS::DynamoDB::GlobalTable', {
        DeletionPolicy: removal,
        Properties: { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
      });
      const { TargetGroupAttributes: attributesOfPool } = one(
        template,
        'ElasticLoadBalancingV2::TargetGroup',
      ).Properties;
      expect(attributesOfPool).toContainEqual({ Key: 'stickiness.enabled', Value: 'false' });
    }
    const rendered = userData(web());
    expect(rendered).toMatch(/export SESSIONS_TABLE='<SignedInTable\w+>'\nexport SESSIONS_IDLE_SECONDS='3600'/);
  });

  test('access logs are on, though the stack knows no region', () => {
    expect(attributes(web())).toMatchObject({ 'access_logs.s3.enabled': 'true', 'access_logs.s3.prefix': 'entry' });
  });

  test('every alarm reports to the topic, which mails whoever is named', () => {
    const template = web({ alarmEmail: 'ops@example.com' });
    const [topic] = all(template, 'SNS::Topic')[0];
    template.resourceCountIs('AWS::CloudWatch::Alarm', 5);
    const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
    expect(readme).toContain('| Five alarms on one topic');
    expect(readme.split('- Alarms: ')[1].split('.\n')[0].split(', ')).toHaveLength(5);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: topic }],
      OKActions: [{ Ref: topic }],
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    web().resourceCountIs('AWS::SNS::Subscription', 0);
  });

  matchesItsSnapshots(name);
});

describe('the boot of a server', () => {
  const facts: Record<string, string> = {
    'instance-id': 'i-0a1b2c3d4e5f60718',
    'placement/availability-zone': 'eu-west-1b',
    'placement/availability-zone-id': 'euw1-az2',
    'instance-type': 't4g.micro',
    'ami-id': 'ami-0123456789abcdef0',
  };
  let server: Server;
  let place: string;
  /** What the servers were asked, and how they behave. */
  let asked: string[];
  let healthy: boolean;
  let signsIn: boolean;

  /** The metadata service, which speaks to holders of a token only, and the web server, which serves what was written. */
  beforeEach(async () => {
    place = mkdtempSync(join(tmpdir(), 'three-tier-web-'));
    asked = [];
    healthy = true;
    signsIn = true;
    server = createServer((request, response) => {
      const url = request.url!;
      asked.push(`${request.method} ${url}`);
      const answer = (status: number, body = '') => response.writeHead(status).end(body);
      if (url === '/latest/api/token') {
        const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
        return request.method === 'PUT' && ttl >= 1 && ttl <= 21_600 ? answer(200, 'token') : answer(400);
      }
      if (url.startsWith('/latest/meta-data/')) {
        if (request.headers['x-aws-ec2-metadata-token'] !== 'token') return answer(401);
        const fact = facts[url.slice('/latest/meta-data/'.length)];
        return fact ? answer(200, fact) : answer(404);
      }
      if (url === '/health') return answer(healthy ? 200 : 503);
      if (url === '/session/health') return answer(signsIn ? 200 : 502);
      return answer(200, readFileSync(page(), 'utf8'));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(() => new Promise((closed) => server.close(closed)));

  const page = () => join(place, 'root/usr/share/nginx/html/index.html');
  const command = (file: string, body: string) => {
    mkdirSync(join(place, 'bin'), { recursive: true });
    writeFileSync(join(place, 'bin', file), body);
    chmodSync(join(place, 'bin', file), 0o755);
  };
  const note = (word: string) => `#!/bin/bash\necho "${word} $*" >> '${place}/calls'\n`;
  /** As much of curl as the program uses; anything else is an error. */
  const curl = `#!/bin/bash
method=GET header=Accept:* output=/dev/stdout
while (($#)); do
  case "$1" in
    --fail | --silent | --show-error) ;;
    --max-time) shift ;;
    --request) method=$2; shift ;;
    --header) header=$2; shift ;;
    --output) output=$2; shift ;;
    http://*) address=\${1#http://} ;;
    *) echo "curl: unknown $1" >&2; exit 2 ;;
  esac
  shift
done
host=\${address%%/*}
exec 3<>"/dev/tcp/\${host%:*}/\${host#*:}" || exit 7
printf '%s /%s HTTP/1.0\\r\\n%s\\r\\n\\r\\n' "$method" "\${address#*/}" "$header" >&3
read -r _ status _ <&3
while read -r line <&3 && [[ $line != $'\\r' ]]; do :; done
((status < 400)) || exit 22
cat <&3 >"$output"
`;

  /** Runs the user data of the synthesised template, with every path and tool of an instance replaced. */
  async function boot(): Promise<{ code: number; calls: string[] }> {
    const { port } = server.address() as AddressInfo;
    command('curl', curl);
    for (const tool of ['aws', 'dnf', 'systemctl', 'cfn-signal'])
      if (!existsSync(join(place, 'bin', tool))) command(tool, note(tool));
    if (!existsSync(join(place, 'bin/nginx'))) command('nginx', note('nginx'));
    const script = join(place, 'user-data');
    writeFileSync(
      script,
      userData(web())
        .replaceAll('/opt/aws/bin/', `${place}/bin/`)
        .replaceAll('/var/lib/boot', `${place}/boot`)
        .replace("export PORT='80'", `export PORT='${port}'`),
    );
    const env = {
      PATH: `${join(place, 'bin')}:${process.env.PATH}`,
      BOOT_ROOT: join(place, 'root'),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
      PATIENCE: '0',
    };
    const { code = 0 } = (await promisify(execFile)('bash', [script], { env }).catch((error) => error)) as {
      code?: number;
    };
    const calls = existsSync(join(place, 'calls')) ? readFileSync(join(place, 'calls'), 'utf8').trim().split('\n') : [];
    return { code, calls };
  }

  const packages = 'dnf install --assumeyes --quiet nginx nodejs24';
  const program = () => {
    const [, address] = /export SESSION_PROGRAM='(.*)'/.exec(userData(web()))!;
    return `aws s3 cp ${address} ${join(place, 'root/opt/sessions/sessions.js')} --region <AWS::Region> --only-show-errors`;
  };
  const signal = (code: number) =>
    `cfn-signal --exit-code ${code} --stack three-tier-web --resource ${all(web(), 'AutoScaling::AutoScalingGroup')[0][0]} --region <AWS::Region>`;

  test('installs, checks and starts the web server, and reports success when the page is served', async () => {
    const { calls } = await boot();
    expect(calls).toEqual([
      packages,
      program(),
      'nginx -t',
      'systemctl daemon-reload',
      'systemctl enable --now sessions nginx',
      signal(0),
    ]);
    expect(asked.slice(-3)).toEqual(['GET /health', 'GET /session/health', 'GET /']);
  });

  test('writes a page that names the instance and its zone, read with a token', async () => {
    await boot();
    expect(asked[0]).toBe('PUT /latest/api/token');
    const written = readFileSync(page(), 'utf8');
    for (const fact of Object.values(facts)) expect(written).toContain(fact);
    expect(written).toMatch(/--hue: ([12]?\d?\d|3[0-5]\d);/);
    expect(written).not.toMatch(/__[A-Z_]+__/);
  });

  test('sets the web server up for the port and path that are probed, believing only the network about clients', async () => {
    await boot();
    const configuration = readFileSync(join(place, 'root/etc/nginx/nginx.conf'), 'utf8');
    expect(configuration).toContain(`listen ${(server.address() as AddressInfo).port} default_server;`);
    expect(configuration).toContain('location = /health {');
    expect(configuration).toContain('set_real_ip_from 10.16.0.0/16;');
    expect(configuration).not.toMatch(/__[A-Z_]+__/);
  });

  test('reports failure when the configuration is wrong, and starts nothing', async () => {
    command('nginx', `${note('nginx')}exit 1\n`);
    const { calls } = await boot();
    expect(calls).toEqual([packages, program(), 'nginx -t', signal(1)]);
  });

  test('reports failure when the server starts but does not answer, after five tries', async () => {
    healthy = false;
    expect((await boot()).calls.at(-1)).toBe(signal(22));
    expect(asked.filter((request) => request === 'GET /health')).toHaveLength(5);
  });

  test('has the program that keeps visitors signed in run under its own user, told of instance, table and region', async () => {
    await boot();
    const unit = readFileSync(join(place, 'root/etc/systemd/system/sessions.service'), 'utf8');
    expect(unit).toContain('Environment=INSTANCE_ID=i-0a1b2c3d4e5f60718\nEnvironment=AWS_REGION=<AWS::Region>\n');
    expect(unit).toMatch(/Environment=SESSIONS_TABLE=<SignedInTable\w+>\nEnvironment=SESSIONS_IDLE_SECONDS=3600\n/);
    expect(unit).toContain('DynamicUser=yes');
    expect(unit).not.toMatch(/__[A-Z_]+__/);
  });

  test('hands sessions to that program, with the client that the balancer saw in the place of what was written', async () => {
    await boot();
    const configuration = readFileSync(join(place, 'root/etc/nginx/nginx.conf'), 'utf8');
    const [, location] = /location \/session \{([^}]*)\}/.exec(configuration)!;
    expect(location).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
    expect(location).toContain('proxy_pass http://127.0.0.1:8080;');
  });

  test('reports failure when that program cannot be had, or does not answer', async () => {
    command('aws', `${note('aws')}exit 1\n`);
    expect((await boot()).calls.slice(-2)).toEqual([program(), signal(1)]);
    command('aws', note('aws'));
    signsIn = false;
    expect((await boot()).calls.at(-1)).toBe(signal(22));
    expect(asked.filter((request) => request === 'GET /session/health')).toHaveLength(5);
  });

  test('reports failure when packages cannot be had, after five tries', async () => {
    command('dnf', `${note('dnf')}exit 1\n`);
    const { calls } = await boot();
    expect(calls).toEqual([...Array<string>(5).fill(packages), signal(1)]);
  });

  test('reports failure when another page is served than the one written', async () => {
    command('systemctl', `${note('systemctl')}echo other > '${place}/root/usr/share/nginx/html/index.html'\n`);
    expect((await boot()).calls.at(-1)).toBe(signal(1));
  });

  test('fits into user data with room to spare', () => {
    expect(Buffer.byteLength(userData(web()))).toBeLessThan(maximumUserDataBytes / 1.5);
  });
});
