import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';
import { sizes } from '../../lib/architectures/elastic-fleet/sizes';
import { styles, type Style, type StyleName } from '../../lib/architectures/elastic-fleet/styles';
import { usualDay } from '../../lib/architectures/elastic-fleet/usual-day';
import { bootKit } from '../../lib/constructs/compute/boot-kit';
import { simulateFleet, sumOf } from '../../lib/constructs/compute/simulate-fleet';
import type { Settings } from '../../lib/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'elastic-fleet';
const root = join(__dirname, '../../lib/architectures', name);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const made = new Map<string, Template>();
const fleet = (settings: Settings = { profile: 'sandbox' }): Template => {
  const key = JSON.stringify(settings);
  if (!made.has(key)) made.set(key, architecture(name, settings));
  return made.get(key)!;
};
const production: Settings = { profile: 'production' };
const all = (template: Template, type: string) =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
const group = (template: Template) => all(template, 'AutoScaling::AutoScalingGroup')[0];

describe('elastic-fleet', () => {
  matchesItsSnapshots(name);

  describe('who serves', () => {
    test('sandbox: one on demand and up to three spot, of three types, in two zones', () => {
      const { MinSize, MaxSize, MixedInstancesPolicy: mixed, VPCZoneIdentifier } = group(fleet());
      expect([MinSize, MaxSize, VPCZoneIdentifier.length]).toEqual(['1', '4', 2]);
      expect(mixed.InstancesDistribution.OnDemandBaseCapacity).toBe(1);
      expect(mixed.LaunchTemplate.Overrides).toHaveLength(3);
      fleet().resourceCountIs('AWS::EC2::NatGateway', 0);
    });

    test('production: three at least, two of them on demand, of six types in three zones: eighteen pools', () => {
      const { MinSize, MaxSize, MixedInstancesPolicy: mixed, VPCZoneIdentifier } = group(fleet(production));
      expect([MinSize, MaxSize]).toEqual(['3', '12']);
      expect(mixed.InstancesDistribution).toMatchObject({
        OnDemandBaseCapacity: 2,
        OnDemandPercentageAboveBaseCapacity: 0,
        SpotAllocationStrategy: 'price-capacity-optimized',
      });
      expect(mixed.LaunchTemplate.Overrides.length * VPCZoneIdentifier.length).toBe(18);
      expect(group(fleet(production)).CapacityRebalance).toBe(true);
    });

    test('whoever joins warms up, whoever leaves ends its requests, whoever is wanted back or ill is replaced', () => {
      expect(all(fleet(), 'AutoScaling::LifecycleHook').map(({ LifecycleTransition }) => LifecycleTransition)).toEqual([
        'autoscaling:EC2_INSTANCE_LAUNCHING',
        'autoscaling:EC2_INSTANCE_TERMINATING',
      ]);
      const kinds = all(fleet(), 'Events::Rule').map(({ EventPattern }) => EventPattern['detail-type'][0]);
      expect(kinds.sort()).toEqual([
        'EC2 Instance-launch Lifecycle Action',
        'EC2 Instance-terminate Lifecycle Action',
        'EC2 Spot Instance Interruption Warning',
        'Instance is ill',
      ]);
    });
  });

  test.each<Settings>([{ profile: 'sandbox' }, production])(
    'the internet reaches the balancer, the balancer the servers, the servers HTTPS, and nothing else anything: $profile',
    (settings) => {
      expect(networkOf(name, settings)).toHaveReachability([
        ['internet', 'Balancer', 'tcp 80'],
        ['Balancer', 'Fleet', 'tcp 80'],
        ['Fleet', 'internet', 'tcp 443'],
      ]);
    },
  );

  describe('styles', () => {
    const policies = (variant: string) => [
      ...all(fleet({ variant: [variant] }), 'AutoScaling::ScalingPolicy').map(({ PolicyType }) => PolicyType),
      ...all(fleet({ variant: [variant] }), 'AutoScaling::ScheduledAction').map(({ Recurrence }) => Recurrence),
    ];

    test.each<[StyleName, string[]]>([
      ['by-target', ['TargetTrackingScaling']],
      ['by-requests', ['TargetTrackingScaling']],
      ['by-steps', ['StepScaling', 'StepScaling']],
      ['by-simple-alarms', ['SimpleScaling', 'SimpleScaling']],
      ['by-clock', ['TargetTrackingScaling', '30 6 * * 1-5', '30 17 * * *', '30 21 * * *']],
      ['by-forecast', ['PredictiveScaling', 'TargetTrackingScaling']],
      ['by-memory', ['TargetTrackingScaling']],
    ])('%s is a variant that differs in its policies', (variant, expected) => {
      expect(policies(variant).sort()).toEqual([...expected].sort());
    });

    test('the page shows what each makes of the same day, as production would', () => {
      expect(readme).toContain(`<!-- styles -->\n\n${simulated()}\n\n<!-- /styles -->`);
    });

    test('one fleet does without any of them only by losing requests', () => {
      expect(sumOf(day([])).lostPercent).toBeGreaterThan(0);
    });
  });
});

