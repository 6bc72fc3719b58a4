import { execFileSync, spawnSync } from 'node:child_process';
import { isBuiltin } from 'node:module';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { filesOf } from '../tools/claims';
import { run as addHandlers } from '../tools/package';
import type { CfnTemplate } from './support/architecture';

/** Files of `lib/constructs` that are no part of the package's surface, and what they are. */
const internal: Readonly<Record<string, string>> = {
  'certificate-region': 'where a certificate is, for whatever takes one of its own region alone',
  'deployed-elsewhere': 'how a block refuses to be deployed to a Region',
  'storage/backup-role': 'what AWS Backup works with for two blocks',
  faults: 'how blocks refuse bad input',
  findings: 'ids of findings that blocks acknowledge',
  'template-properties': 'how guards read what a template will say',
  'unique-in-account': 'what names are made of that a service asks for',
  'compute/boot-installs': 'what a boot of a baked image may not do',
  'compute/balancer-alarms': 'what an AppLoadBalancer tells of its errors',
  'compute/balancer-logs': 'how load balancers write their logs, of either kind',
  'compute/balancer-subnets': 'where load balancers may stand, of either kind',
  'compute/auto-scaling-role': 'what two blocks add to the policy of a key',
  'compute/fleet-faults': 'what is wrong with where a Fleet stands, what it launches and when it grows',
  'compute/fleet-pools': 'how a Fleet joins its pools',
  'compute/group-grant': 'what four blocks add to a role',
  'compute/boot-secrets': 'what no user data may hold',
  'compute/longest-text': 'how long a text with references may become',
  'compute/image-build-host': 'where a GoldenImage is built',
  'compute/image-document': 'how an ImageComponent is written',
  'compute/probe-faults': 'what no balancer takes of the probes of its targets',
  'compute/image-rules': 'what ComputeGuard refuses of images',
  'compute/rule-faults': 'what is wrong with the rules of a RuleTable',
  'compute/target-address': 'which addresses a TargetPool takes',
  'compute/watch-targets': 'the alarms that three blocks keep on who stands behind a balancer',
  'compute/scaling-faults': 'what is wrong with figures that strategies share',
  'compute/scaling-memory': 'ScalingStrategy.memory',
  'compute/scaling-predictive': 'ScalingStrategy.predictive',
  'compute/scaling-requests': 'ScalingStrategy.requestsPerTarget',
  'compute/scaling-scheduled': 'ScalingStrategy.scheduled',
  'compute/scaling-simple': 'ScalingStrategy.simple',
  'compute/scaling-step': 'ScalingStrategy.step',
  'compute/scaling-target-tracking': 'ScalingStrategy.targetTracking',
  'edge/across-stacks': 'how one stack reads a value of another Region',
  'edge/alias-faults': 'what is wrong with a name for an AWS resource',
  'edge/checked-address': 'addresses that nobody on the internet reaches',
  'edge/release-helper': 'the function of the CDK that makes all releases of a stack',
  'edge/countries': 'which codes of countries there are',
  'edge/distribution-faults': 'what is wrong with an EdgeDistribution',
  'edge/field-pattern': 'which fields CloudFront can encrypt, for FieldEncryption',
  'edge/guarded-resource': 'what a WebFirewall can stand before',
  'edge/health-signal-faults': 'what is wrong with a health signal',
  'edge/injection-signs': 'what firstVerdict takes for an attack',
  'edge/lambda-at-edge': 'what CloudFront takes no Lambda function for',
  'edge/managed-groups': 'what firstVerdict knows of rules that AWS keeps',
  'edge/origin-faults': 'what is wrong with the origins of an EdgeDistribution',
  'edge/record-set-faults': 'what is wrong with the records of a zone',
  'edge/site-files': 'how StaticSiteRelease reads a site and keeps what it makes of it',
  'edge/region-places': 'where the Regions are',
  'edge/regional-name': 'names of parts of a distribution',
  'edge/request-match': 'how firstVerdict judges a statement',
  'edge/routing-faults': 'what is wrong with a routing policy',
  'edge/text-transformation': 'how firstVerdict decodes what it looks at',
  'messaging/delivery-logs': 'where a NoticeTopic has SNS write down its deliveries',
  'messaging/rendered-filter': 'how the CDK writes the filters of a NoticeTopic',
  'messaging/subscriber-faults': 'what is wrong with a subscriber of a NoticeTopic',
  'messaging/bus-logs': 'where an EventHub writes down what it could not deliver',
  'messaging/open-policy': 'how a bus, a topic or a queue refuses to be open to everyone',
  'messaging/event-loop': 'how an EventRoute notices that it would hear itself',
  'compute/mount-folder': 'at which folders disks and shared files may be seen',
  'compute/data-mount-script': 'what DataMount runs at every start',
  'compute/encryptor-states': 'states a VolumeEncryptor is made of',
  'compute/volume-encryptor-steps': 'how a VolumeEncryptor makes an encrypted volume',
  'compute/volume-encryptor-swap': 'how a VolumeEncryptor swaps volumes, and puts the old one back',
  'compute/ebs-limits-table': 'what each type takes of its volumes, for ebs-limits',
  'compute/backup-snapshots': 'how SnapshotPlan has AWS Backup take its snapshots',
  'compute/lifecycle-snapshots': 'how SnapshotPlan has Data Lifecycle Manager take them',
  'compute/hibernation': 'what stands in the way of hibernation',
  'compute/gateway-rules': 'what ComputeGuard refuses of balancers of packets',
  'compute/instance-rules': 'what ComputeGuard refuses of instances and what launches them',
  'compute/placement-faults': 'what stands in the way of placing an instance',
  'compute/placed-members': 'who stands where in a template, for placement-rules',
  'compute/placement-rules': 'what ComputeGuard refuses of places, hosts and held capacity',
  'compute/program-script': 'what a machine of one program runs on its first boot',
  'messaging/worker-boot': 'how WorkerTier makes a worker of an instance',
  'network/ask-ec2': 'how a deployment asks EC2 for what differs by Region',
  'network/domain-name': 'what is wrong with a domain name',
  'network/endpoint-families': 'which addresses an InterfaceEndpoint may have',
  'network/managed-prefix-lists': 'ids of the lists of addresses that AWS keeps',
  'network/network-rule': 'what the rules of the network have in common',
  'network/operator-rights': 'what OperatorAccess writes into policies',
  'network/per-vpc': 'parts that are made once for each VPC of a block',
  'network/subnet-zones': 'which subnets are in one zone',
  'network/vpc-blocks': 'the blocks of VPCs, and why two cannot be joined',
  'operations/call-helper': 'the role and the logs of the function that makes calls for custom resources',
  'network/zone-faults': 'what is wrong with the zones of a TieredNetwork',
  'serverless/function-environment': 'what AppFunction refuses of environment variables',
  'serverless/api-admission': 'which functions the stages of RestFacade may run',
  'serverless/api-alarms': 'what RestFacade watches',
  'serverless/api-cache': 'which answers RestFacade keeps',
  'serverless/api-figures': 'what CloudWatch knows of an API',
  'serverless/api-log-format': 'what RestFacade records of a call',
  'serverless/api-problems': 'how RestFacade answers for API Gateway itself',
  'serverless/aws-target': 'how ApiTarget calls services of AWS',
  'serverless/machine-choice': 'how runMachine compares',
  'serverless/machine-clock': 'how time passes for runMachine',
  'serverless/machine-errors': 'how runMachine tries again and catches',
  'serverless/machine-intrinsics': 'functions of the Amazon States Language for runMachine',
  'serverless/machine-paths': 'how runMachine looks into JSON',
  'serverless/machine-shape': 'what machineFaults says of how states hang together',
  'serverless/machine-unknown': 'what runMachine does not know',
  'serverless/waited-for': 'why a function behind an API needs no dead-letter queue',
  'storage/bucket-arns': 'which ARNs actions on buckets and objects need, for bucketFaults and guardStorage',
  'storage/bucket-encryption': 'how a bucket is encrypted, and what PrivateBucket denies besides',
  'storage/bucket-lifecycle': 'how objects age, behind PrivateBucket',
  'storage/emptier': 'what empties a bucket before it is destroyed',
  'storage/second-factor': 'what PrivateBucket denies without a second factor',
  'storage/directory-ports': 'what WindowsFileShare asks its directory on',
  'storage/file-access': 'who may do what with the files of SharedFiles',
  'storage/lustre-boot': 'how a machine mounts an HpcFileSystem at boot',
  'storage/log-target': 'which buckets take access logs, for whatever writes some',
  'storage/mount-boot': 'what SharedFiles and BootProgram have an instance run',
  'storage/mount-zones': 'where SharedFiles and their clients stand',
  'storage/shared-files-faults': 'what is wrong with SharedFiles',
  'storage/website-rules': 'which rules of a website S3 takes, for WebsiteBucket',
  'storage/ladder-rules': 'which steps of a ladder S3 takes, for LifecycleLadder and guardStorage',
  'storage/notification-installer': 'the role behind a PrivateBucket that announces',
};

