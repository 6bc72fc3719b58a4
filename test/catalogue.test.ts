import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { Aws, Fn, Token } from 'aws-cdk-lib';
import { createApp } from '../lib/app';
import { catalogue } from '../lib/catalogue';
import type { ProfileName } from '../lib/profile';
import { overlaps } from '../lib/constructs/network/cidr';
import { secretsInEnvironment } from '../lib/constructs/serverless/environment-secrets';
import { bucketFaults } from '../lib/constructs/storage/bucket-rules';
import { stateful } from '../lib/stateful';
import { variantsOf } from '../lib/variants';
import { synthesised, type CfnTemplateResource } from './support/architecture';

const root = join(__dirname, '..');
const names = catalogue.map(({ name }) => name);
const profiles: readonly ProfileName[] = ['sandbox', 'production'];

test('the catalogue lists exactly the folders of lib/architectures', () => {
  expect([...names].sort()).toEqual(readdirSync(join(root, 'lib', 'architectures')).sort());
});

test('every folder of lambda belongs to an architecture, a block, or is shared', () => {
  const blocks = readdirSync(join(root, 'lib', 'constructs'), { recursive: true, encoding: 'utf8' }).map((file) =>
    file.replace(/^.*[/\\]|\.ts$/g, ''),
  );
  expect(
    readdirSync(join(root, 'lambda')).filter(
      (folder) => folder !== 'shared' && !names.includes(folder) && !blocks.includes(folder),
    ),
  ).toEqual([]);
});

