import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { ARecord, CnameRecord, MxRecord, PublicHostedZone, RecordTarget, TxtRecord } from 'aws-cdk-lib/aws-route53';
import {
  addresses,
  DnsRecords,
  PublicZone,
  RecordRules,
  resolve,
  type DnsRecordsProps,
  type ZoneRecord,
} from '../../../lib';
import { zoneOfTemplate } from '../../support/dns-zone';
import { templateOf, testStack } from '../../support/app';

const made = (records: readonly ZoneRecord[], props: Partial<DnsRecordsProps> = {}) =>
  templateOf((stack) => {
    const zone = new PublicZone(stack, 'Zone', { name: 'example.com' }).hostedZone;
    new DnsRecords(stack, 'Records', { zone, records, ...props });
  });
const sets = (template: Template) =>
  Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => {
    const { Name, Type, TTL, ResourceRecords } = Properties as Record<string, unknown>;
    return [Name, Type, TTL, ResourceRecords];
  });

describe('records', () => {
  test('are of every type, addresses of both families under one name [edge-record-types]', () => {
    const template = made([
      ...addresses('www', ['1.1.1.1', '2600:1f18::1', '1.0.0.1']),
      ...addresses(undefined, ['1.1.1.1']),
      { name: 'shop', type: 'CNAME', values: ['shops.example.net'] },
      { type: 'MX', values: ['10 mail', '20 spare'] },
      { name: 'about', type: 'TXT', values: ['one "two"'] },
      { type: 'CAA', values: ['0 issue "amazon.com"'] },
    ]);
    expect(sets(template)).toEqual([
      ['www.example.com.', 'A', '1800', ['1.1.1.1', '1.0.0.1']],
      ['www.example.com.', 'AAAA', '1800', ['2600:1f18::1']],
      ['example.com.', 'A', '1800', ['1.1.1.1']],
      ['shop.example.com.', 'CNAME', '1800', ['shops.example.net']],
      ['example.com.', 'MX', '1800', ['10 mail.example.com.', '20 spare.example.com.']],
      ['about.example.com.', 'TXT', '1800', ['"one \\"two\\""']],
      ['example.com.', 'CAA', '1800', ['0 issue "amazon.com"']],
    ]);
    const zone = zoneOfTemplate(template, 'example.com');
    expect(resolve({ name: 'www.example.com', type: 'AAAA' }, zone).values).toEqual(['2600:1f18::1']);
    expect(resolve({ name: 'shop.example.com' }, zone).values).toEqual(['shops.example.net']);
  });

  test.each<[string, ZoneRecord]>([
    [
      'values of shop CNAME is 1.1.1.1, an address; give a name, or an A or AAAA record',
      { name: 'shop', type: 'CNAME', values: ['1.1.1.1'] },
    ],
    ['values of shop CNAME is 2600::1, an address; give a name', { name: 'shop', type: 'CNAME', values: ['2600::1'] }],
    ['values of www A is host; write four numbers', { name: 'www', type: 'A', values: ['host'] }],
    ['values of www AAAA is 1.1.1.1; write hextets', { name: 'www', type: 'AAAA', values: ['1.1.1.1'] }],
    [
      'values of @ MX is 70000 mail; give a priority from 0 to 65535, lowest first',
      { type: 'MX', values: ['70000 mail'] },
    ],
    ['values of @ MX is mail; write a priority and a host, such as 10 mail', { type: 'MX', values: ['mail'] }],
    ['values of @ MX is 1.1.1.1, an address; give a name', { type: 'MX', values: ['10 1.1.1.1'] }],
    [
      'record www.example.com A ends in the zone already; write www',
      { name: 'www.example.com', type: 'A', values: ['1.1.1.1'] },
    ],
    [
      'record example.com A names the zone; leave its name out',
      { name: 'example.com', type: 'A', values: ['1.1.1.1'] },
    ],
  ])('fails when %s [edge-record-types]', (message, record) => {
    expect(() => made([record])).toThrow(message);
  });

  test('fails when a name and type is there twice, or a CNAME is not alone [edge-record-types]', () => {
    const one: ZoneRecord = { name: 'www', type: 'A', values: ['1.1.1.1'] };
    const alias: ZoneRecord = { name: 'www', type: 'CNAME', values: ['a.example.net'] };
    expect(() => made([one, one])).toThrow('records has www A twice; give one with all its values');
    expect(() => made([one, alias])).toThrow('records has www CNAME beside another type; a CNAME stands alone');
    expect(() => made([])).toThrow('records are none; give at least one');
  });

  test('fails when records that somebody made one by one do so, which the CDK takes [edge-record-types]', () => {
    const build = (guarded: boolean) => () =>
      templateOf((stack) => {
        const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
        const target = RecordTarget.fromIpAddresses('1.1.1.1');
        new ARecord(stack, 'A', { zone, recordName: 'www', target });
        new ARecord(stack, 'B', { zone, recordName: 'www', target });
        new CnameRecord(stack, 'C', { zone, recordName: 'www', domainName: '1.1.1.1' });
        new ARecord(stack, 'D', { zone, recordName: 'www.example.net.', target });
        if (guarded) RecordRules.guard(stack);
      });
    expect(build(false)).not.toThrow();
    expect(build(true)).toThrow(
      'www.example.com A stands beside the CNAME of Stack/C/Resource; a CNAME stands alone, so leave one of them out\n  www.example.com A is there twice, at Stack/A/Resource and Stack/B/Resource; give one record with all its values',
    );
  });

  test('fails when a name is outside the zone, which the CDK takes [edge-record-types]', () => {
    expect(() =>
      templateOf((stack) => {
        const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
        new ARecord(stack, 'D', {
          zone,
          recordName: 'www.example.net.',
          target: RecordTarget.fromIpAddresses('1.1.1.1'),
        });
        RecordRules.guard(stack);
      }),
    ).toThrow(
      'www.example.net A is not within the zone example.com; give a name that ends in example.com, or the zone that holds it',
    );
  });
});