/** The day of the page: as in production, where an instance answers 3,000 requests a minute and boots for four. */
function day(scaling: ReturnType<Style['scaling']>) {
  const { fleet: size, zones } = sizes.production;
  return simulateFleet(scaling, {
    load: usualDay,
    history: usualDay,
    perMinute: 3_000,
    bootMinutes: 4,
    minCapacity: size.minimum(zones),
    maxCapacity: size.maximum,
  });
}

/** The table of the page. */
function simulated(): string {
  const { min, max } = { min: sizes.production.fleet.minimum(3), max: sizes.production.fleet.maximum };
  // Memory does not follow requests in this model.
  const shown = Object.entries<Style>(styles).filter(([, { inside }]) => !inside);
  const days = shown.map(([, { scaling }]) => day(scaling({ min, max })));
  const times = [
    '03:00',
    '06:45',
    '08:00',
    '12:00',
    '16:00',
    '17:45',
    '18:05',
    '18:15',
    '18:30',
    '19:30',
    '21:00',
    '23:00',
  ];
  const at = (time: string) => {
    const [hour, minute] = time.split(':').map(Number);
    return 60 * hour + minute;
  };
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const sums = days.map(sumOf);
  return [
    row(['at', 'requests a minute', ...shown.map(([style]) => `\`${style}\``)]),
    row(['---', '---', ...shown.map(() => '---')]),
    ...times.map((time) =>
      row([time, usualDay[at(time)].toLocaleString('en-GB'), ...days.map((one) => one[at(time)].running)]),
    ),
    row(['**most**', '', ...sums.map(({ mostInstances }) => mostInstances)]),
    row(['**hours of instances**', '', ...sums.map(({ instanceHours }) => instanceHours.toFixed(0))]),
    row(['**requests lost**', '', ...sums.map(({ lostPercent }) => `${lostPercent.toFixed(2)} %`)]),
  ].join('\n');
}

