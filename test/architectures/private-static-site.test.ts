import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { context as featureFlags } from '../../cdk.json';
import {
  PrivateStaticSite,
  type PrivateStaticSiteProps,
} from '../../lib/architectures/private-static-site/private-static-site-stack';
import { catalogue } from '../../lib/catalogue';
import { registerGates, synthesise as synthesiseChecked } from '../../lib/compliance';
import { effectiveTtl } from '../../lib/constructs/edge/effective-ttl';
import { GeoGate } from '../../lib/constructs/edge/geo-gate';
import { OriginAccess } from '../../lib/constructs/edge/origin-access';
import { matchBehaviour } from '../../lib/constructs/edge/path-pattern';
import type { StaticSiteRelease } from '../../lib/constructs/edge/static-site-release';
import { bucketFaults } from '../../lib/constructs/storage/bucket-rules';
import { ObjectEncryption } from '../../lib/constructs/storage/object-encryption';
import { profiles } from '../../lib/profile';
import type { Settings } from '../../lib/settings';
import { matchesItsSnapshots, synthesised } from '../support/architecture';
import { decide, type PolicyDocument } from '../support/decide';

const name = 'private-static-site';
const site = join(__dirname, '..', '..', 'lib', 'architectures', name, 'site');
const page = (file: string): string => readFileSync(join(site, file), 'utf8');
const withoutStaging = { context: { 'aws:cdk:disable-asset-staging': true } };
const synthesise = (settings: Settings = {}) => Template.fromJSON(synthesised(name, settings, withoutStaging)[name]);
/** The stack with props that no setting reaches. */
const appWith = (props: Partial<PrivateStaticSiteProps>): App => {
  const context = { ...featureFlags, 'aws:cdk:bundling-stacks': [], ...withoutStaging.context };
  const app = new App({ context });
  new PrivateStaticSite(app, name, { profile: profiles.sandbox, settings: {}, ...props });
  return app;
};
const variant = (props: Partial<PrivateStaticSiteProps>): Template =>
  Template.fromStack(appWith(props).node.findChild(name) as Stack);
const one = (template: Template, type: string, part = '') =>
  Object.entries(template.findResources(type)).find(([id]) => id.startsWith(part))! as [string, any];
const configOf = (template: Template) =>
  one(template, 'AWS::CloudFront::Distribution')[1].Properties.DistributionConfig;
const legacy = OriginAccess.legacyIdentity('It is shown here for comparison with the control');
const domain: Settings = {
  domainName: 'www.example.com',
  hostedZoneId: 'Z0123456789ABC',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d',
};