/** What somebody else writes: blocks, a strategy, a pure library, and a mistake that the types must notice. */
const program = `
import { App, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import {
  AddressPlan, AlarmTopic, AppFunction, cidr, HandlerBundle, NatStrategy, TieredNetwork, TokenAuthoriser, WorkQueue,
} from 'groundplan';

const app = new App();
const stack = new Stack(app, 'Shop');
const answer = new AppFunction(stack, 'Answer', {
  description: \`Answers one of \${cidr.count('10.16.0.0/16')} hosts\`,
  code: Code.fromInline('exports.handler = async () => 42'),
});
const alarms = new AlarmTopic(stack, 'Alarms');
new WorkQueue(stack, 'Orders', { alarms, consumerTimeout: answer.timeout });
const keys = [{ kid: 'one', alg: 'RS256', kty: 'RSA', n: 'AQAB', e: 'AQAB' }] as const;
new TokenAuthoriser(stack, 'Callers', { issuer: 'https://issuer.example', audience: 'shop', keys, alarms });
new TieredNetwork(stack, 'Network', { plan: new AddressPlan(), nat: NatStrategy.none() });
// @ts-expect-error a queue has to say where its alarms report to
() => new WorkQueue(stack, 'Silent', {});
app.synth();

try {
  const code = new HandlerBundle(__filename);
  new AppFunction(new Stack(new App(), 'Bundled'), 'Answer', { description: 'Is bundled', code });
} catch (error) {
  console.log((error as Error).message);
}
`;

