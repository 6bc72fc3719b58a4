import { Template } from 'aws-cdk-lib/assertions';
import { matchBehaviour } from '../../lib/constructs/edge/path-pattern';
import type { Settings } from '../../lib/settings';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';
import { networkOf } from '../support/reachability';
import { verdictOf, visit } from '../support/web-acl';

const name = 'path-routed-front-door';
const edgeName = `${name}-edge`;
const sandbox = architecture(name);
const edge = Template.fromJSON(synthesised(name)[edgeName]);
const inside = architecture(name, { variant: ['vpc-origin'] });
const own: Settings = {
  region: 'eu-west-1',
  domainName: 'www.example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/one',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/two',
};
const named = architecture(name, own);

const only = (template: Template, type: string): [string, any] => {
  const [found, ...others] = Object.entries(template.findResources(`AWS::${type}`));
  expect(others).toEqual([]);
  return [found[0], found[1].Properties];
};
const distribution = (template: Template) => only(template, 'CloudFront::Distribution')[1].DistributionConfig;
/** Which kind of origin answers a path. */
function answering(template: Template, path: string): string {
  const { CacheBehaviors, DefaultCacheBehavior, Origins } = distribution(template);
  const pattern = matchBehaviour(
    CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern),
    path,
  );
  const behaviour =
    CacheBehaviors.find(({ PathPattern }: { PathPattern: string }) => PathPattern === pattern) ?? DefaultCacheBehavior;
  const origin = Origins.find(({ Id }: { Id: string }) => Id === behaviour.TargetOriginId);
  if (origin.S3OriginConfig) return 'bucket';
  if (origin.VpcOriginConfig) return 'balancer inside';
  return origin.OriginAccessControlId ? 'function' : 'balancer';
}

describe('one name', () => {
  test.each([
    ['/images/sun.svg', 'bucket'],
    ['/media/film.mp4', 'bucket'],
    ['/web/list', 'balancer'],
    ['/feed/latest', 'function'],
    ['/', 'balancer'],
    ['/basket', 'balancer'],
  ])('%s is answered by the %s [edge-path-behaviours, edge-media-offload]', (path, origin) => {
    expect(answering(sandbox, path)).toBe(origin);
  });

  test('images are cached and only read, and what makes pages may not read them [edge-media-offload]', () => {
    const media = distribution(sandbox).CacheBehaviors.slice(0, 2);
    for (const { AllowedMethods, CachedMethods } of media) {
      expect(AllowedMethods).toEqual(['GET', 'HEAD']);
      expect(CachedMethods).toEqual(['GET', 'HEAD']);
    }
    const access = accessOf(name);
    for (const role of ['Entry/Pages/Function/Role', 'Feed/Function/Role'])
      expect(access).not.toAllow(role, 's3:GetObject', 'Media/Bucket');
  });

  test('lists differ by language, page and size, and by nothing else that is sent; the country goes along unkeyed [edge-cache-key-query, edge-forward-without-keying]', () => {
    const keyed = Object.values(sandbox.findResources('AWS::CloudFront::CachePolicy')).map(
      ({ Properties }) => Properties.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin,
    );
    expect(keyed.map(({ QueryStringsConfig }) => QueryStringsConfig)).toContainEqual({
      QueryStringBehavior: 'whitelist',
      QueryStrings: ['language', 'page', 'size'],
    });
    for (const { HeadersConfig, CookiesConfig } of keyed)
      expect([HeadersConfig.HeaderBehavior, CookiesConfig.CookieBehavior]).toEqual(['none', 'none']);
    sandbox.hasResourceProperties('AWS::CloudFront::OriginRequestPolicy', {
      OriginRequestPolicyConfig: { HeadersConfig: { Headers: ['CloudFront-Viewer-Country'] } },
    });
  });
});

