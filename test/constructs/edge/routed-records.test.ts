import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import {
  ARecord,
  CfnRecordSet,
  Continent,
  Failover,
  GeoLocation,
  HealthCheck,
  PublicHostedZone,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget, Route53RecordTarget } from 'aws-cdk-lib/aws-route53-targets';
import {
  RecordRules,
  resolve,
  RoutedRecords,
  RoutingPolicy,
  shares,
  type DnsCircumstances,
  type DnsClient,
  type RoutedRecordsProps,
} from '../../../lib';
import { zoneOfTemplate } from '../../support/dns-zone';
import { templateOf, testStack } from '../../support/app';

const name = 'www.example.com';
const checks = (stack: Stack, ...ids: string[]) => ids.map((id) => HealthCheck.fromHealthCheckId(stack, id, id));
const made = (policy: (stack: Stack) => RoutingPolicy, props: Partial<RoutedRecordsProps> = {}) =>
  templateOf((stack) => {
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    new RoutedRecords(stack, 'Www', { zone, name, policy: policy(stack), ...props });
  });
const setsOf = (template: Template): Record<string, unknown>[] =>
  Object.values(template.findResources('AWS::Route53::RecordSetGroup')).flatMap(
    ({ Properties }) => (Properties as { RecordSets: Record<string, unknown>[] }).RecordSets,
  );
/** Who answers, by the template. */
const asked = (template: Template, client: DnsClient = {}, how: DnsCircumstances = {}, type = 'A') =>
  resolve({ name, type }, zoneOfTemplate(template, 'example.com'), client, how);