/** The blocks, and the names of environment variables they share with functions. */
const library = /^dist\/(lib\/(index|handlers|constructs\/.*)|lambda\/[a-z-]+\/environment)\.(js|d\.ts)$/;
/** The functions of blocks, ready to run, and how an image is made of one. */
const functions = /^dist\/lambda\/([a-z-]+\/[a-z-]+\/(index\.js(\.map)?|LICENSES)|handler-image\/[a-z]+\.Dockerfile)$/;

/** The command, one file, with the licences of what is inside and the prices it reads. */
const command = /^dist\/bin\/(groundplan\.js|LICENSES|prices\/[a-z]+-[a-z]+-\d\.json)$/;

const repository = join(__dirname, '..');
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'groundplan-package-')));
const project = join(folder, 'project');
const installed = join(project, 'node_modules', 'groundplan');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const texts = (diagnostics: readonly ts.Diagnostic[]): string[] =>
  diagnostics.map(({ file, start = 0, messageText }) => {
    const place = file && `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}: `;
    return `${place ?? ''}${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });

/** The configuration `npm run build` compiles with. */
const build = ts.getParsedCommandLineOfConfigFile(
  join(repository, 'tsconfig.build.json'),
  { outDir: join(folder, 'stage', 'dist') },
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (fault) => {
      throw new Error(texts([fault]).join());
    },
  },
)!;

function npm(cwd: string, ...args: string[]): string {
  const ownSettings = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const env = { ...Object.fromEntries(ownSettings), npm_config_cache: join(folder, 'cache') };
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32', stdio: 'pipe' });
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * What `npm run build` compiles to, without reading the CDK's million lines of types: with `isolatedDeclarations` every file's
 * declarations come from that file alone. Where they do not, the CDK has to be read after all, which takes five times as long; `npm run
 * check` looks for wrong types.
 */
function compile(): readonly ts.Diagnostic[] {
  const alone = { ...build.options, isolatedDeclarations: true, noCheck: true, noLib: true, types: [] };
  const host = ts.createCompilerHost(alone);
  host.resolveModuleNameLiterals = (names, file) =>
    names.map(({ text }) =>
      text.startsWith('.') ? ts.resolveModuleName(text, file, alone, host) : { resolvedModule: undefined },
    );
  const untyped = emitted(alone, host);
  return untyped.length === 0 ? untyped : emitted(build.options, ts.createCompilerHost(build.options));
}

const emitted = (options: ts.CompilerOptions, host: ts.CompilerHost): readonly ts.Diagnostic[] =>
  ts.createProgram({ rootNames: build.fileNames, options, host }).emit().diagnostics;

/** Compiles, packs and installs, as `npm run build`, `npm pack` and `npm install` do; nothing is written into the repository. */
function pack(): Packed {
  const faults = [...build.errors, ...compile()];
  if (faults.length > 0) throw new Error(['lib/index.ts does not compile', ...texts(faults)].join('\n'));
  const beside = ['package.json', 'README.md', 'LICENSE', 'NOTICE', 'bin/groundplan.cjs'].filter((file) =>
    existsSync(join(repository, file)),
  );
  for (const file of beside) cpSync(join(repository, file), join(folder, 'stage', file));
  addHandlers([join(folder, 'stage', 'dist')]);
  // What the command needs comes from the registry, which a test does not ask; it is put beside the package further down.
  const { dependencies: _, ...alone } = manifest;
  writeFileSync(join(folder, 'stage', 'package.json'), JSON.stringify(alone));
  const [answer] = JSON.parse(npm(join(folder, 'stage'), 'pack', '--json', '--ignore-scripts')) as [Packed];

  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'shop', version: '1.0.0', private: true }));
  const offline = ['--offline', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  npm(project, 'install', ...offline, join(folder, 'stage', answer.filename));
  for (const name of ['aws-cdk-lib', 'constructs', '@types/node', ...Object.keys(manifest.dependencies)]) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), join(project, 'node_modules', name), 'junction');
  }
  return answer;
}
describe('the package', () => {
  let paths: string[];
  beforeAll(() => {
    paths = pack()
      .files.map(({ path }) => path)
      .sort();
  }, 120_000);

  test('is built by the configuration tested here, from an empty folder', () => {
    expect(manifest.scripts.build).toBe(
      'tsc --project tsconfig.build.json && node --import tsx bin/groundplan.ts package',
    );
    expect(manifest.scripts.prepack).toMatch(/rmSync\('dist'.* && npm run build$/);
  });

  test('holds the blocks with their types, the licence and the readme, and nothing else', () => {
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/lib/index.d.ts', 'dist/lib/index.js', 'package.json']),
    );
    const beside = ['LICENSE', 'NOTICE', 'README.md', 'bin/groundplan.cjs', 'package.json'];
    const strangers = paths.filter((path) => ![library, functions, command].some((known) => known.test(path)));
    expect(strangers.filter((path) => !beside.includes(path))).toEqual([]);
  });

  test('carries the bundle of every function a block has, with the licences of what is inside', () => {
    const wanted = paths
      .filter((path) => /^dist\/lib\/constructs\/.*\.js$/.test(path))
      .flatMap((path) => [...readFileSync(join(installed, path), 'utf8').matchAll(/handlerCode\)?\(([^)]*)\)/g)])
      .map(([, args]) => args.replaceAll(/['\s]/g, '').replace(',', '/'));
    expect(wanted).toContain('token-authoriser/authorise');
    for (const handler of wanted) expect(paths).toContain(`dist/lambda/${handler}/index.js`);
    const licences = readFileSync(
      join(installed, 'dist', 'lambda', 'token-authoriser', 'authorise', 'LICENSES'),
      'utf8',
    );
    expect(licences).toMatch(/^zod \d+\.\d+\.\d+, MIT\n\nMIT License/m);
    expect(licences).toMatch(/^@aws-lambda-powertools\/logger \d+\.\d+\.\d+, MIT-0$/m);
  });

  test('exports every file of lib/constructs that is not named as internal', () => {
    const index = ts.createSourceFile(
      'index.ts',
      readFileSync(join(repository, 'lib', 'index.ts'), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const exported = index.statements
      .filter(ts.isExportDeclaration)
      .map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text.replace('./constructs/', ''));
    const blocks = [...filesOf(repository).keys()]
      .map((file) => /^lib\/constructs\/(.*)\.ts$/.exec(file)?.[1])
      .filter((file) => file !== undefined);
    expect([...exported, ...Object.keys(internal)].sort()).toEqual(blocks.sort());
  });

  test('reaches for nothing that is neither packed nor a peer', () => {
    const peers = Object.keys(manifest.peerDependencies);
    for (const path of paths.filter((name) => library.test(name))) {
      const text = readFileSync(join(installed, path), 'utf8');
      const wanted = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
      const strangers = wanted.filter((name) =>
        name.startsWith('.')
          ? !existsSync(join(installed, dirname(path), `${name}.js`))
          : !name.startsWith('node:') && !peers.includes(name.split('/')[0]),
      );
      expect([path, ...strangers]).toEqual([path]);
      // A path made from a block's own place would lead to what is not packed; only functions are, and how images are made of them.
      if (['dist/lib/handlers.js', 'dist/lib/constructs/serverless/handler-image.js'].includes(path)) continue;
      expect([path, /__dirname|import\.meta/.exec(text)?.[0]]).toEqual([path, undefined]);
    }
  });

  test('brings the command for templates, which needs the declared dependencies and nothing else, not even the CDK', () => {
    const bundle = readFileSync(join(installed, 'dist', 'bin', 'groundplan.js'), 'utf8');
    const wanted = [...bundle.matchAll(/require(?:\.resolve)?\("([^"]+)"\)/g)].map(([, name]) => name);
    const packages = wanted.filter((name) => !isBuiltin(name)).map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
    expect([...new Set(packages)].sort()).toEqual(Object.keys(manifest.dependencies).sort());
    for (const name of packages) expect(manifest.dependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
    const licences = readFileSync(join(installed, 'dist', 'bin', 'LICENSES'), 'utf8');
    expect(licences).toMatch(
      /^@aws-cdk\/cloudformation-diff \d+\.\d+\.\d+, Apache-2.0\n\n *Apache License[^]*AWS Cloud Development Kit/m,
    );
    expect(licences).toMatch(/^big\.js \d+\.\d+\.\d+, MIT\n\nThe MIT/m);
  });

  test('answers questions about a template of somebody else', () => {
    writeFileSync(
      join(project, 'site.yaml'),
      `Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24 } }
  Db: { Type: AWS::EC2::Instance, Properties: { SubnetId: !Ref Subnet } }
  Queue: { Type: AWS::SQS::Queue }
