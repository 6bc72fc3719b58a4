import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';

import { profiles } from '../../lib/architectures/single-server/profiles';
import { bootKit } from '../../lib/constructs/compute/boot-kit';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { text } from '../support/decide';
import { networkOf } from '../support/reachability';

const name = 'single-server';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const declared = architecture(name, { variant: ['declared-state'] });
const byTag = architecture(name, { variant: ['hours-by-tag'] });
const program = join(__dirname, '../../lib/architectures/single-server/boot/boot.sh');

const ofType = (template: Template, type: string): any[] =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
const serverOf = (template: Template): any => ofType(template, 'EC2::Instance')[0];
const userDataOf = (template: Template): string => text(serverOf(template).UserData['Fn::Base64']);

describe('who reaches whom', () => {
  test.each(['sandbox', 'production'] as const)(
    'in %s the internet reaches the page and nothing else; the server calls HTTPS alone [compute-web-server]',
    (profile) => {
      const network = networkOf(name, { profile });
      expect(network).toHaveReachability([
        ['internet', 'WebServer', 'tcp 80'],
        ['WebServer', 'internet', 'tcp 443'],
      ]);
      expect(network).not.toReach('internet', 'WebServer', 'tcp 22');
      expect(network).not.toReach('WebServer', 'internet', 'tcp 80');
    },
  );

  test('one group lets in one port, over IPv4 and IPv6, and there is no key [compute-web-server]', () => {
    const rules = ofType(sandbox, 'EC2::SecurityGroup').flatMap(
      ({ SecurityGroupIngress = [] }) => SecurityGroupIngress,
    );
    expect(rules.map((rule) => [rule.CidrIp ?? rule.CidrIpv6, rule.IpProtocol, rule.FromPort, rule.ToPort])).toEqual([
      ['0.0.0.0/0', 'tcp', 80, 80],
      ['::/0', 'tcp', 80, 80],
    ]);
    sandbox.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    sandbox.resourceCountIs('AWS::EC2::KeyPair', 0);
    expect(serverOf(sandbox).KeyName).toBeUndefined();
  });
});