describe(name, () => {
  const sandbox = synthesise();
  const config = configOf(sandbox);

  test('the site is readable by its own distribution over HTTPS, and by nobody else [edge-private-s3-origin, storage-static-private]', () => {
    const [bucket] = one(sandbox, 'AWS::S3::Bucket', 'Files');
    const [distribution] = one(sandbox, 'AWS::CloudFront::Distribution');
    const policy: PolicyDocument = one(sandbox, 'AWS::S3::BucketPolicy', 'Files')[1].Properties.PolicyDocument;
    const arnOf = (id: string) => `arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/${id}`;
    const get = {
      principal: { Service: 'cloudfront.amazonaws.com' },
      action: 's3:GetObject',
      resource: `<${bucket}.Arn>/index.html`,
      context: { 'AWS:SourceArn': arnOf(`<${distribution}>`), 'aws:SecureTransport': 'true' },
    };
    expect(decide(policy, get)).toBe('allow');
    expect(decide(policy, { ...get, context: { ...get.context, 'AWS:SourceArn': arnOf('EOTHER') } })).toBe(
      'implicit deny',
    );
    expect(decide(policy, { ...get, context: { ...get.context, 'aws:SecureTransport': 'false' } })).toBe(
      'explicit deny',
    );
    expect(decide(policy, { ...get, principal: undefined })).toBe('implicit deny');
  });

  test.each(['sandbox', 'production'] as const)('no bucket of the %s has a fault', (profile) => {
    expect(bucketFaults(synthesise({ profile }).toJSON().Resources)).toEqual([]);
  });

  test('hashed assets stay at the edge and in browsers for a year, documents at the edge for five minutes [edge-ttl-bounds, edge-origin-cache-headers]', () => {
    const policies = sandbox.findResources('AWS::CloudFront::CachePolicy');
    const boundsOf = (path: string) => {
      const patterns = config.CacheBehaviors.map(({ PathPattern }: any) => PathPattern);
      const pattern = matchBehaviour(patterns, path);
      const route =
        config.CacheBehaviors.find(({ PathPattern }: any) => PathPattern === pattern) ?? config.DefaultCacheBehavior;
      const { MinTTL, DefaultTTL, MaxTTL } = policies[route.CachePolicyId.Ref].Properties.CachePolicyConfig;
      return { minimum: MinTTL, default: DefaultTTL, maximum: MaxTTL };
    };
    const sent = (part: string) => ({
      'cache-control': one(sandbox, 'Custom::CDKBucketDeployment', `Release${part}`)[1].Properties.SystemMetadata[
        'cache-control'
      ],
    });
    const kept = (path: string, headers: Record<string, string>) => effectiveTtl(boundsOf(path), headers, new Date(0));
    expect(kept('/assets/site.0123456789ab.css', sent('Assets'))).toBe(31_536_000);
    expect(kept('/index.html', sent('Documents'))).toBe(300);
    expect(kept('/index.html', {})).toBe(300);
    expect(kept('/index.html', { 'cache-control': 'max-age=31536000' })).toBe(3_600);
    expect(sent('Documents')['cache-control']).toContain('max-age=0, ');
  });

  test('a page that is missing is answered with a page that says so [edge-error-pages]', () => {
    expect(config.DefaultRootObject).toBe('index.html');
    expect(config.CustomErrorResponses).toEqual(
      [403, 404].map((ErrorCode) => ({
        ErrorCode,
        ResponseCode: 404,
        ResponsePagePath: '/404.html',
        ErrorCachingMinTTL: 60,
      })),
    );
  });

  test('a release ends the copies of all pages and of nothing else [edge-invalidate-on-release]', () => {
    const { DistributionPaths } = one(sandbox, 'Custom::CDKBucketDeployment', 'ReleaseDocuments')[1].Properties;
    expect(DistributionPaths).toEqual(['/403.html', '/404.html', '/', '/index.html']);
  });

  test('access to the site and to its bucket is recorded apart, for as long as the profile says', () => {
    expect(config.Logging.Prefix).toBe('distribution/');
    const { LoggingConfiguration } = one(sandbox, 'AWS::S3::Bucket', 'Files')[1].Properties;
    expect(LoggingConfiguration.LogFilePrefix).toBe('bucket/');
    const days = (template: Template) =>
      one(template, 'AWS::S3::Bucket', 'Logs')[1].Properties.LifecycleConfiguration.Rules[0].ExpirationInDays;
    expect([days(sandbox), days(synthesise({ profile: 'production' }))]).toEqual([7, 365]);
  });

  test('in production a page that was overwritten can be had back for 30 days', () => {
    const { VersioningConfiguration, LifecycleConfiguration } = one(
      synthesise({ profile: 'production' }),
      'AWS::S3::Bucket',
      'Files',
    )[1].Properties;
    expect(VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
    );
  });

  test('nothing of the retired forms, and nothing that costs by the month [edge-default-domain-tls]', () => {
    const text = JSON.stringify(sandbox.toJSON());
    for (const retired of ['StreamingDistribution', 'TrustedSigners', 'ForwardedValues', 'AWS::WAF::', 'OriginShield'])
      expect(text).not.toContain(retired);
    expect(config.Aliases).toBeUndefined();
    expect(config.ViewerCertificate).toBeUndefined();
    expect(sandbox.findResources('AWS::KMS::Key')).toEqual({});
  });

  test('it can stand in two regions of an account, where CloudFront wants names that are unique in all of them', () => {
    const namesIn = (region: string) =>
      Object.values(variant({ env: { region } }).toJSON().Resources as Record<string, any>).flatMap(({ Properties }) =>
        Object.entries(Properties)
          .filter(([key]) => /^(CachePolicy|ResponseHeadersPolicy|OriginAccessControl)Config$/.test(key))
          .map(([, { Name }]: any) => Name as string),
      );
    const here = namesIn('eu-west-1');
    expect(here).toHaveLength(4);
    for (const name of here) expect(name.length).toBeLessThanOrEqual(64);
    expect(here.filter((name) => namesIn('us-west-2').includes(name))).toEqual([]);
  });

  test('it says where it is', () => {
    sandbox.hasOutput('Url', { Value: { 'Fn::Join': ['', ['https://', Match.anyValue()]] } });
    for (const output of ['DistributionId', 'FilesBucket', 'LogBucket']) sandbox.hasOutput(output, {});
  });

  describe('with a site of one’s own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'groundplan-own-site-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<link rel="stylesheet" href="./assets/own.css" />');
    writeFileSync(join(folder, '404.html'), 'not here');
    writeFileSync(join(folder, 'assets', 'own.css'), 'body{}');
    const app = appWith({ settings: { siteFolder: folder } });
    const { site: published } = app.node.findChild(name).node.findChild('Release') as StaticSiteRelease;

    test('it is published in place of the project’s own, its assets by their content', () => {
      expect([...published.documents.keys()]).toEqual(['404.html', 'index.html']);
      const [asset] = [...published.assets.keys()];
      expect(asset).toMatch(/^assets\/own\.[0-9a-f]{12}\.css$/);
      expect(Buffer.from(published.documents.get('index.html')!).toString()).toContain(`./${asset}`);
    });

    test('a release ends all copies by one path, however many pages there are', () => {
      const template = Template.fromStack(app.node.findChild(name) as Stack);
      const { DistributionPaths } = one(template, 'Custom::CDKBucketDeployment', 'ReleaseDocuments')[1].Properties;
      expect(DistributionPaths).toEqual(['/*']);
    });
  });

  describe('with a name of its own', () => {
    const named = synthesise(domain);

    test('it answers to the name with the certificate, and the zone points to it [edge-alternate-domain]', () => {
      expect(configOf(named)).toMatchObject({
        Aliases: ['www.example.com'],
        ViewerCertificate: {
          AcmCertificateArn: domain.edgeCertificateArn,
          MinimumProtocolVersion: 'TLSv1.2_2021',
          SslSupportMethod: 'sni-only',
        },
      });
      const records = Object.values(named.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);
      expect(records.map(({ Type, Name, HostedZoneId }) => [Type, Name, HostedZoneId])).toEqual([
        ['A', 'www.example.com.', 'Z0123456789ABC'],
        ['AAAA', 'www.example.com.', 'Z0123456789ABC'],
      ]);
      named.hasOutput('Url', { Value: 'https://www.example.com' });
    });

    test('fails when the zone is missing [edge-alternate-domain]', () => {
      expect(() => synthesise({ ...domain, hostedZoneId: undefined })).toThrow(
        'private-static-site:\n  domainName is www.example.com without hostedZoneId; give the zone that holds it, or leave the name out',
      );
    });

    test('without a certificate of us-east-1 it keeps the name of CloudFront, and says so [edge-alternate-domain]', () => {
      const regional = domain.edgeCertificateArn!.replace('us-east-1', 'eu-west-1');
      const settings = { ...domain, edgeCertificateArn: undefined, certificateArn: regional };
      expect(synthesise(settings).toJSON()).toEqual(sandbox.toJSON());
      const stack = appWith({ settings }).node.findChild(name) as Stack;
      Annotations.fromStack(stack).hasWarning(
        '*',
        "The site keeps CloudFront's own name: www.example.com needs a certificate of us-east-1; give it as edgeCertificateArn. [ack: groundplan:no-edge-certificate]",
      );
    });

    test('a certificate alone is another architecture’s and changes nothing here', () => {
      const { edgeCertificateArn } = domain;
      expect(synthesise({ edgeCertificateArn }).toJSON()).toEqual(sandbox.toJSON());
    });

    test('fails when the certificate is of another region, in the words that the page shows [edge-certificate-us-east-1]', () => {
      const [, shown] = /<code id="refusal">([^<]+)<\/code>/.exec(page('index.html'))!;
      const edgeCertificateArn = domain.edgeCertificateArn!.replace('us-east-1', 'eu-west-1');
      expect(() => synthesise({ ...domain, edgeCertificateArn })).toThrow(shown);
    });
  });

  describe('in us-east-1, where CloudFront’s figures are', () => {
    test('an alarm reports failures, by mail if there is an address', () => {
      const template = synthesise({ region: 'us-east-1', alarmEmail: 'someone@example.com' });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: '5xxErrorRate' });
      template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'someone@example.com' });
    });

    test('elsewhere there is none that could never go off', () => {
      for (const settings of [{}, { region: 'eu-west-1' }])
        synthesise(settings).resourceCountIs('AWS::CloudWatch::Alarm', 0);
    });
  });

  describe('variants', () => {
    test.each<[string, Partial<PrivateStaticSiteProps>]>([
      ['the legacy identity', { access: legacy }],
      ['a customer key', { encryption: ObjectEncryption.customerKey() }],
      ['a geo gate', { geo: GeoGate.allow('AT') }],
      ['a single-page app', { singlePageApp: true }],
      ['a name of its own', { settings: domain }],
      ['us-east-1', { env: { region: 'us-east-1' } }],
      ['an account and region', { env: { region: 'eu-west-1', account: '111122223333' } }],
    ])('the rule packs pass with %s, and no acknowledgement is stale', (_, props) => {
      const app = appWith(props);
      registerGates(app);
      expect(synthesiseChecked(app).findings.filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
    });

    test('the legacy identity takes the place of the control [edge-oai-legacy]', () => {
      const template = variant({ access: legacy });
      template.resourceCountIs('AWS::CloudFront::CloudFrontOriginAccessIdentity', 1);
      template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 0);
    });

    test('a customer key admits the distribution, and the release may use it [edge-oac-kms-bucket]', () => {
      const template = variant({ encryption: ObjectEncryption.customerKey(), distributionId: 'E1A2B3C4D5E6F7' });
      const [key, { Properties }] = one(template, 'AWS::KMS::Key', 'Files');
      const policy: PolicyDocument = Properties.KeyPolicy;
      const decrypt = (id: string) =>
        decide(policy, {
          principal: { Service: 'cloudfront.amazonaws.com' },
          action: 'kms:Decrypt',
          resource: 'any',
          context: { 'AWS:SourceArn': `arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/${id}` },
        });
      expect([decrypt('E1A2B3C4D5E6F7'), decrypt('EOTHER')]).toEqual(['allow', 'implicit deny']);
      const release: PolicyDocument = one(template, 'AWS::IAM::Policy', 'ReleasePermission')[1].Properties
        .PolicyDocument;
      expect(decide(release, { action: 'kms:GenerateDataKey', resource: `<${key}.Arn>` })).toBe('allow');
    });

    test('whoever is turned away by country gets a page of its own [edge-geo-restriction, edge-error-pages]', () => {
      const { Restrictions, CustomErrorResponses } = configOf(variant({ geo: GeoGate.allow('AT', 'CH', 'DE') }));
      expect(Restrictions.GeoRestriction).toEqual({ RestrictionType: 'whitelist', Locations: ['AT', 'CH', 'DE'] });
      expect(CustomErrorResponses[0]).toMatchObject({
        ErrorCode: 403,
        ResponseCode: 403,
        ResponsePagePath: '/403.html',
      });
    });

    test('a single-page app answers every view [edge-error-pages]', () => {
      expect(configOf(variant({ singlePageApp: true })).CustomErrorResponses).toEqual(
        [403, 404].map((ErrorCode) => ({
          ErrorCode,
          ResponseCode: 200,
          ResponsePagePath: '/index.html',
          ErrorCachingMinTTL: 0,
        })),
      );
    });
  });

  describe('its page', () => {
    const pages = readdirSync(site).filter((file) => file.endsWith('.html'));

    test.each(pages)('%s obeys its own content security policy and asks nobody else for anything', (file) => {
      const html = page(file);
      const references = [...html.matchAll(/\b(?:src|href|action|srcset|data)="([^"]*)"/g)].map(([, to]) => to);
      expect(references.filter((to) => !/^(#[\w-]+|\/|\/assets\/[\w.-]+)$/.test(to))).toEqual([]);
      expect(html).not.toMatch(/<style|\bstyle=|\bon\w+="|<script(?! src=)|<iframe|<object|<form/);
    });

    test.each(pages)('%s has a language, a title, one heading of the first rank and a main part', (file) => {
      const html = page(file);
      for (const part of [/<html lang="en">/, /<title>[^<]+<\/title>/, /<main\b/, /<h1>/, /name="viewport"/])
        expect(html.match(new RegExp(part, 'g'))).toHaveLength(1);
    });

    test('styles and scripts load nothing from elsewhere and make no code of text', () => {
      for (const file of ['site.css', 'site.js']) {
        const text = readFileSync(join(site, 'assets', file), 'utf8');
        expect(text).not.toMatch(/https?:|@import|url\(|innerHTML|eval\(|new Function|document\.write/);
      }
    });

    test('every architecture it names exists, under its title', () => {
      const rooms = [...page('index.html').matchAll(/<li id="([\w-]+)">[^]*?<h3>([^<]+)<\/h3>/g)];
      const shown = rooms.map(([, id, title]) => ({ name: id, title }));
      expect(shown).toHaveLength(5);
      expect(catalogue.map((entry) => ({ name: entry.name, title: entry.title }))).toEqual(
        expect.arrayContaining(shown),
      );
      for (const { name: id } of shown) expect(page('index.html')).toContain(`npx cdk deploy ${id}</code>`);
    });

    test('it begins with the two lines that anybody can run', () => {
      const commands = [...page('index.html').matchAll(/<code>([^<]+)<\/code>/g)].map(([, text]) => text);
      expect(commands.slice(0, 2)).toEqual(['npm ci &amp;&amp; npx cdk synth', 'npm ci &amp;&amp; npm test']);
    });
  });

  matchesItsSnapshots(name);
});