`,
    );
    const groundplan = (...words: string[]) =>
      spawnSync(join(project, 'node_modules', '.bin', 'groundplan'), words, { cwd: project, encoding: 'utf8' });
    const asked = groundplan('reach', 'site.yaml', 'internet', 'Db:5432');
    expect([asked.status, asked.stdout.split('\n')[0]]).toEqual([
      1,
      expect.stringMatching(/^blocked: internet to Db on tcp 5432: /),
    ]);
    expect(groundplan('access', 'site.yaml').stdout).toBe(
      'Nobody acts in these templates: there is no role and no user.\n',
    );
    expect(groundplan('proofs', 'site.yaml')).toMatchObject({ status: 1, stderr: '' });
    expect(groundplan('teardown', 'site.yaml').stdout).toBe('Nothing is left over, and nothing stands in the way.\n');
    const bill = groundplan('bill', 'site.yaml', 'region=us-east-1');
    expect(bill.stdout).toMatch(/^site\.yaml: \d+\.\d\d USD a month when nobody calls/);
    writeFileSync(join(project, 'later.yaml'), 'Resources: { Topic: { Type: AWS::SNS::Topic } }\n');
    expect(groundplan('upgrade-check', 'site.yaml', 'later.yaml')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^site +Queue +AWS::SQS::Queue +deleted +holds data$/m) as string,
    });
    expect(groundplan('bill').stderr).toMatch(/^say what to price: /);
    expect(groundplan('upgrade-check', '--check').stderr).toMatch(/^upgrade-check got --check; give two templates/);
    expect(groundplan('reach', 'orders-api')).toMatchObject({
      status: 2,
      stderr: 'there is no file orders-api; name a template file or a cdk.out\n',
    });
    expect(groundplan('show').stderr).toMatch(
      /^groundplan show: there is no such command\. The commands are:\n {2}reach /,
    );
  });

  test('type-checks and runs in a project of somebody else, offline and without esbuild', () => {
    const source = join(project, 'shop.ts');
    writeFileSync(source, program);
    const options = { ...build.options, rootDir: project, outDir: project, declaration: false, skipLibCheck: false };
    const host = ts.createCompilerHost(options);
    // Comments are most of the CDK's types, and say nothing about them.
    host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
    const shop = ts.createProgram({ rootNames: [source], options, host });
    const ours = shop.getSourceFiles().filter(({ fileName }) => !relative(installed, fileName).startsWith('..'));
    expect(ours.length).toBeGreaterThan(10);
    const faults = [source, ...ours.map(({ fileName }) => fileName)].flatMap((file) => [
      ...shop.getSyntacticDiagnostics(shop.getSourceFile(file)),
      ...shop.getSemanticDiagnostics(shop.getSourceFile(file)),
    ]);
    expect(texts(faults)).toEqual([]);

    shop.emit();
    const env = { ...process.env, CDK_OUTDIR: join(folder, 'cdk.out') };
    const said = execFileSync(process.execPath, ['shop.js'], { cwd: project, env, encoding: 'utf8' });
    expect(said).toBe('HandlerBundle needs esbuild, which is not installed; run npm install --save-dev esbuild\n');

    const { Resources } = JSON.parse(
      readFileSync(join(folder, 'cdk.out', 'Shop.template.json'), 'utf8'),
    ) as CfnTemplate;
    const of = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
    const described = (description: string) =>
      of('AWS::Lambda::Function').find(({ Properties }) => Properties!.Description === description)!.Properties!;
    expect(described('Answers one of 65536 hosts')).toMatchObject({ TracingConfig: { Mode: 'Active' } });
    const [asset] = /^[0-9a-f]{64}/.exec(described('Looks at tokens of https://issuer.example').Code.S3Key)!;
    expect(readFileSync(join(folder, 'cdk.out', `asset.${asset}`, 'index.js'), 'utf8')).toContain('TOKEN_ISSUER');
    expect(of('AWS::SQS::Queue')).toHaveLength(2);
    expect(of('AWS::EC2::NatGateway')).toEqual([]);
    expect(of('AWS::EC2::Subnet').map(({ Properties }) => Properties!.CidrBlock as string)).toContain('10.16.16.0/20');
  });
});
