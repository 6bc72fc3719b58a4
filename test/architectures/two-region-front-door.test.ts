import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failoverTime, resolve } from '../../lib';
import { twoRegions } from '../../lib/architectures/two-region-front-door/regions';
import type { Settings } from '../../lib/settings';
import { addressOf, clientAt, knownClients } from '../../tools/dns/clients';
import { zoneIn } from '../../tools/dns/zone-of-template';
import { matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'two-region-front-door';
const own: Settings = {
  domainName: 'board.example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/two',
};
const plain = synthesised(name);
const named = synthesised(name, own);
const [home, away] = [plain[`${name}-home`], plain[`${name}-away`]];
const ofType = ({ Resources }: CfnTemplate, type: string): [string, any][] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type === `AWS::${type}`)
    .map(([id, { Properties }]) => [id, Properties]);
const only = (template: CfnTemplate, type: string): any => {
  const [[, found], ...others] = ofType(template, type);
  expect(others).toEqual([]);
  return found;
};
const distribution = (templates: Record<string, CfnTemplate>) =>
  only(templates[name], 'CloudFront::Distribution').DistributionConfig;
/** Where an origin is, by the stack whose output names it. */
const standsIn = ({ DomainName }: any): string => DomainName['Fn::GetStackOutput']?.StackName ?? DomainName;