describe('the server', () => {
  test('one Amazon Linux 2023 of the smallest kind, in a public subnet with an address of its own [compute-web-server]', () => {
    const { InstanceType, NetworkInterfaces, ImageId } = serverOf(sandbox);
    sandbox.resourceCountIs('AWS::EC2::Instance', 1);
    expect(InstanceType).toBe('t4g.micro');
    expect(NetworkInterfaces).toEqual([
      {
        DeviceIndex: '0',
        AssociatePublicIpAddress: true,
        SubnetId: { Ref: expect.stringMatching('webSubnet1Subnet') },
        GroupSet: [expect.anything()],
      },
    ]);
    expect(sandbox.toJSON().Parameters[ImageId.Ref]).toMatchObject({
      Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64',
    });
  });

  test('in production it bears a steady load, is measured every minute, and runs at all hours', () => {
    expect(serverOf(production)).toMatchObject({ InstanceType: 'm7g.medium', Monitoring: true });
    expect(serverOf(production).CreditSpecification).toBeUndefined();
    production.resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  test('its alarms move it, reboot it or tell, and say what 99.5 % leave', () => {
    const checks = ofType(sandbox, 'CloudWatch::Alarm').filter(({ Namespace }) => Namespace === 'AWS/EC2');
    expect(checks.map(({ MetricName }) => MetricName)).toEqual([
      'StatusCheckFailed_System',
      'StatusCheckFailed_Instance',
      'StatusCheckFailed_AttachedEBS',
    ]);
    for (const { AlarmDescription } of checks)
      expect(AlarmDescription).toContain('At 99.5 % it may be down for 43.8 h');
  });

  test('office hours are as many as its page says', () => {
    const readme = readFileSync(join(__dirname, '../../lib/architectures/single-server/README.md'), 'utf8');
    expect(readme).toContain(`in office hours that is ${profiles.sandbox.hours!.weekly} of 168 hours a week`);
  });

  test('in a sandbox it keeps office hours, and the Scheduler may stop and start it alone', () => {
    expect(ofType(sandbox, 'Scheduler::Schedule').map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([
      'cron(0 8 ? * MON-FRI *)',
      'cron(0 18 ? * MON-FRI *)',
    ]);
    expect(ofType(byTag, 'Scheduler::Schedule').map(({ Target }) => JSON.parse(Target.Input))).toEqual([
      { does: 'start' },
      { does: 'stop' },
    ]);
    expect(serverOf(byTag).Tags).toContainEqual({ Key: 'groundplan:hours', Value: 'office' });
  });
});

describe('the boot program', () => {
  test('updates, installs, starts, enables, and writes the page, in this order, below a shebang [compute-web-user-data]', () => {
    const userData = userDataOf(sandbox);
    expect(userData.startsWith('#!/bin/bash\n')).toBe(true);
    expect(userData).toContain(readFileSync(program, 'utf8'));
    const steps = [
      'dnf upgrade --assumeyes',
      'dnf install --assumeyes --quiet httpd',
      'systemctl start httpd',
      'systemctl enable httpd',
      '<h1>Hello from $(hostname -f)</h1>',
    ].map((step) => userData.indexOf(step));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((one, other) => one - other));
  });

  test('run in a root of its own it leaves a page that greets by the full name of the host [compute-web-user-data, compute-web-server]', () => {
    const { status, page, did } = booted();
    expect(status).toBe(0);
    expect(page()).toBe('<h1>Hello from ip-10-56-0-10.eu-west-1.compute.internal</h1>\n');
    expect(did()).toEqual([
      'dnf upgrade --assumeyes --quiet',
      'dnf install --assumeyes --quiet httpd',
      'systemctl start httpd',
      'systemctl enable httpd',
    ]);
  });

  test('a mirror that answers at the third attempt is no failure', () => {
    const { status, did } = booted({ dnfFails: 2 });
    expect(status).toBe(0);
    expect(did().filter((line) => line.startsWith('dnf upgrade'))).toHaveLength(3);
  });

  test.each([
    ['httpd cannot be installed', { dnfFails: 99 }],
    ['httpd does not start', { startFails: true }],
    ['the page is not served', { silent: true }],
  ])('it ends badly where %s, so that the deployment is taken back', (_, how) => {
    expect(booted(how).status).not.toBe(0);
  });
});

describe('declared', () => {
  const stateOf = (template: Template) =>
    Object.values(template.findResources('AWS::EC2::Instance'))[0].Metadata['AWS::CloudFormation::Init'];

  test('it is the same server: packages, page and service, kept as declared by a daemon', () => {
    const state = stateOf(declared);
    expect(state.configSets.default).toEqual(['watch', 'packages', 'page', 'service']);
    expect(state.packages.packages).toEqual({ yum: { httpd: [] } });
    expect(state.page.commands.page.command).toBe(
      'echo "<h1>Hello from $(hostname -f)</h1>" >/var/www/html/index.html',
    );
    expect(state.service.services.systemd.httpd).toEqual({ enabled: true, ensureRunning: true });
    expect(userDataOf(declared)).not.toContain('dnf install');
    expect(userDataOf(declared)).toContain('/opt/aws/bin/cfn-init');
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});

interface Boot {
  /** How often dnf fails before it works. */
  readonly dnfFails?: number;
  readonly startFails?: boolean;
  /** Whether nobody answers on port 80. */
  readonly silent?: boolean;
}

/** Runs the boot program in a root of its own, where what it calls only writes down that it was called. */
function booted({ dnfFails = 0, startFails = false, silent = false }: Boot = {}) {
  const root = mkdtempSync(join(tmpdir(), 'single-server-'));
  const [bin, log, page] = [join(root, 'bin'), join(root, 'log'), join(root, 'var/www/html/index.html')];
  mkdirSync(bin);
  mkdirSync(join(root, 'var/www/html'), { recursive: true });
  writeFileSync(log, '');
  writeFileSync(join(root, bootKit.name), bootKit.text);
  const stand = (command: string, text: string) => {
    writeFileSync(join(bin, command), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, command), 0o755);
  };
  const note = (command: string) => `echo "${command} $*" >>${log}`;
  stand('dnf', `${note('dnf')}; [[ $(wc -l <${log}) -gt ${dnfFails} ]]`);
  stand('systemctl', `${note('systemctl')}; [[ $1 != start ]] || ${startFails ? 'false' : 'true'}`);
  stand('hostname', 'echo ip-10-56-0-10.eu-west-1.compute.internal');
  stand('curl', silent ? 'exit 7' : `cat ${page}`);
  const { status } = spawnSync('bash', [program], {
    env: { PATH: `${bin}:${process.env.PATH}`, BOOT_ROOT: root, BOOT_FILES: root, PATIENCE: '0' },
  });
  return {
    status,
    page: () => readFileSync(page, 'utf8'),
    did: () => readFileSync(log, 'utf8').trim().split('\n'),
  };
}
