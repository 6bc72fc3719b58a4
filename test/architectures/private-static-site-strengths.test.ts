import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { siteFiles } from '../../lib/architectures/private-static-site/site-files';
import { strengths } from '../../lib/architectures/private-static-site/strengths';
import { firstVerdict } from '../../lib/constructs/edge/first-verdict';
import { LogBucket } from '../../lib/constructs/storage/log-bucket';
import { ObjectEncryption } from '../../lib/constructs/storage/object-encryption';
import { ObjectVersions } from '../../lib/constructs/storage/object-versions';
import { websiteAnswer } from '../../lib/constructs/storage/website-answer';
import { testStack } from '../support/app';
import { synthesised, type CfnTemplateResource } from '../support/architecture';
import { decide, decideTogether, text, type PolicyDocument } from '../support/decide';

const name = 'private-static-site';
const steps = ['site-website-bucket', 'site-identity', 'none', 'site-customer-key', 'site-customer-key-firewall'];
type Resources = Readonly<Record<string, CfnTemplateResource>>;

/** Everything that one form of the site is made of, of its stack at the edge too. */
const formOf = (variant: string): Resources =>
  Object.assign(
    {},
    ...Object.values(synthesised(name, variant === 'none' ? {} : { variant: [variant] })).map((one) => one.Resources),
  ) as Resources;
const forms = new Map(steps.map((step) => [step, formOf(step)]));
const form = (step: string): Resources => forms.get(step)!;
const one = (resources: Resources, type: string, part = ''): any =>
  Object.entries(resources)
    .filter(([id, { Type }]) => Type === type && id.startsWith(part))
    .map(([id, { Properties }]) => ({ id, ...Properties }))[0];

/** Which parts of a template differ: `+` new, `−` gone, `~` with the properties that changed. */
function difference(before: Resources, after: Resources): string {
  const short = ({ Type }: CfnTemplateResource) => Type.replace(/^AWS::/, '').replaceAll('::', ' ');
  const parts = (resource: CfnTemplateResource) => {
    const { DistributionConfig = {}, ...rest } = resource.Properties ?? {};
    return { ...rest, ...(DistributionConfig as object) } as Record<string, unknown>;
  };
  const changed = (id: string) => {
    const [old, now] = [parts(before[id]), parts(after[id])];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
      .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]))
      .sort();
  };
  const lines = [
    ...Object.keys(after)
      .filter((id) => !(id in before))
      .map((id) => `+ ${short(after[id])}`),
    ...Object.keys(before)
      .filter((id) => !(id in after))
      .map((id) => `− ${short(before[id])}`),
    ...Object.keys(after)
      .filter((id) => id in before && changed(id).length > 0)
      .map((id) => `~ ${short(after[id])}: ${changed(id).join(', ')}`),
  ];
  return [...new Set(lines)].sort().join('<br>');
}

/** A reader without a name, who asks the bucket over plain HTTP. */
function anybody(step: string): string {
  const { id } = one(form(step), 'AWS::S3::Bucket', 'Files');
  const policy: PolicyDocument = one(form(step), 'AWS::S3::BucketPolicy', 'Files').PolicyDocument;
  return decide(policy, {
    action: 's3:GetObject',
    resource: `<${id}.Arn>/index.html`,
    context: { 'aws:SecureTransport': 'false' },
  });
}

/** What lets somebody else's distribution read: an identity that it presents too, or the name of the service. */
function otherDistribution(step: string): string {
  const { id } = one(form(step), 'AWS::S3::Bucket', 'Files');
  const policy: PolicyDocument = one(form(step), 'AWS::S3::BucketPolicy', 'Files').PolicyDocument;
  const identity = one(form(step), 'AWS::CloudFront::CloudFrontOriginAccessIdentity');
  return decide(policy, {
    principal: identity
      ? { CanonicalUser: `<${identity.id}.S3CanonicalUserId>` }
      : { Service: 'cloudfront.amazonaws.com' },
    action: 's3:GetObject',
    resource: `<${id}.Arn>/index.html`,
    context: {
      'aws:SecureTransport': 'true',
      'AWS:SourceArn': 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/EOTHER',
    },
  });
}