describe('the programs of an instance', () => {
  let metadata: Server;
  beforeAll(async () => {
    metadata = createServer((request, response) => {
      const facts: Record<string, string> = {
        '/latest/api/token': request.method === 'PUT' ? 'token' : '',
        '/latest/meta-data/instance-id': 'i-0abc',
        '/latest/meta-data/instance-type': 't4g.micro',
        '/latest/meta-data/placement/availability-zone': 'eu-west-1a',
        '/latest/meta-data/instance-life-cycle': 'spot',
      };
      const known = facts[request.url!];
      const may = request.url === '/latest/api/token' || request.headers['x-aws-ec2-metadata-token'] === 'token';
      response.writeHead(known !== undefined && may ? 200 : 401).end(known);
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => metadata.close());

  /** Runs one of them in a file system of its own, with the machine's tools replaced. */
  async function run(program: string, tools: Readonly<Record<string, string>>) {
    const place = mkdtempSync(join(tmpdir(), 'fleet-boot-'));
    const bin = join(place, 'bin');
    mkdirSync(bin);
    writeFileSync(join(place, 'did'), '');
    const files = join(place, 'boot');
    cpSync(join(root, 'boot'), files, { recursive: true });
    writeFileSync(join(files, bootKit.name), bootKit.text);
    for (const [tool, script] of Object.entries(tools)) {
      writeFileSync(join(bin, tool), `#!/bin/bash\necho "${tool} $*" >> ${place}/did\n${script}\n`);
      chmodSync(join(bin, tool), 0o755);
    }
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      BOOT_ROOT: place,
      BOOT_FILES: files,
      PATIENCE: '0',
      LOOKS: '3',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`,
    };
    const { code = 0, stderr } = await promisify(execFile)('bash', [join(root, 'boot', program)], { env }).catch(
      (error) => error,
    );
    return { code, stderr, place, did: readFileSync(join(place, 'did'), 'utf8').trim().split('\n') };
  }
  /** The metadata service is asked for real; what would come from the web server comes from its files. */
  const page = '/usr/share/nginx/html/index.html';
  const curl = `case "$*" in *127.0.0.1/health*) exit 0 ;; *127.0.0.1/work*) exit 0 ;; *http://127.0.0.1/) exec cat "$BOOT_ROOT${page}" ;; esac\nexec /usr/bin/curl "$@"`;
  const machine = { dnf: '', nginx: '', systemctl: '', curl };

  test('the boot installs the server, writes a page that names the instance, and is well when that is served', async () => {
    const { code, place, did } = await run('boot.sh', machine);
    expect(code).toBe(0);
    expect(readFileSync(join(place, page), 'utf8')).toContain('i-0abc, t4g.micro in eu-west-1a, spot');
    expect(existsSync(join(place, 'etc/nginx/nginx.conf'))).toBe(true);
    expect(did.filter((line) => !line.startsWith('curl'))).toEqual([
      'dnf install --assumeyes --quiet nginx',
      'nginx -t',
      'systemctl enable --now nginx',
    ]);
  });

  test.each([
    ['the package cannot be had', { dnf: 'exit 1' }],
    ['the configuration is wrong', { nginx: 'exit 1' }],
    ['the server does not start', { systemctl: 'exit 1' }],
    ['it does not answer', { curl: curl.replace('*127.0.0.1/health*) exit 0', '*127.0.0.1/health*) exit 7') }],
    ['another page is served', { curl: curl.replace('exec cat', 'exit 0; exec cat') }],
  ])('the boot has failed when %s', async (_, broken) => {
    expect((await run('boot.sh', { ...machine, ...broken })).code).not.toBe(0);
  });

  test('the warm-up waits for the boot and has three requests answered', async () => {
    const { code, did } = await run('warm-up.sh', machine);
    expect(code).toBe(0);
    expect(did.filter((line) => line.endsWith('/work'))).toHaveLength(3);
  });

  test('the warm-up fails when the server never answers', async () => {
    expect((await run('warm-up.sh', { ...machine, curl: 'exit 7' })).code).toBe(7);
  });

  /** A server that has stopped after so many looks. */
  const active = (looks: number) => ({
    nginx: '',
    systemctl: `[[ "$1" == is-active ]] || exit 0\necho >> "$BOOT_ROOT/looks"\n(($(wc -l < "$BOOT_ROOT/looks") <= ${looks}))`,
  });

  test('who leaves takes no more requests and is gone when those it has are answered', async () => {
    const { code, did } = await run('stop.sh', active(2));
    expect(code).toBe(0);
    expect(did).toEqual([
      'systemctl is-active --quiet nginx',
      'systemctl disable --quiet nginx',
      'nginx -s quit',
      'systemctl is-active --quiet nginx',
      'systemctl is-active --quiet nginx',
    ]);
  });

  test('who has stopped already does nothing, and who cannot end says so', async () => {
    expect((await run('stop.sh', active(0))).did).toEqual(['systemctl is-active --quiet nginx']);
    expect(await run('stop.sh', active(99))).toMatchObject({
      code: 1,
      stderr: 'nginx has requests that do not end\n',
    });
  });
});