/** What the CDK writes for a text, a list and a number that is not known yet. */
const marksIn = (text: string): string[] => text.match(/[$#]\{Token\[[^\]]*|-1\.8881545\d*e\+289/g) ?? [];

test('no page of docs or notes shows the mark of a value that was never resolved', () => {
  expect(marksIn(`${Aws.REGION} ${Fn.getAzs().join()} ${Token.asNumber(Fn.ref('Port'))}`)).toHaveLength(3);
  for (const folder of ['docs', 'notes'])
    for (const page of readdirSync(join(root, folder)).filter((file) => file.endsWith('.md')))
      expect([page, ...marksIn(readFileSync(join(root, folder, page), 'utf8'))]).toEqual([page]);
});

test('no two architectures have a variant of the same name', () => {
  const all = catalogue.flatMap((architecture) => Object.keys(variantsOf(architecture)));
  expect(all).toEqual([...new Set(all)]);
});

test('no two architectures have an address in common, so that both can be deployed and joined, but for two whose data would not survive a move', () => {
  const ranges = catalogue.flatMap((architecture) =>
    [undefined, ...Object.keys(variantsOf(architecture))].flatMap((variant) =>
      Object.values(
        synthesised(architecture.name, variant === undefined ? { profile: 'sandbox' } : { variant: [variant] }),
      )
        .flatMap(({ Resources }) => Object.values(Resources))
        .filter(({ Type }) => Type === 'AWS::EC2::VPC' || Type === 'AWS::EC2::VPCCidrBlock')
        .flatMap(({ Properties }) => (Properties!.CidrBlock as string | undefined) ?? [])
        .map((cidr) => ({ name: architecture.name, cidr })),
    ),
  );
  const shared = ranges.flatMap(({ name, cidr }, i) =>
    ranges
      .slice(i + 1)
      .filter((other) => other.name !== name && overlaps(cidr, other.cidr))
      .map((other) => `${name} has ${cidr}, ${other.name} has ${other.cidr}`),
  );
  expect([...new Set(shared)]).toEqual(['three-tier-network has 10.16.0.0/16, three-tier-web has 10.16.0.0/16']);
});

describe.each(catalogue)('$name', ({ name, title, purpose }) => {
  const templates = new Map(profiles.map((profile) => [profile, synthesised(name, { profile })]));
  const resources = (profile: ProfileName) =>
    Object.values(templates.get(profile)!).flatMap(({ Resources }) => Object.entries(Resources));

  test('is named in kebab-case and says its purpose in at most twelve words', () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(title.toLowerCase().replace(/[^a-z0-9]/g, '')).toBe(name.replaceAll('-', ''));
    expect(purpose.split(/\s+/).length).toBeLessThanOrEqual(12);
  });

  test('shows nowhere the mark of a value that was never resolved, in no template and on no page', () => {
    const folder = join(root, 'lib', 'architectures', name);
    const pages = ['README.md', 'picture.svg'].map((file) => readFileSync(join(folder, file), 'utf8'));
    for (const text of [...profiles.map((profile) => JSON.stringify(templates.get(profile))), ...pages])
      expect(marksIn(text)).toEqual([]);
  });

  test('has nothing of the edge that is retired [edge-retired-types]', () => {
    for (const profile of profiles)
      for (const [id, { Type, Properties = {} }] of resources(profile)) {
        expect(`${id} ${Type}`).not.toMatch(
          / (AWS::WAF(Regional)?::|AWS::CloudFront::StreamingDistribution$|Custom::DNSVal)/,
        );
        if (Type === 'AWS::CloudFront::Distribution')
          expect(JSON.stringify(Properties)).not.toMatch(/"(TrustedSigners|ForwardedValues|S3Origin|CNAMEs)"/);
      }
  });

  test('buys nothing of the edge by the hour or the month that it was not asked to, and declares no Shield, which is there [edge-costly-options-off, edge-shield-standard]', () => {
    for (const [id, { Type, Properties = {} }] of resources('sandbox')) {
      expect(`${id} ${Type}`).not.toMatch(/ AWS::(Shield|GlobalAccelerator)::| Custom::.*TrafficPolicy/);
      if (/^AWS::(CloudFront::Distribution|Route53::HealthCheck|CertificateManager::Certificate)$/.test(Type))
        expect(`${id} ${JSON.stringify(Properties)}`).not.toMatch(
          /"SslSupportMethod":"vip"|"OriginShield":\{"Enabled":true|"RequestInterval":10\b|"CertificateExport":"ENABLED"/,
        );
    }
  });

  test('has a README that starts with its title and answers every question a learner has', () => {
    const readme = readFileSync(join(root, 'lib', 'architectures', name, 'README.md'), 'utf8');
    expect(readme.split('\n')[0]).toBe(`# ${title}`);
    const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(expect.arrayContaining(['Deploy', 'Try', 'Watch', 'Take away', 'Cost', 'Limits']));
    expect(readme).toContain('```mermaid');
    expect(readme).toContain('](picture.svg)');
    expect(existsSync(join(root, 'lib', 'architectures', name, 'picture.svg'))).toBe(true);
    expect(readme).toContain(`npx cdk deploy ${name}`);
    expect(readme).toContain(`npx cdk destroy ${name}`);
  });

  test('has a test with a reviewed snapshot for each profile', () => {
    const file = join(root, 'test', 'architectures', '__snapshots__', `${name}.test.ts.snap`);
    const snapshot = existsSync(file) ? readFileSync(file, 'utf8') : '';
    for (const profile of profiles) expect(snapshot).toContain(`the ${profile} templates are the ones last reviewed 1`);
  });

  test.each(profiles)('is synthesised twice alike as %s', (profile) => {
    expect(synthesised(name, { profile })).toEqual(templates.get(profile));
  });

  test('is synthesised for an explicit account and region without looking anything up', () => {
    const app = createApp(
      { only: [name], account: '111122223333', region: 'eu-west-1' },
      { gates: false, context: { 'aws:cdk:bundling-stacks': [] } },
    );
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  });

  test.each(profiles)(
    'tells no function a secret through its environment as %s [serverless-secret-hygiene]',
    (profile) => {
      const told = Object.values(templates.get(profile)!).flatMap(({ Resources, Parameters }) => {
        const parameters = Object.entries((Parameters ?? {}) as Record<string, { readonly NoEcho?: boolean }>);
        const hidden = parameters.filter(([, { NoEcho }]) => NoEcho).map(([key]) => key);
        return Object.values(Resources)
          .filter(({ Type }) => Type === 'AWS::Lambda::Function')
          .flatMap(({ Properties }) => secretsInEnvironment(Properties?.Environment?.Variables ?? {}, hidden));
      });
      expect(told).toEqual([]);
    },
  );

  test('as a sandbox, leaves no resource behind on destroy', () => {
    const kept = resources('sandbox').filter(([, resource]) => fates(resource).some((fate) => fate !== 'Delete'));
    expect(kept.map(([id]) => id)).toEqual([]);
    const notEmptied = resources('sandbox').filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::S3::Bucket' &&
        // What is locked no program can empty; `groundplan teardown` says so.
        !Properties!.ObjectLockEnabled &&
        !Properties!.Tags?.some(({ Key }: { Key: string }) => Key === 'aws-cdk:auto-delete-objects'),
    );
    expect(notEmptied.map(([id]) => id)).toEqual([]);
  });

  test('in production, keeps every stateful resource or a snapshot of it, on deletion and on replacement', () => {
    for (const [id, resource] of resources('production')) {
      const fate = stateful[resource.Type];
      if (fate)
        expect([id, ...fates(resource)]).toEqual([id, ...Array(2).fill(fate === 'retain' ? 'Retain' : 'Snapshot')]);
    }
  });

  test('holds no bucket that is open, unlogged, or keeps what nobody reads', () => {
    for (const profile of profiles) {
      for (const { Resources } of Object.values(templates.get(profile)!)) expect(bucketFaults(Resources)).toEqual([]);
    }
  });

  test('holds no stateful resource that the house does not know of', () => {
    const used = new Set(resources('production').map(([, { Type }]) => Type));
    expect([...used].filter((type) => isStateful(type) && !(type in stateful))).toEqual([]);
  });
});

/** What happens to a resource on deletion and on replacement. */
const fates = ({ Type, DeletionPolicy, UpdateReplacePolicy }: CfnTemplateResource): string[] => {
  // CloudFormation takes a last snapshot of a database cluster unless told otherwise; all else it deletes.
  const silent = Type.startsWith('AWS::RDS::DBCluster') ? 'Snapshot' : 'Delete';
  return [DeletionPolicy ?? silent, UpdateReplacePolicy ?? silent];
};

/** What AWS's own resource specification says. */
const specification = loadAwsServiceSpecSync();
function isStateful(type: string): boolean {
  return specification.lookup('resource', 'cloudFormationType', 'equals', type)[0]?.isStateful ?? false;
}
