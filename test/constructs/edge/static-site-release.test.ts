import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { context as featureFlags } from '../../../cdk.json';
import {
  AssetNames,
  StaticSiteRelease,
  type StaticSiteReleaseProps,
} from '../../../lib/constructs/edge/static-site-release';
import { decide, type PolicyDocument } from '../../support/decide';

/** A folder with these files. */
function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'site-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
const source = folder({
  'index.html': '<link href="/assets/site.css">',
  'about/index.html': 'About',
  'assets/site.css': 'body{}',
  '.DS_Store': 'x',
});

/** The helper's layer is 22 MB; without staging it is not copied for each synthesis. */
const stackOf = () =>
  new Stack(
    new App({
      context: { ...featureFlags, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true },
      outdir: mkdtempSync(join(tmpdir(), 'cdk.out-')),
    }),
    'Stack',
  );

function make(props: Partial<StaticSiteReleaseProps> = {}, stack = stackOf(), id = 'Release') {
  const bucket = new Bucket(stack, `${id}Files`, { encryption: BucketEncryption.KMS });
  const distribution = new Distribution(stack, `${id}Distribution`, {
    defaultBehavior: { origin: new HttpOrigin('origin.example.net') },
  });
  return { stack, release: new StaticSiteRelease(stack, id, { source, bucket, distribution, ...props }) };
}
const deployments = (template: Template) => {
  const found = Object.entries(template.findResources('Custom::CDKBucketDeployment'));
  const named = (part: string) => found.find(([name]) => name.includes(part))!;
  return { assets: named('Assets'), documents: named('Documents') };
};

describe('a release', () => {
  const { stack, release } = make();
  const template = Template.fromStack(stack);
  const { assets, documents } = deployments(template);
  const find = (type: string, part: string) =>
    Object.entries(template.findResources(type)).find(([name]) => name.startsWith(part))!;

  test('assets are kept by browsers for a year and never asked for again, documents are asked for each time [edge-origin-cache-headers, edge-versioned-names]', () => {
    expect(assets[1].Properties.SystemMetadata).toEqual({ 'cache-control': 'public, max-age=31536000, immutable' });
    expect(documents[1].Properties.SystemMetadata).toEqual({
      'cache-control': 'public, max-age=0, s-maxage=300, must-revalidate',
    });
  });

  test('assets of former releases stay, documents that are gone go, and neither touches the other [edge-versioned-names]', () => {
    expect(assets[1].Properties).toMatchObject({ Prune: false, DestinationBucketKeyPrefix: 'assets' });
    expect(documents[1].Properties).toMatchObject({ Prune: true, Exclude: ['assets/*'] });
  });

  test('documents follow the assets they refer to, and both what the helper may do', () => {
    expect(documents[1].DependsOn).toContain(assets[0]);
    expect(assets[1].DependsOn).toContain(find('AWS::IAM::Policy', 'ReleasePermission')[0]);
  });

  test('its last step ends the copies of the documents alone, and waits for that [edge-invalidate-on-release]', () => {
    expect(documents[1].Properties.DistributionPaths).toEqual(['/about/index.html', '/', '/index.html']);
    expect(documents[1].Properties.WaitForDistributionInvalidation).toBe(true);
    expect(documents[1].Properties.DistributionId).toEqual({ Ref: expect.stringMatching(/^ReleaseDistribution/) });
    expect(assets[1].Properties.DistributionId).toBeUndefined();
  });

  test('what is uploaded is the named site, without hidden files [edge-versioned-names]', () => {
    expect([...release.site.documents.keys()]).toEqual(['about/index.html', 'index.html']);
    const uploaded = release.node.findChild('DocumentFiles') as Asset;
    expect(readFileSync(join(uploaded.assetPath, 'index.html'), 'utf8')).toBe(
      `<link href="/${release.site.manifest['assets/site.css']}">`,
    );
  });

  test('the helper reads archives, writes this bucket and ends copies of this distribution, and nothing else', () => {
    const policy: PolicyDocument = find('AWS::IAM::Policy', 'ReleasePermission')[1].Properties.PolicyDocument;
    const bucket = `<${find('AWS::S3::Bucket', 'ReleaseFiles')[0]}.Arn>`;
    const key = `<${find('AWS::KMS::Key', 'ReleaseFiles')[0]}.Arn>`;
    const archives = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
    const own = `arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<${find('AWS::CloudFront::Distribution', 'Release')[0]}>`;
    const may = (action: string, resource: string) => decide(policy, { action, resource }) === 'allow';

    expect(may('s3:GetObject', `${archives}/a.zip`)).toBe(true);
    expect(may('s3:PutObject', `${archives}/a.zip`)).toBe(false);
    expect(may('s3:ListBucket', bucket)).toBe(true);
    expect(may('s3:PutObject', `${bucket}/index.html`)).toBe(true);
    expect(may('s3:DeleteObject', `${bucket}/index.html`)).toBe(true);
    expect(may('s3:GetObject', `${bucket}/index.html`)).toBe(false);
    expect(may('s3:PutObject', 'arn:aws:s3:::another/index.html')).toBe(false);
    expect(may('cloudfront:CreateInvalidation', own)).toBe(true);
    expect(may('cloudfront:GetInvalidation', own)).toBe(true);
    expect(may('cloudfront:CreateInvalidation', own.replace(/<Release.*/, 'EOTHER'))).toBe(false);
    expect(may('cloudfront:UpdateDistribution', own)).toBe(false);
    expect(may('kms:GenerateDataKey', key)).toBe(true);
    expect(may('kms:Decrypt', 'arn:aws:kms:eu-west-1:1:key/other')).toBe(false);
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('the helper is the CDK’s own, on a runtime that is not deprecated, with a log group of the stack and one layer', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'python3.13',
      Role: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReleaseHelperRole'), 'Arn'] },
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^ReleaseHelperLogs') } },
    });
  });
});