/** Somebody of the account who may do everything with S3 and nothing else. */
function storageAdministrator(step: string): string {
  const { id } = one(form(step), 'AWS::S3::Bucket', 'Files');
  const policy: PolicyDocument = one(form(step), 'AWS::S3::BucketPolicy', 'Files').PolicyDocument;
  const key = one(form(step), 'AWS::KMS::Key', 'Files');
  const s3Alone = { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
  const principal = { AWS: 'arn:aws:iam::000000000000:role/Keeper' };
  const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const get = { principal, action: 's3:GetObject', resource: `<${id}.Arn>/index.html`, context };
  const reads = decideTogether(s3Alone, policy, get, true);
  if (!key || reads !== 'allow') return reads;
  return decideTogether(
    s3Alone,
    key.KeyPolicy as PolicyDocument,
    { ...get, action: 'kms:Decrypt', resource: 'any' },
    true,
  );
}

/** One address that asks for more than a reader ever does. */
function flood(step: string): string {
  const acl = one(form(step), 'AWS::WAFv2::WebACL');
  if (!acl) return 'allow';
  const request = { address: '192.0.2.1', path: '/index.html', headers: { 'user-agent': 'browser' } };
  const earlier = Array.from({ length: 2_000 }, () => ({ ...request, secondsAgo: 10 }));
  return firstVerdict(acl, request, { earlier }).action;
}

describe('each step stops what the one before lets through', () => {
  test('everybody reads the website bucket over plain HTTP, past the distribution, and no other [storage-static-website-legacy, storage-static-private]', () => {
    expect(steps.map(anybody)).toEqual(['allow', ...Array<string>(4).fill('explicit deny')]);
    const websites = steps.map((step) => one(form(step), 'AWS::S3::Bucket', 'Files').WebsiteConfiguration);
    const objects = new Set(['index.html']);
    const request = { path: '/', host: 'site', objects, readable: objects };
    expect(websiteAnswer(websites[0], request)).toEqual({ status: 200, key: 'index.html' });
    expect(websites.slice(1)).toEqual(Array(4).fill(undefined));
  });

  test('whatever distribution presents the identity reads by it; control binds reading to one distribution [edge-oai-legacy, edge-private-s3-origin]', () => {
    expect(steps.slice(1).map(otherDistribution)).toEqual(['allow', ...Array<string>(3).fill('implicit deny')]);
  });

  test('who may do everything with S3 reads the files, until a customer key is needed too [storage-sse-kms]', () => {
    expect(steps.map(storageAdministrator)).toEqual(['allow', 'allow', 'allow', 'implicit deny', 'implicit deny']);
  });

  test('one address floods the site until a firewall turns it away [edge-waf-rate]', () => {
    expect(steps.map(flood)).toEqual(['allow', 'allow', 'allow', 'allow', 'block']);
    const { WebACLId } = one(form('site-customer-key-firewall'), 'AWS::CloudFront::Distribution').DistributionConfig;
    expect(text(WebACLId)).not.toBe('');
  });

  test('the page shows what each step changes in the template', () => {
    const page = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
    const [, table] = /<!-- strengths -->\n+([^]*?)\n+<!-- \/strengths -->/.exec(page)!;
    const rows = table
      .split('\n')
      .slice(2)
      .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
    expect(rows.map(([step, changes]) => [step.replaceAll('`', ''), changes])).toEqual(
      steps.map((step, at) => [step, at === 0 ? '' : difference(form(steps[at - 1]), form(step))]),
    );
    for (const [, , threat] of rows) expect(threat.split(' ').length).toBeGreaterThan(5);
    expect(Object.keys(strengths)).toEqual(steps.filter((step) => step !== 'none'));
  });
});

test('fails for a website that is to be private too', () => {
  const stack = testStack();
  expect(() =>
    siteFiles(stack, {
      website: { reason: 'Everybody may read it, as it is a public page' },
      encryption: ObjectEncryption.customerKey(),
      accessLogs: new LogBucket(stack, 'Logs', { expiration: Duration.days(1), writtenByBuckets: true }).bucket,
      versions: ObjectVersions.none(),
    }),
  ).toThrow(
    'Stack:\n  website is given, whose bucket everybody reads, and so is encryption; leave website out, or all else',
  );
});