test.each([
  ['10 mail', '10 mail.example.com.'],
  ['10 mail.other.net', '10 mail.other.net.'],
  ['10 mail.other.net.', '10 mail.other.net.'],
])(
  'a mail server %s is the host %s, though Route 53 takes what has no dot for a whole name [edge-mx-host-names]',
  (given, written) => {
    expect(sets(made([{ type: 'MX', values: [given] }]))[0][3]).toEqual([written]);
    const raw = templateOf((stack) => {
      const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
      const [priority, hostName] = given.split(' ');
      new MxRecord(stack, 'Mx', { zone, values: [{ priority: Number(priority), hostName }] });
    });
    expect(sets(raw)[0][3]).toEqual([given]);
  },
);

describe('text', () => {
  test('proves that a domain is somebody’s: it stands in quotes under the name that was asked for [edge-txt-ownership]', () => {
    const template = made([{ name: '_acme-challenge', type: 'TXT', values: ['gfj9Xq_Rg85nM'] }]);
    expect(sets(template)).toEqual([['_acme-challenge.example.com.', 'TXT', '1800', ['"gfj9Xq_Rg85nM"']]]);
    const zone = zoneOfTemplate(template, 'example.com');
    expect(resolve({ name: '_acme-challenge.example.com', type: 'TXT' }, zone).values).toEqual(['"gfj9Xq_Rg85nM"']);
  });

  test('of more than 255 characters is cut into pieces, as the CDK does [edge-record-types]', () => {
    const long = 'x'.repeat(300);
    const pieces = [`"${'x'.repeat(255)}" "${'x'.repeat(45)}"`];
    expect(sets(made([{ name: 'dkim', type: 'TXT', values: [long] }]))[0][3]).toEqual(pieces);
    const raw = templateOf((stack) => {
      const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
      new TxtRecord(stack, 'Txt', { zone, values: [long] });
    });
    expect(String((sets(raw)[0][3] as string[])[0]).replace(/"\s*"/, '" "')).toBe(pieces[0]);
  });
});

describe('how long answers are kept', () => {
  const one: ZoneRecord = { name: 'www', type: 'A', values: ['1.1.1.1'] };

  test('is half an hour while nothing changes and a minute before a change; a record may say otherwise [edge-record-ttl]', () => {
    const ttl = (props: Partial<DnsRecordsProps>, record = one) => sets(made([record], props))[0][2];
    expect(ttl({})).toBe('1800');
    expect(ttl({ ttl: 'steady' })).toBe('1800');
    expect(ttl({ ttl: 'migration' })).toBe('60');
    expect(ttl({}, { ...one, ttl: Duration.seconds(0) })).toBe('0');
    expect(ttl({}, { ...one, ttl: Duration.seconds(2_147_483_647) })).toBe('2147483647');
  });

  test('fails when it is longer than the DNS can say, which the CDK takes [edge-record-ttl]', () => {
    const ttl = Duration.seconds(2_147_483_648);
    expect(() => made([{ ...one, ttl }])).toThrow('give at most 2,147,483,647 seconds');
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    expect(() => new ARecord(stack, 'A', { zone, target: RecordTarget.fromIpAddresses('1.1.1.1'), ttl })).not.toThrow();
  });
});

test('fails when a CNAME is at the top of a zone, which the CDK takes, and says what goes there [edge-cname-apex]', () => {
  expect(() => made([{ type: 'CNAME', values: ['a.example.net'] }])).toThrow(
    'records has @ CNAME, but a zone’s own name cannot be an alias by CNAME; use an AliasRecord, or addresses'.replace(
      '’',
      "'",
    ),
  );
  const build = (guarded: boolean) => () =>
    templateOf((stack) => {
      const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
      new CnameRecord(stack, 'C', { zone, domainName: 'a.example.net' });
      if (guarded) RecordRules.guard(stack);
    });
  expect(build(false)).not.toThrow();
  expect(build(true)).toThrow(
    'example.com CNAME is at the top of the zone, where a CNAME cannot be; use an AliasRecord, or addresses',
  );
});