test('two releases of a stack share the helper, each with a permission of its own', () => {
  const { stack } = make();
  make({}, stack, 'Second');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.resourceCountIs('Custom::CDKBucketDeployment', 4);
  const role = { Ref: Match.stringLikeRegexp('^ReleaseHelperRole') };
  for (const PolicyName of ['^ReleasePermission', '^SecondPermission'])
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp(PolicyName),
      Roles: [role],
    });
});

test('the paths can be chosen, or none be ended [edge-invalidate-on-release]', () => {
  const of = (invalidate: string[]) =>
    deployments(Template.fromStack(make({ invalidate }).stack)).documents[1].Properties;
  expect(of(['/*']).DistributionPaths).toEqual(['/*']);
  expect(of([]).DistributionId).toBeUndefined();
});

test('a site that was built with hashes is taken as it is', () => {
  const built = folder({ 'index.html': '/assets/index-BQ3x9f2a.js', 'assets/index-BQ3x9f2a.js': 'x' });
  const { release } = make({ source: built, assetNames: AssetNames.AS_BUILT });
  expect([...release.site.assets.keys()]).toEqual(['assets/index-BQ3x9f2a.js']);
});

test.each<[string, string[], string]>([
  ['a path has no slash', ['index.html'], 'invalidate has index.html; begin the path with a slash, /index.html'],
  ['a wildcard stands in the middle', ['/a*/b'], 'invalidate has /a*/b; a * stands only at the end of a path'],
  [
    'there are too many',
    Array.from({ length: 3001 }, (_, i) => `/${i}`),
    'invalidate has 3001 paths; 3000 can be under way at a time, so use /*',
  ],
  [
    'too many have a wildcard',
    Array.from({ length: 16 }, (_, i) => `/${i}/*`),
    'invalidate has 16 paths with a *; 15 can be under way at a time, so use /*',
  ],
])('fails when %s [edge-invalidate-on-release]', (_, invalidate, fault) => {
  expect(() => make({ invalidate })).toThrow(`Stack/Release:\n  ${fault}`);
});

test('fails when there is no site', () => {
  const empty = folder({});
  for (const missing of [empty, join(empty, 'gone')])
    expect(() => make({ source: missing })).toThrow(
      `Stack/Release:\n  source is ${missing}, which holds no files; give the folder of a site`,
    );
});

describe('files that several sites share', () => {
  const elsewhere = join(folder({ 'sign-in.js': "import '/assets/site.css'" }), 'sign-in.js');

  test('are published as if they stood in the site, named by content', () => {
    const { release } = make({ shared: { 'assets/sign-in.js': elsewhere } });
    const name = release.site.manifest['assets/sign-in.js'];
    expect(name).toMatch(/^assets\/sign-in\.[0-9a-f]{12}\.js$/);
    expect(Buffer.from(release.site.assets.get(name)!).toString()).toMatch(
      /import '\/assets\/site\.[0-9a-f]{12}\.css'/,
    );
  });

  test('fails when one is not there, or the site has one of that name', () => {
    expect(() => make({ shared: { 'assets/site.css': elsewhere, 'assets/x.js': '/nowhere/x.js' } })).toThrow(
      [
        'Stack/Release:',
        'shared has assets/site.css, which source holds too; leave one of them out',
        'shared has assets/x.js from /nowhere/x.js, which is not there; give the path of a file',
      ].join('\n  '),
    );
  });
});

describe('documents that are made at deployment', () => {
  test('are published beside those of the site, with values known only then, and their copies end too', () => {
    const stack = stackOf();
    make({ documents: { 'settings.json': { region: stack.region, page: 'portal' } } }, stack);
    const { documents } = deployments(Template.fromStack(stack));
    const { SourceObjectKeys, SourceMarkers, DistributionPaths } = documents[1].Properties;
    expect(SourceObjectKeys).toHaveLength(2);
    expect(SourceMarkers).toEqual([{}, expect.any(Object)]);
    expect(JSON.stringify(SourceMarkers[1])).toContain('AWS::Region');
    expect(DistributionPaths).toContain('/settings.json');
  });

  test.each([
    [
      '/settings.json',
      'documents has /settings.json; give a name that ends in .json, without a slash at its beginning',
    ],
    ['settings.txt', 'documents has settings.txt; give a name that ends in .json'],
    [
      'assets/settings.json',
      'documents has assets/settings.json, but what lies below assets/ keeps its content for ever',
    ],
    ['there.json', 'documents has there.json, which source holds too; leave one of them out'],
  ])('fail when they are called %s', (name, message) => {
    const site = folder({ 'index.html': 'Hello', 'there.json': '{}' });
    expect(() => make({ source: site, documents: { [name]: {} } })).toThrow(`Stack/Release:\n  ${message}`);
  });
});