const down = (...ids: string[]): DnsCircumstances => ({ unhealthy: new Set(ids) });
const refusalOf = (policy: (stack: Stack) => RoutingPolicy, props: Partial<RoutedRecordsProps> = {}): string => {
  try {
    made(policy, props);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

describe('simple', () => {
  const values = ['1.1.1.1', '2.2.2.2', '3.3.3.3'];
  const simple = () => RoutingPolicy.simple({ values });

  test('all values are answered, in an order by chance, and nobody asks how they are [edge-routing-simple, edge-routing-simulator]', () => {
    const template = made(simple);
    expect(setsOf(template)).toEqual([{ Name: `${name}.`, Type: 'A', TTL: '60', ResourceRecords: values }]);
    expect(asked(template)).toEqual({ code: 'NOERROR', values, chosen: [], ttl: 60 });
    expect(asked(template, {}, { random: () => 0.9 }).values).toEqual(['2.2.2.2', '3.3.3.3', '1.1.1.1']);
  });

  test('fails when it has a health check, which the CDK takes [edge-routing-simple]', () => {
    expect(refusalOf((stack) => RoutingPolicy.simple({ values, healthCheck: checks(stack, 'one')[0] }))).toContain(
      'healthCheck is given, but the only answer there is cannot be left out; use RoutingPolicy.multivalue or failover',
    );
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const [healthCheck] = checks(stack, 'one');
    expect(
      () => new ARecord(stack, 'A', { zone, target: RecordTarget.fromIpAddresses('1.1.1.1'), healthCheck }),
    ).not.toThrow();
  });
});

describe('failover', () => {
  const failover = (stack: Stack) => {
    const [first, second] = checks(stack, 'first', 'second');
    return RoutingPolicy.failover({
      primary: { values: ['1.1.1.1'], healthCheck: first },
      secondary: { values: ['2.2.2.2'], healthCheck: second },
    });
  };

  test.each([
    ['the primary while it is healthy', [], '1.1.1.1'],
    ['the secondary while the primary is not', ['first'], '2.2.2.2'],
    ['the primary also while the secondary is not', ['second'], '1.1.1.1'],
    ['the primary while neither is', ['first', 'second'], '1.1.1.1'],
  ])(
    'a failover answers %s [edge-routing-failover, edge-routing-simulator, edge-health-endpoint]',
    (_, unhealthy, address) => {
      expect(asked(made(failover), {}, down(...unhealthy)).values).toEqual([address]);
    },
  );

  test('is one record of each kind, under one name, in one resource [edge-routing-failover]', () => {
    expect(setsOf(made(failover))).toEqual([
      {
        Name: `${name}.`,
        Type: 'A',
        TTL: '60',
        ResourceRecords: ['1.1.1.1'],
        SetIdentifier: 'primary',
        Failover: 'PRIMARY',
        HealthCheckId: 'first',
      },
      {
        Name: `${name}.`,
        Type: 'A',
        TTL: '60',
        ResourceRecords: ['2.2.2.2'],
        SetIdentifier: 'secondary',
        Failover: 'SECONDARY',
        HealthCheckId: 'second',
      },
    ]);
  });

  test('an alias as primary is watched through what it stands for, and one of a distribution by a check [edge-routing-failover]', () => {
    const template = templateOf((stack) => {
      const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
      const origin = new ARecord(stack, 'Origin', {
        zone,
        recordName: 'app',
        target: RecordTarget.fromIpAddresses('1.1.1.1'),
      });
      const distribution = Distribution.fromDistributionAttributes(stack, 'Page', {
        distributionId: 'E1',
        domainName: 'd1.cloudfront.net',
      });
      new RoutedRecords(stack, 'Www', {
        zone,
        name,
        policy: RoutingPolicy.failover({
          primary: { alias: new Route53RecordTarget(origin) },
          secondary: { alias: new CloudFrontTarget(distribution) },
        }),
      });
    });
    const sets = setsOf(template);
    expect(sets.map(({ Type, Failover: role }) => [Type, role])).toEqual([
      ['A', 'PRIMARY'],
      ['A', 'SECONDARY'],
      ['AAAA', 'PRIMARY'],
      ['AAAA', 'SECONDARY'],
    ]);
    expect(sets[0].AliasTarget).toMatchObject({
      DNSName: { Ref: expect.stringMatching(/^Origin/) as string },
      EvaluateTargetHealth: true,
    });
    expect(sets[1].AliasTarget).toMatchObject({
      HostedZoneId: expect.anything() as unknown,
      EvaluateTargetHealth: false,
    });
    expect(sets.some((set) => 'TTL' in set || 'ResourceRecords' in set)).toBe(false);
    expect(asked(template)).toMatchObject({ values: ['1.1.1.1'], chosen: ['primary'] });
  });

  test('fails when the primary is a distribution without a check, as it has no health of its own [edge-routing-failover]', () => {
    const policy = (stack: Stack, watched: boolean) => {
      const distribution = Distribution.fromDistributionAttributes(stack, 'Front', {
        distributionId: 'E1',
        domainName: 'd1.cloudfront.net',
      });
      return RoutingPolicy.failover({
        primary: {
          alias: new CloudFrontTarget(distribution),
          ...(watched && { healthCheck: checks(stack, 'front')[0] }),
        },
        secondary: { values: ['9.9.9.9'] },
      });
    };
    expect(refusalOf((stack) => policy(stack, false), { types: ['A'] })).toContain(
      'primary has no healthCheck, so that the secondary would never answer; give one, or an alias whose target’s health is evaluated',
    );
    expect(refusalOf((stack) => policy(stack, true), { types: ['A'] })).toBe('nothing');
  });

  test('fails when nobody watches the primary, as the CDK does [edge-routing-failover]', () => {
    const blind = { primary: { values: ['1.1.1.1'] }, secondary: { values: ['2.2.2.2'] } };
    expect(refusalOf(() => RoutingPolicy.failover(blind))).toContain(
      'primary has no healthCheck, so that the secondary would never answer',
    );
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const target = RecordTarget.fromIpAddresses('1.1.1.1');
    expect(() => new ARecord(stack, 'A', { zone, target, failover: Failover.PRIMARY, setIdentifier: 'a' })).toThrow(
      /PRIMARY/,
    );
  });

  test('fails when one of the two is missing, also where the records are made one by one [edge-routing-failover]', () => {
    const lone = templateWith((stack, zone) => {
      const [healthCheck] = checks(stack, 'one');
      const target = RecordTarget.fromIpAddresses('1.1.1.1');
      new ARecord(stack, 'A', {
        zone,
        recordName: 'api',
        target,
        failover: Failover.PRIMARY,
        setIdentifier: 'a',
        healthCheck,
      });
    });
    expect(lone).toContain('api.example.com A has 1 PRIMARY and 0 SECONDARY; give one of each');
  });
});

describe('weighted', () => {
  const weighted =
    (...weights: number[]) =>
    (stack: Stack) =>
      RoutingPolicy.weighted(
        weights.map((weight, at) => ({
          id: `t${at}`,
          weight,
          values: [`${at + 1}.1.1.1`],
          healthCheck: checks(stack, `check${at}`)[0],
        })),
      );
  /** How often each target answers, when chance runs once through all there is. */
  const drawn = (template: Template, how: DnsCircumstances = {}) => {
    const draws = Array.from(
      { length: 1000 },
      (_, at) => asked(template, {}, { ...how, random: () => at / 1000 }).chosen[0],
    );
    return Object.fromEntries(
      [...new Set(draws)].sort().map((id) => [id, draws.filter((one) => one === id).length / 1000]),
    );
  };

  test.each<[string, number[], string[], Record<string, number>]>([
    ['60 and 40 is a split', [60, 40], [], { t0: 0.6, t1: 0.4 }],
    ['90 and 10 is a canary', [90, 10], [], { t0: 0.9, t1: 0.1 }],
    ['the share of what is down goes to the others', [60, 30, 10], ['check0'], { t1: 0.75, t2: 0.25 }],
    ['what weighs nothing answers nobody', [1, 0], [], { t0: 1 }],
    ['what weighs nothing answers all when the rest is down', [1, 0], ['check0'], { t1: 1 }],
    ['all 0 is equal shares', [0, 0, 0, 0], [], { t0: 0.25, t1: 0.25, t2: 0.25, t3: 0.25 }],
    ['where all are down, it is as if none were', [3, 1], ['check0', 'check1'], { t0: 0.75, t1: 0.25 }],
  ])(
    'answers are shared by weight: %s [edge-routing-weighted, edge-routing-simulator]',
    (_, weights, unhealthy, expected) => {
      expect(drawn(made(weighted(...weights)), down(...unhealthy))).toEqual(expected);
      const computed = shares(
        weights.map((weight, at) => ({ id: `t${at}`, weight, healthy: !unhealthy.includes(`check${at}`) })),
      );
      expect(Object.fromEntries(Object.entries(computed).filter(([, share]) => share > 0))).toEqual(expected);
    },
  );

  test('fails when a weight is beyond 255, as the CDK does [edge-routing-weighted]', () => {
    expect(refusalOf(weighted(256))).toContain('weight is 256; give a whole number from 0 to 255');
    expect(refusalOf(weighted(-1))).toContain('weight is -1');
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    expect(
      () => new ARecord(stack, 'A', { zone, target: RecordTarget.fromIpAddresses('1.1.1.1'), weight: 256 }),
    ).toThrow(/255/);
  });
});

describe('latency', () => {
  const regions =
    (...all: string[]) =>
    (stack: Stack) =>
      RoutingPolicy.latency(
        all.map((region, at) => ({
          region,
          values: [`${at + 1}.1.1.1`],
          healthCheck: checks(stack, `${region}-${at}`)[0],
        })),
      );

  test('the lowest latency answers, not the nearest Region, and the next when that is down [edge-routing-latency, edge-routing-simulator]', () => {
    const template = made(regions('eu-west-1', 'us-east-1'));
    // Reykjavik: Ireland is nearer, but this line to Virginia is better.
    const client = { at: [64.1, -21.9] as const, latencies: { 'eu-west-1': 95, 'us-east-1': 90 } };
    expect(asked(template, client).chosen).toEqual(['us-east-1']);
    expect(asked(template, client, down('us-east-1-1')).chosen).toEqual(['eu-west-1']);
    expect(() => asked(template, {})).toThrow('the client has no latency to us-east-1; give client.latencies');
    expect(setsOf(template)[0]).toMatchObject({ Region: 'eu-west-1', SetIdentifier: 'eu-west-1' });
  });

  test.each([
    ['region is eu-west-9, which is no Region; give one such as eu-west-1', ['eu-west-9']],
    ['region is eu-west-1 for two targets; give each Region one', ['eu-west-1', 'eu-west-1']],
  ])('fails when %s [edge-routing-latency]', (message, all) => {
    expect(refusalOf(regions(...all))).toContain(message);
  });
});

describe('geolocation', () => {
  const { country, continent, subdivision } = GeoLocation;
  const places =
    (...all: GeoLocation[]) =>
    (stack: Stack) =>
      RoutingPolicy.geolocation({
        places: all.map((place, at) => ({
          place,
          values: [`${at + 1}.1.1.1`],
          healthCheck: checks(stack, `check${at}`)[0],
        })),
        otherwise: { values: ['9.9.9.9'] },
      });
  const client = (continentCode: string, countryCode: string, state?: string): DnsClient => ({
    place: { continent: continentCode, country: countryCode, ...(state && { subdivision: state }) },
  });

  test.each<[string, DnsClient, string]>([
    ['India gets Hindi', client('AS', 'IN'), 'IN'],
    ['Spain gets Spanish', client('EU', 'ES'), 'ES'],
    ['the rest of Europe gets its own', client('EU', 'DE'), 'EU'],
    ['Washington gets that of the state', client('NA', 'US', 'WA'), 'US-WA'],
    ['another state gets that of the country', client('NA', 'US', 'OR'), 'US'],
    ['Mexico, though near to the US, gets the default', client('NA', 'MX'), 'default'],
    ['who comes from nowhere known gets the default', {}, 'default'],
  ])('a client is answered by its place: %s [edge-routing-geolocation, edge-routing-simulator]', (_, who, chosen) => {
    const template = made(
      places(country('IN'), country('ES'), continent(Continent.EUROPE), country('US'), subdivision('WA')),
    );
    expect(asked(template, who).chosen).toEqual([chosen]);
  });

  test('a client of the UK never gets the Canadian record [edge-routing-geolocation, edge-routing-simulator]', () => {
    const template = made(places(country('CA')));
    expect(asked(template, client('EU', 'GB')).chosen).toEqual(['default']);
    expect(asked(template, client('NA', 'CA')).chosen).toEqual(['CA']);
  });

  test('what is down gives way to the next larger place, and where all are down the smallest answers [edge-routing-geolocation, edge-routing-simulator]', () => {
    const template = made(places(subdivision('WA'), country('US'), continent(Continent.NORTH_AMERICA)));
    const seattle = client('NA', 'US', 'WA');
    expect(asked(template, seattle, down('check0')).chosen).toEqual(['US']);
    expect(asked(template, seattle, down('check0', 'check1')).chosen).toEqual(['NA']);
    expect(asked(template, seattle, down('check0', 'check1', 'check2')).chosen).toEqual(['default']);
    const all = made((stack) => {
      const [one, other] = checks(stack, 'one', 'other');
      const otherwise = { values: ['9.9.9.9'], healthCheck: other };
      return RoutingPolicy.geolocation({
        places: [{ place: country('US'), values: ['1.1.1.1'], healthCheck: one }],
        otherwise,
      });
    });
    expect(asked(all, seattle, down('one', 'other')).chosen).toEqual(['US']);
  });

  test('the template has the codes of each place, and * for the default [edge-routing-geolocation]', () => {
    const template = made(places(subdivision('WA'), country('IN'), continent(Continent.AFRICA)));
    expect(setsOf(template).map(({ GeoLocation: place }) => place)).toEqual([
      { CountryCode: 'US', SubdivisionCode: 'WA' },
      { CountryCode: 'IN' },
      { ContinentCode: 'AF' },
      { CountryCode: '*' },
    ]);
  });

  test('fails when there is no default, a place is there twice, or a code is in lower case [edge-routing-geolocation]', () => {
    const blind = { places: [{ place: country('IN'), values: ['1.1.1.1'] }] } as never;
    expect(refusalOf(() => RoutingPolicy.geolocation(blind))).toContain(
      'otherwise is not given, so that clients who match nothing would get no answer; say who answers them',
    );
    expect(refusalOf(places(country('IN'), country('IN')))).toContain(
      'place is IN for two targets; give each place one',
    );
    expect(refusalOf(places(GeoLocation.default()))).toContain('place is the default; give it as otherwise');
    expect(() => country('in')).toThrow(/country/i);
  });

  test('fails when records made one by one have no default, or a place twice under ids of their own [edge-routing-geolocation]', () => {
    const said = templateWith((stack, zone) => {
      for (const [id, address] of [
        ['a', '1.1.1.1'],
        ['b', '2.2.2.2'],
      ])
        new ARecord(stack, id, {
          zone,
          recordName: 'api',
          target: RecordTarget.fromIpAddresses(address),
          geoLocation: country('IN'),
          setIdentifier: id,
        });
    });
    expect(said).toContain(
      'api.example.com A has no default place, so that clients of no other would get no answer; add one with CountryCode *',
    );
    expect(said).toContain('api.example.com A has the place {"CountryCode":"IN"} twice; give each one record');
  });
});

describe('geoproximity', () => {
  const near = (bias?: number) => (stack: Stack) =>
    RoutingPolicy.geoproximity([
      {
        at: { region: 'eu-west-1' },
        values: ['1.1.1.1'],
        healthCheck: checks(stack, 'one')[0],
        ...(bias !== undefined && { bias }),
      },
      { at: { region: 'us-east-1' }, values: ['2.2.2.2'], healthCheck: checks(stack, 'other')[0] },
    ]);
  const reykjavik = { at: [64.1, -21.9] as const };
  const boston = { at: [42.4, -71.1] as const };

  test('the nearest answers, and a bias moves the line between [edge-routing-geoproximity, edge-routing-simulator]', () => {
    expect(asked(made(near()), reykjavik).chosen).toEqual(['eu-west-1']);
    expect(asked(made(near()), boston).chosen).toEqual(['us-east-1']);
    expect(asked(made(near(95)), boston).chosen).toEqual(['eu-west-1']);
    expect(asked(made(near(-80)), reykjavik).chosen).toEqual(['us-east-1']);
    expect(asked(made(near()), reykjavik, down('one')).chosen).toEqual(['us-east-1']);
    expect(() => asked(made(near()))).toThrow('the client has no place; give client.at');
  });

  test('the template has the place, which only a group of records carries: the CDK drops it from a single one [edge-routing-geoproximity]', () => {
    const template = made(() =>
      RoutingPolicy.geoproximity([
        { at: { region: 'eu-west-1' }, values: ['1.1.1.1'], bias: -99 },
        { at: { coordinates: [41.38, 2.17] }, values: ['2.2.2.2'] },
        { at: { localZoneGroup: 'us-west-2-lax-1' }, values: ['3.3.3.3'] },
      ]),
    );
    expect(setsOf(template).map((set) => [set.SetIdentifier, set.GeoProximityLocation])).toEqual([
      ['eu-west-1', { AWSRegion: 'eu-west-1', Bias: -99 }],
      ['41.38 2.17', { Coordinates: { Latitude: '41.38', Longitude: '2.17' } }],
      ['us-west-2-lax-1', { LocalZoneGroup: 'us-west-2-lax-1' }],
    ]);
    const single = templateOf(
      (stack) =>
        new CfnRecordSet(stack, 'A', {
          name,
          type: 'A',
          setIdentifier: 'a',
          geoProximityLocation: { awsRegion: 'eu-west-1' },
        } as never),
    );
    expect(Object.values(single.findResources('AWS::Route53::RecordSet'))[0].Properties).not.toHaveProperty(
      'GeoProximityLocation',
    );
  });

  test('a local zone can be asked for, but nobody knows where it is [edge-routing-geoproximity, edge-routing-simulator]', () => {
    const template = made(() =>
      RoutingPolicy.geoproximity([
        { at: { localZoneGroup: 'us-west-2-lax-1' }, values: ['3.3.3.3'] },
        { at: { region: 'eu-west-1' }, values: ['1.1.1.1'] },
      ]),
    );
    expect(() => asked(template, boston)).toThrow('where us-west-2-lax-1 is cannot be told');
  });

  test.each([
    ['bias is 120; give a whole number from -99 to 99', { at: { region: 'eu-west-1' }, bias: 120 }],
    [
      'at of a target has region and coordinates; give one of region, localZoneGroup and coordinates',
      { at: { region: 'eu-west-1', coordinates: [1, 2] as const } },
    ],
    ['at of a target has nothing; give one of', { at: {} }],
    ['region is mars-1, which is no Region', { at: { region: 'mars-1' } }],
    ['localZoneGroup is lax; give the name of a group such as us-west-2-lax-1', { at: { localZoneGroup: 'lax' } }],
    ['latitude is 91; give -90 to 90 degrees with two decimals at most', { at: { coordinates: [91, 0] as const } }],
    [
      'longitude is 2.123; give -180 to 180 degrees with two decimals at most',
      { at: { coordinates: [0, 2.123] as const } },
    ],
  ])('fails when %s [edge-routing-geoproximity]', (message, target) => {
    expect(refusalOf(() => RoutingPolicy.geoproximity([{ ...target, values: ['1.1.1.1'] }]))).toContain(message);
  });
});

describe('multivalue', () => {
  const many = (count: number) => (stack: Stack) =>
    RoutingPolicy.multivalue(
      Array.from({ length: count }, (_, at) => ({
        values: [`1.1.1.${at}`],
        healthCheck: checks(stack, `check${at}`)[0],
      })),
    );

  test('up to eight healthy addresses are answered, and where none is healthy eight that are not [edge-routing-multivalue, edge-routing-simulator]', () => {
    expect(asked(made(many(3)), {}, down('check1')).values).toEqual(['1.1.1.0', '1.1.1.2']);
    const ten = made(many(10));
    expect(asked(ten).values).toHaveLength(8);
    const all = Array.from({ length: 10 }, (_, at) => `check${at}`);
    expect(asked(ten, {}, down(...all)).values).toHaveLength(8);
    expect(asked(ten, {}, down(...all.slice(1))).values).toEqual(['1.1.1.0']);
  });

  test('is one address to a record, each with an id and a check of its own [edge-routing-multivalue]', () => {
    expect(setsOf(made(many(2)))).toEqual([
      {
        Name: `${name}.`,
        Type: 'A',
        TTL: '60',
        ResourceRecords: ['1.1.1.0'],
        SetIdentifier: '1.1.1.0',
        MultiValueAnswer: true,
        HealthCheckId: 'check0',
      },
      {
        Name: `${name}.`,
        Type: 'A',
        TTL: '60',
        ResourceRecords: ['1.1.1.1'],
        SetIdentifier: '1.1.1.1',
        MultiValueAnswer: true,
        HealthCheckId: 'check1',
      },
    ]);
  });

  test('fails when a record has two addresses, an id is there twice, or nobody watches one; an alias fails in the CDK too [edge-routing-multivalue]', () => {
    const values = ['1.1.1.1', '2.2.2.2'];
    const said = refusalOf((stack) =>
      RoutingPolicy.multivalue([
        { id: 'a', values, healthCheck: checks(stack, 'x')[0] },
        { id: 'a', values: ['3.3.3.3'] },
      ]),
    );
    expect(said).toContain('values are 1.1.1.1, 2.2.2.2 on one target; give each value a target');
    expect(said).toContain('a has no healthCheck, so that it would be answered also when it is down; give one');
    expect(said).toContain('id is a for two targets; give each target its own');
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const one = new ARecord(stack, 'A', { zone, recordName: 'a', target: RecordTarget.fromIpAddresses('1.1.1.1') });
    const alias = new Route53RecordTarget(one);
    expect(refusalOf(() => RoutingPolicy.multivalue([{ id: 'a', alias }]))).toContain(
      'a is an alias; several values at once cannot be aliases',
    );
    const raw = { zone, recordName: 'b', multiValueAnswer: true, setIdentifier: 'a' };
    expect(() => new ARecord(stack, 'B', { ...raw, target: RecordTarget.fromAlias(alias) })).toThrow(/alias/i);
  });
});

describe('by address', () => {
  const blocks =
    (...all: [string, string[]][]) =>
    () =>
      RoutingPolicy.ipBased({
        locations: all.map(([location, own]) => ({ location, blocks: own, values: ['1.1.1.1'] })),
        otherwise: { values: ['2.2.2.2'] },
      });

  test.each([
    ['one of the block is steered', '18.234.7.7', '1.1.1.1'],
    ['everybody else is not', '18.235.7.7', '2.2.2.2'],
    ['one of the block of IPv6 is steered', '2600:1f18:1::7', '1.1.1.1'],
    ['a private address never matches', '10.0.0.7', '2.2.2.2'],
  ])('a client is answered by its address: %s [edge-routing-ip-based, edge-routing-simulator]', (_, address, value) => {
    const template = made(blocks(['office', ['18.234.0.0/16', '2600:1f18::/36']]));
    expect(asked(template, { address }).values).toEqual([value]);
    expect(asked(template).values).toEqual(['2.2.2.2']);
  });

  test('the template has the blocks as a collection, and a default [edge-routing-ip-based]', () => {
    const template = made(blocks(['office', ['18.234.0.0/16']]));
    template.hasResourceProperties('AWS::Route53::CidrCollection', {
      Locations: [{ LocationName: 'office', CidrList: ['18.234.0.0/16'] }],
    });
    expect(setsOf(template).map(({ CidrRoutingConfig }) => CidrRoutingConfig)).toEqual([
      { CollectionId: { 'Fn::GetAtt': [expect.stringMatching(/^WwwLocations/), 'Id'] }, LocationName: 'office' },
      { CollectionId: { 'Fn::GetAtt': [expect.anything(), 'Id'] }, LocationName: '*' },
    ]);
  });

  test.each<[string, [string, string[]][]]>([
    ['blocks has 18.234.0.0/25, longer than /24; resolvers tell no more of an address', [['a', ['18.234.0.0/25']]]],
    ['blocks has 2600:1f18::/56, longer than /48', [['a', ['2600:1f18::/56']]]],
    [
      'blocks is 10.0.0.0/8, private; nobody asks from there over the internet, so that it never matches',
      [['a', ['10.0.0.0/8']]],
    ],
    [
      'blocks have 18.0.0.0/8 and 18.234.0.0/16, which overlap; give each address one location',
      [
        ['a', ['18.0.0.0/8']],
        ['b', ['18.234.0.0/16']],
      ],
    ],
    ['blocks has 0.0.0.0/0, which is everybody; give it as otherwise', [['a', ['0.0.0.0/0']]]],
    [
      'blocks is 18.234.0.1/16, which is not where a block of that size begins; write 18.234.0.0/16',
      [['a', ['18.234.0.1/16']]],
    ],
    ['blocks of a are none; give at least one', [['a', []]]],
    ['location is the whole office of ours; give 1 to 16 letters', [['the whole office of ours', ['18.234.0.0/16']]]],
  ])('fails when %s [edge-routing-ip-based]', (message, all) => {
    expect(refusalOf(blocks(...all))).toContain(message);
  });

  test('fails when nobody answers the rest [edge-routing-ip-based]', () => {
    const blind = { locations: [{ location: 'a', blocks: ['18.234.0.0/16'], values: ['1.1.1.1'] }] } as never;
    expect(refusalOf(() => RoutingPolicy.ipBased(blind))).toContain(
      'otherwise is not given, so that clients who match nothing',
    );
  });
});

/** What the rules for all records say of records somebody makes one by one in the same zone. */
function templateWith(build: (stack: Stack, zone: PublicHostedZone) => void): string {
  try {
    templateOf((stack) => {
      const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
      RecordRules.guard(stack);
      build(stack, zone);
    });
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

describe('one policy to a name', () => {
  const address = RecordTarget.fromIpAddresses('1.1.1.1');

  test('fails when one record has two, as the CDK does [edge-routing-one-policy]', () => {
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    expect(() => new ARecord(stack, 'A', { zone, target: address, weight: 1, region: 'eu-west-1' })).toThrow(
      /only one/i,
    );
  });

  test('fails when two records of a name have different ones, or one identifier [edge-routing-one-policy]', () => {
    const said = templateWith((stack, zone) => {
      new RoutedRecords(stack, 'Www', {
        zone,
        name,
        policy: RoutingPolicy.weighted([{ id: 'a', weight: 1, values: ['1.1.1.1'] }]),
      });
      new ARecord(stack, 'B', { zone, recordName: 'www', target: address, region: 'eu-west-1', setIdentifier: 'b' });
    });
    expect(said).toContain(
      'www.example.com A is weighted at Stack/Www/Records and latency at Stack/B/Resource; all records of a name and type share one policy',
    );
    const twins = templateWith((stack, zone) => {
      for (const id of ['A', 'B'])
        new ARecord(stack, id, { zone, recordName: 'www', target: address, weight: 1, setIdentifier: 'a' });
    });
    expect(twins).toContain(
      'www.example.com A has the identifier a twice, at Stack/A/Resource and Stack/B/Resource; give each its own',
    );
  });

  test('names of different zones, types and names do not get into each other’s way', () => {
    const said = templateWith((stack, zone) => {
      const other = new PublicHostedZone(stack, 'Other', { zoneName: 'example.com' });
      new ARecord(stack, 'A', { zone, recordName: 'www', target: address });
      new ARecord(stack, 'B', { zone: other, recordName: 'www', target: address });
      new ARecord(stack, 'C', { zone, recordName: 'web', target: address });
    });
    expect(said).toBe('nothing');
  });
});

test('an answer is kept for a minute, or as long as is said, but not an alias', () => {
  const simple = () => RoutingPolicy.simple({ values: ['1.1.1.1'] });
  expect(setsOf(made(simple, { ttl: Duration.minutes(5) }))[0].TTL).toBe('300');
  expect(refusalOf(simple, { ttl: Duration.seconds(2_147_483_648) })).toContain('give at most 2,147,483,647 seconds');
});

test('routed names are put together to a tree, each made after what it leads to, and down where all it leads to is [edge-routing-simulator]', () => {
  const template = templateOf((stack) => {
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const [one, other] = checks(stack, 'one', 'other');
    const policy = RoutingPolicy.multivalue([
      { values: ['1.1.1.1'], healthCheck: one },
      { values: ['2.2.2.2'], healthCheck: other },
    ]);
    const inner = new RoutedRecords(stack, 'Inner', { zone, name: 'eu.example.com', policy });
    new RoutedRecords(stack, 'Outer', {
      zone,
      name,
      types: ['A'],
      policy: RoutingPolicy.failover({ primary: { alias: inner.asTarget() }, secondary: { values: ['9.9.9.9'] } }),
    });
  });
  const [inner] = Object.keys(template.findResources('AWS::Route53::RecordSetGroup'));
  expect(Object.values(template.findResources('AWS::Route53::RecordSetGroup'))[1].DependsOn).toContain(inner);
  expect(asked(template)).toEqual({
    code: 'NOERROR',
    values: ['1.1.1.1', '2.2.2.2'],
    chosen: ['primary', '1.1.1.1', '2.2.2.2'],
    ttl: 60,
  });
  expect(asked(template, {}, down('one')).values).toEqual(['2.2.2.2']);
  expect(asked(template, {}, down('one', 'other')).values).toEqual(['9.9.9.9']);
});

test('other types than addresses are routed too, text among them', () => {
  const policy = () => RoutingPolicy.weighted([{ id: 'a', weight: 1, values: ['hola'] }]);
  const template = made(policy, { types: ['TXT'] });
  expect(setsOf(template)[0].ResourceRecords).toEqual(['"hola"']);
  expect(asked(template, {}, {}, 'TXT').values).toEqual(['"hola"']);
  expect(asked(template)).toEqual({ code: 'NODATA', values: [], chosen: [] });
});

test.each<[string, object]>([
  ['a has neither values nor an alias; give one of them', { id: 'a' }],
  [
    'a says evaluateTargetHealth, but only an alias has a target; give healthCheck',
    { id: 'a', values: ['1.1.1.1'], evaluateTargetHealth: true },
  ],
  ['values of a A is x; write four numbers', { id: 'a', values: ['x'] }],
  [`id is "", 0 characters; give 1 to 128`, { id: '', values: ['1.1.1.1'] }],
])('fails when %s', (message, target) => {
  expect(
    refusalOf(() =>
      RoutingPolicy.weighted([
        { weight: 1, ...target } as { id: string; weight: number },
        { id: 'z', weight: 1, values: ['2.2.2.2'] },
      ]),
    ),
  ).toContain(message);
});

test('fails when the zone does not hold the name, or there is no target', () => {
  expect(refusalOf(() => RoutingPolicy.weighted([]), { name: 'www.example.net' })).toContain(
    'Stack/Www:\n  name is www.example.net, which the zone example.com does not hold; give a name in it, or its own zone\n  the policy has no target; give at least one',
  );
});
