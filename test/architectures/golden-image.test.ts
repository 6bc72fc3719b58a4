import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';
import { bootKit } from '../../lib/constructs/compute/boot-kit';
import { timeToService } from '../../lib/constructs/compute/time-to-service';
import type { Settings } from '../../lib/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'golden-image';
const root = join(__dirname, '../../lib/architectures', name);
const production: Settings = { profile: 'production' };
const made = new Map<string, Template>();
const stack = (settings: Settings = { profile: 'sandbox' }): Template => {
  const key = JSON.stringify(settings);
  if (!made.has(key)) made.set(key, architecture(name, settings));
  return made.get(key)!;
};
const all = (template: Template, type: string) =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);

describe(name, () => {
  matchesItsSnapshots(name);

  test.each<Settings>([{ profile: 'sandbox' }, production])(
    'nobody reaches servers or builders, which reach HTTPS alone: $profile',
    (settings) => {
      expect(networkOf(name, settings)).toHaveReachability([['Fleet', 'internet', 'tcp 443']]);
    },
  );

  test('the fleet launches what the parameter of the pipeline names, after there is an image', () => {
    const [[, template]] = Object.entries(stack().findResources('AWS::EC2::LaunchTemplate'));
    expect(template.Properties.LaunchTemplateData.ImageId).toBe('resolve:ssm:/imagebuilder/golden-image');
    const [image] = Object.keys(stack().findResources('AWS::ImageBuilder::Image'));
    expect(template.DependsOn).toContain(image);
  });

  test('each Monday an image is baked if there is a newer base', () => {
    expect(all(stack(), 'ImageBuilder::ImagePipeline')[0].Schedule).toEqual({
      ScheduleExpression: 'cron(0 3 ? * MON *)',
      Timezone: 'UTC',
      PipelineExecutionStartCondition: 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE',
    });
  });

  test('a sandbox takes its images with it, production keeps them', () => {
    stack().resourceCountIs('Custom::BakedImages', 1);
    stack(production).resourceCountIs('Custom::BakedImages', 0);
  });

  test('the page says how much sooner a baked server serves', () => {
    const phases = { launch: 25, installs: 40, downloads: 15, configuration: 5 };
    const { atBoot, baked } = timeToService(phases);
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const row = (what: string, ...cells: readonly (number | string)[]) => `| ${[what, ...cells].join(' | ')} |`;
    for (const line of [
      row(
        'everything at boot',
        phases.launch,
        phases.installs,
        phases.downloads,
        phases.configuration,
        `**${atBoot}**`,
      ),
      row('baked', phases.launch, 'in the image', 'in the image', phases.configuration, `**${baked}**`),
    ])
      expect(readme).toContain(line);
  });
});

describe('the programs of an image', () => {
  let metadata: Server;
  beforeAll(async () => {
    metadata = createServer((request, response) => {
      const facts: Record<string, string> = {
        '/latest/api/token': request.method === 'PUT' ? 'token' : '',
        '/latest/meta-data/instance-id': 'i-0abc',
        '/latest/meta-data/ami-id': 'ami-0abc',
      };
      const known = facts[request.url!];
      const may = request.url === '/latest/api/token' || request.headers['x-aws-ec2-metadata-token'] === 'token';
      response.writeHead(known !== undefined && may ? 200 : 401).end(known);
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => metadata.close());

  /** A machine: a file system of its own, in which the tools are replaced. */
  function machine(tools: Readonly<Record<string, string>> = {}) {
    const place = mkdtempSync(join(tmpdir(), 'image-'));
    const bin = join(place, 'bin');
    mkdirSync(bin);
    writeFileSync(join(place, 'did'), '');
    const bootFiles = join(place, 'boot');
    mkdirSync(bootFiles);
    writeFileSync(join(bootFiles, bootKit.name), bootKit.text);
    // The metadata service is asked for real; what would come from the web server comes from its files.
    const curl = `case "$*" in *http://127.0.0.1/instance.txt) exec cat "${place}/usr/share/nginx/html/instance.txt" ;; *http://127.0.0.1/) exec cat "${place}/usr/share/nginx/html/index.html" ;; esac\nexec /usr/bin/curl "$@"`;
    for (const [tool, script] of Object.entries({ dnf: '', nginx: '', systemctl: '', curl, ...tools })) {
      writeFileSync(join(bin, tool), `#!/bin/bash\necho "${tool} $*" >> ${place}/did\n${script}\n`);
      chmodSync(join(bin, tool), 0o755);
    }
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      BOOT_ROOT: place,
      PATIENCE: '0',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`,
    };
    const run = async (program: string): Promise<number> => {
      const BOOT_FILES = program.startsWith('boot/') ? bootFiles : join(root, 'image');
      const options = { env: { ...env, BOOT_FILES } };
      const { code = 0 } = await promisify(execFile)('bash', [join(root, program)], options).catch((error) => error);
      return code;
    };
    return { place, run, did: () => readFileSync(join(place, 'did'), 'utf8').trim().split('\n') };
  }

  test('build, look, test and boot follow each other, and the boot installs nothing [compute-bake-versus-boot]', async () => {
    const { place, run, did } = machine();
    expect(await run('image/install.sh')).toBe(0);
    expect(did()).toEqual(['dnf install --assumeyes --quiet --setopt=retries=20 nginx']);
    expect(existsSync(join(place, 'etc/nginx/nginx.conf'))).toBe(true);
    expect([await run('image/validate.sh'), await run('image/test.sh'), await run('boot/boot.sh')]).toEqual([0, 0, 0]);
    expect(readFileSync(join(place, 'usr/share/nginx/html/instance.txt'), 'utf8')).toBe('i-0abc of ami-0abc\n');
    expect(
      did()
        .filter((line) => !line.startsWith('curl'))
        .slice(1),
    ).toEqual(['nginx -t', 'systemctl start nginx', 'systemctl enable --now nginx']);
  });

  test.each([
    ['image/install.sh', 'the package cannot be had', { dnf: 'exit 1' }],
    ['image/validate.sh', 'the configuration is wrong', { nginx: 'exit 1' }],
    ['image/test.sh', 'the server does not start', { systemctl: 'exit 1' }],
    ['image/test.sh', 'another page is served', { curl: 'echo another' }],
    ['boot/boot.sh', 'the server does not start', { systemctl: 'exit 1' }],
    [
      'boot/boot.sh',
      'nothing answers',
      { curl: 'case "$*" in *instance.txt) exit 7 ;; esac; exec /usr/bin/curl "$@"' },
    ],
  ])('%s has failed when %s', async (program, _, broken) => {
    const whole = machine(broken);
    mkdirSync(join(whole.place, 'usr/share/nginx/html'), { recursive: true });
    writeFileSync(join(whole.place, 'usr/share/nginx/html/index.html'), readFileSync(join(root, 'image/page.html')));
    expect(await whole.run(program)).not.toBe(0);
  });

  test('an image without its page is none', async () => {
    expect(await machine().run('image/validate.sh')).not.toBe(0);
  });
});