describe('layers', () => {
  test('the firewall stands before everything, in us-east-1, and the distribution names it [edge-layered-protection, edge-web-acl]', () => {
    const [output] = Object.keys(edge.findOutputs('*'));
    expect(distribution(sandbox).WebACLId).toEqual({
      'Fn::GetStackOutput': { StackName: edgeName, OutputName: output, Region: 'us-east-1' },
    });
    expect(only(edge, 'WAFv2::WebACL')[1].Scope).toBe('CLOUDFRONT');
    const there = architecture(name, { region: 'us-east-1' });
    expect(distribution(there).WebACLId).toEqual({ 'Fn::GetAtt': [only(there, 'WAFv2::WebACL')[0], 'Arn'] });
  });

  test.each([
    ['a visitor', visit({ path: '/web/list', query: 'page=2' }), undefined],
    ['SQL in a query', visit({ query: "q=1'%20or%20'1'='1" }), 'AWSManagedRulesSQLiRuleSet'],
    ['a script in a query', visit({ query: 'q=<script>alert(1)</script>' }), 'AWSManagedRulesCommonRuleSet'],
    [
      'a lookup of Log4j',
      visit({ headers: { 'x-api': '${jndi:ldap://evil}' } }),
      'AWSManagedRulesKnownBadInputsRuleSet',
    ],
    ['a body without end', visit({ method: 'POST', body: 'x'.repeat(9000) }), 'AWSManagedRulesCommonRuleSet'],
  ])('%s meets the rule %p [edge-waf-injection, edge-layered-protection]', (_, request, rule) => {
    expect(verdictOf(edge, request).rule).toBe(rule);
  });

  test('whoever searches a hundred times a minute is told to wait, and may read on [edge-waf-rate]', () => {
    const search = visit({ path: '/web/search' });
    const earlier = Array.from({ length: 100 }, () => ({ ...search, secondsAgo: 5 }));
    expect(verdictOf(edge, search, { earlier })).toMatchObject({
      action: 'block',
      rule: 'TooManySearches',
      status: 429,
    });
    expect(verdictOf(edge, search, { earlier: earlier.slice(1) }).action).toBe('allow');
    expect(verdictOf(edge, visit({ path: '/web/list' }), { earlier }).action).toBe('allow');
  });

  test('the balancer asks for the secret, answers 403 to others, and admits CloudFront’s addresses alone [edge-layered-protection, edge-origin-secret-header, edge-origin-prefix-list]', () => {
    const [, { DefaultActions }] = only(sandbox, 'ElasticLoadBalancingV2::Listener');
    expect(DefaultActions).toMatchObject([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }]);
    const [, { Conditions }] = only(sandbox, 'ElasticLoadBalancingV2::ListenerRule');
    expect(Conditions).toMatchObject([{ HttpHeaderConfig: { HttpHeaderName: 'X-Origin-Verify' } }]);
    const network = networkOf(name);
    expect(network).toHaveReachability([['130.176.0.0/17', 'Balancer', 'tcp 80']]);
    expect(network).not.toReach('internet', 'Balancer');
  });

  test('inside, the balancer has no public address, and nobody but CloudFront’s interfaces gets to it [edge-layered-protection, edge-vpc-origin]', () => {
    const [, { Scheme }] = only(inside, 'ElasticLoadBalancingV2::LoadBalancer');
    expect([Scheme, answering(inside, '/')]).toEqual(['internal', 'balancer inside']);
    expect(networkOf(name, { variant: ['vpc-origin'] })).toHaveReachability([]);
  });

  test('with a name both ways are encrypted, and each has a certificate of its own region [edge-two-tls-legs, edge-layered-protection]', () => {
    expect(distribution(named)).toMatchObject({
      Aliases: ['www.example.com'],
      ViewerCertificate: { AcmCertificateArn: own.edgeCertificateArn },
    });
    const origin = distribution(named).Origins.find(({ DomainName }: any) => DomainName === 'origin.www.example.com');
    expect(origin.CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    });
    const [, listener] = only(named, 'ElasticLoadBalancingV2::Listener');
    expect([listener.Port, listener.Certificates]).toEqual([443, [{ CertificateArn: own.certificateArn }]]);
    const records = Object.values(named.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);
    expect(records.map(({ Name, Type }) => `${Name} ${Type}`).sort()).toEqual([
      'origin.www.example.com. A',
      'origin.www.example.com. AAAA',
      'www.example.com. A',
      'www.example.com. AAAA',
    ]);
    expect(networkOf(name, own)).toHaveReachability([['130.176.0.0/17', 'Balancer', 'tcp 443']]);
  });

  test('the feed answers this distribution, which signs what it asks, and nobody else [edge-function-url-origin]', () => {
    expect(only(sandbox, 'Lambda::Url')[1].AuthType).toBe('AWS_IAM');
    const permissions = Object.values(sandbox.findResources('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal === 'cloudfront.amazonaws.com');
    expect(permissions.map(({ Action }) => Action)).toEqual(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']);
    const [id] = only(sandbox, 'CloudFront::Distribution');
    for (const { SourceArn } of permissions) expect(JSON.stringify(SourceArn)).toContain(id);
  });
});

matchesItsSnapshots(name);