/** A table of the README, by the beginning of its head. */
const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
const table = (first: string): string[][] => {
  const lines = readme.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${first}`)) + 2;
  const rows = lines.slice(from, lines.indexOf('', from));
  return rows.map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()));
};

describe('two layers', () => {
  test('each Region has every tier, from one construct: entry, compute, cache, data, application services [edge-global-regional-layers]', () => {
    for (const region of [home, away]) {
      expect(ofType(region, 'ApiGateway::RestApi').map(([id]) => id)).toEqual([expect.stringMatching(/^SiteEntry/)]);
      for (const [tier, type, id] of [
        ['compute', 'Lambda::Function', /^SiteFunctionsBoardHandlerFunction/],
        ['compute', 'Lambda::Function', /^SiteFunctionsKeepFunction/],
        ['cache', 'DynamoDB::GlobalTable', /^SiteKept/],
        ['application services', 'SQS::Queue', /^SiteFunctionsNotesQueue/],
      ] as const)
        expect([tier, ofType(region, type).filter(([found]) => id.test(found)).length]).toEqual([tier, 1]);
    }
    // But for hashes, which hold the name of the stack.
    const parts = ({ Resources }: CfnTemplate) =>
      Object.keys(Resources)
        .map((id) => id.replace(/[0-9A-F]{8}|[0-9a-f]{32,}/g, '').replace(/front\w*?(home|away)/, ''))
        .sort();
    const [ofHome, ofAway] = [home, away].map(parts);
    // The one table of notes stands in one stack, and its replica makes it the data of both.
    expect(ofHome.filter((id) => id !== 'NotesTable')).toEqual(ofAway);
    const [, notes] = ofType(home, 'DynamoDB::GlobalTable').find(([id]) => id.startsWith('Notes'))!;
    expect(notes.Replicas.map(({ Region }: any) => Region).sort()).toEqual(['eu-west-1', 'us-east-1']);
  });

  test('what is above them stands in neither: CloudFront, the page, the records [edge-global-regional-layers]', () => {
    const above = Object.values(named[name].Resources).map(({ Type }) => Type);
    expect(above).toEqual(
      expect.arrayContaining([
        'AWS::CloudFront::Distribution',
        'AWS::Route53::HealthCheck',
        'AWS::Route53::RecordSetGroup',
      ]),
    );
    for (const region of ['home', 'away'])
      expect(Object.values(named[`${name}-${region}`].Resources).map(({ Type }) => Type)).not.toContain(
        'AWS::Route53::HealthCheck',
      );
  });

  test('from the internet nothing of a Region is reached but its entry [edge-global-regional-layers]', () => {
    const inStack = (part: string, path: string) => `${name}-${part}/Site/Functions/${path}/Function/Resource`;
    expect(networkOf(name)).toHaveReachability(
      ['home', 'away'].flatMap((part) =>
        ['Board/Handler', 'Keep'].map((path): [string, string, string] => [inStack(part, path), 'dynamodb', 'tcp 443']),
      ),
    );
    for (const region of [home, away]) {
      for (const type of [
        'EC2::InternetGateway',
        'EC2::NatGateway',
        'Lambda::Url',
        'ElasticLoadBalancingV2::LoadBalancer',
      ])
        expect([type, ofType(region, type)]).toEqual([type, []]);
      expect(only(region, 'ApiGateway::RestApi').EndpointConfiguration.Types).toEqual(['REGIONAL']);
      const inside = ofType(region, 'Lambda::Function').filter(([id]) => id.startsWith('SiteFunctions'));
      for (const [, { VpcConfig }] of inside) expect(VpcConfig.SubnetIds).toHaveLength(2);
      expect(inside).toHaveLength(2);
    }
  });

  test('functions get out to two tables and no further', () => {
    for (const region of [home, away]) {
      const { PolicyDocument, VpcEndpointType } = only(region, 'EC2::VPCEndpoint');
      expect(VpcEndpointType).toBe('Gateway');
      expect(PolicyDocument.Statement).toHaveLength(1);
      const [{ Action, Resource }] = PolicyDocument.Statement;
      expect([Action, Resource.length]).toEqual([['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], 2]);
    }
  });

  test.each([
    [{}, 'eu-west-1', 'us-east-1'],
    [{ region: 'eu-central-1' }, 'eu-central-1', 'us-east-1'],
    [{ region: 'us-east-1' }, 'us-east-1', 'eu-west-1'],
    [{ region: 'eu-west-1', secondRegion: 'eu-central-1' }, 'eu-west-1', 'eu-central-1'],
    [{ secondRegion: 'eu-west-1' }, 'us-east-1', 'eu-west-1'],
  ])('who wishes for %j has home in %s and away in %s', (wished, first, second) => {
    expect(twoRegions(wished)).toEqual({ home: first, away: second });
  });
});

describe('without a domain', () => {
  const { Origins, OriginGroups, DefaultCacheBehavior, CacheBehaviors, CustomErrorResponses } = distribution(plain);
  const at = (id: string) => Origins.find(({ Id }: any) => Id === id);

  test('reads that home cannot answer are asked away, within the same request [edge-origin-failover]', () => {
    const [group, ...others] = OriginGroups.Items;
    expect(others).toEqual([]);
    expect(DefaultCacheBehavior.TargetOriginId).toBe(group.Id);
    expect(group.FailoverCriteria.StatusCodes.Items).toEqual([500, 502, 503, 504]);
    expect(group.Members.Items.map(({ OriginId }: any) => standsIn(at(OriginId)))).toEqual([
      `${name}-home`,
      `${name}-away`,
    ]);
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(['GET', 'HEAD']);
  });

  test('writes go home alone, as nobody repeats them', () => {
    const notes = CacheBehaviors.find(({ PathPattern }: any) => PathPattern === '/notes');
    expect(notes.AllowedMethods).toContain('POST');
    expect(standsIn(at(notes.TargetOriginId))).toBe(`${name}-home`);
  });

  test('when nobody answers there is a page of a bucket, and it says 503 [edge-error-pages]', () => {
    const page = CacheBehaviors.find(({ PathPattern }: any) => PathPattern === '/maintenance.html');
    expect(at(page.TargetOriginId)).toHaveProperty('S3OriginConfig');
    expect(CustomErrorResponses).toEqual(
      [500, 502, 503, 504].map((ErrorCode) => ({
        ErrorCode,
        ErrorCachingMinTTL: 0,
        ResponseCode: 503,
        ResponsePagePath: '/maintenance.html',
      })),
    );
  });

  test('there are no records and no checks to pay for', () => {
    const types = Object.values(plain[name].Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::Route53'))).toEqual([]);
  });
});

describe('with a domain', () => {
  const origin = 'origin.board.example.com';
  const checks = ofType(named[name], 'Route53::HealthCheck');

  test('reads and writes go to one name, for which each Region has a certificate of its own [edge-acm-regional]', () => {
    const { Origins, OriginGroups, CacheBehaviors, DefaultCacheBehavior, Aliases } = distribution(named);
    expect(Aliases).toEqual(['board.example.com']);
    expect(OriginGroups).toBeUndefined();
    const at = (id: string) => standsIn(Origins.find(({ Id }: any) => Id === id));
    const notes = CacheBehaviors.find(({ PathPattern }: any) => PathPattern === '/notes');
    expect([DefaultCacheBehavior, notes].map(({ TargetOriginId }) => at(TargetOriginId))).toEqual([origin, origin]);
    for (const region of ['home', 'away']) {
      const template = named[`${name}-${region}`];
      expect(only(template, 'CertificateManager::Certificate').DomainName).toBe(origin);
      expect(only(template, 'ApiGateway::DomainName')).toMatchObject({ DomainName: origin, SecurityPolicy: 'TLS_1_2' });
      // By this name checkers ask one Region alone.
      expect(only(template, 'ApiGateway::RestApi').DisableExecuteApiEndpoint).toBe(false);
    }
  });

  test('each Region is checked at its own entry, by what it cannot do without [edge-health-endpoint]', () => {
    expect(checks.map(([, { HealthCheckConfig: config }]) => [config.ResourcePath, config.RequestInterval])).toEqual([
      ['/live/health', 30],
      ['/live/health', 30],
    ]);
    expect(
      checks.map(
        ([, { HealthCheckConfig: config }]) =>
          config.FullyQualifiedDomainName['Fn::GetStackOutput'].StackName as string,
      ),
    ).toEqual([`${name}-home`, `${name}-away`]);
  });

  test('who answers is what the README says, whatever fails [edge-global-regional-layers, edge-routing-latency]', () => {
    const rows = table('what fails');
    expect(rows).toHaveLength(4);
    const idOf = (region: string) => checks.find(([id]) => id.includes(region.replaceAll('-', '')))![0];
    for (const [what, ...cells] of rows) {
      const fails = what === 'nothing' ? [] : what === 'both' ? ['eu-west-1', 'us-east-1'] : [what];
      const answers = ['barcelona', 'toronto'].map((who) => {
        const client = clientAt(addressOf(knownClients.find((one) => one.name === who)!));
        const unhealthy = new Set(fails.map(idOf));
        return resolve({ name: origin }, zoneIn(named[name], 'board.example.com'), client, { unhealthy }).chosen[0];
      });
      expect([what, ...answers]).toEqual([what, ...cells]);
    }
  });

  test('how long it takes is what the README says [edge-global-regional-layers]', () => {
    const rows = table('checkers ask every');
    expect(rows).toHaveLength(4);
    for (const [every, threshold, noticed, forgotten, whole] of rows) {
      const time = failoverTime({ interval: parseInt(every), failureThreshold: Number(threshold), ttl: 60 });
      expect([noticed, forgotten, whole]).toEqual([time.noticed, time.forgotten, time.whole].map((s) => `${s} s`));
    }
    const [, { HealthCheckConfig: here }] = checks[0];
    expect(rows[0].slice(0, 2)).toEqual([`${here.RequestInterval} s (here)`, `${here.FailureThreshold}`]);
  });
});

matchesItsSnapshots(name);
