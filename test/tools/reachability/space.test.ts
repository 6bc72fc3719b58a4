import * as fc from 'fast-check';
import { contains, overlaps, split } from '../../../lib/constructs/network/cidr';
import {
  block,
  cut,
  everywhere,
  isPrivate,
  parseBlock,
  publicAddress,
  relation,
  unknownBlock,
} from '../../../tools/reachability/space/blocks';
import { asked, icmp, tcp, udp } from '../../../tools/reachability/space/question';
import { difference, intersection, union, type Ranges } from '../../../tools/reachability/space/ranges';
import {
  either,
  everything,
  includes,
  nothing,
  rule,
  trafficText,
  without,
} from '../../../tools/reachability/space/traffic';

/** A set of small numbers both ways: as ranges, and one by one. */
const ranges = fc
  .array(fc.tuple(fc.nat(30), fc.nat(6)).map(([low, length]) => [low, low + length] as const))
  .map((parts) => parts.map((part): Ranges => [part]).reduce(union, []));
const members = (set: Ranges) =>
  new Set(set.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i)));
const sorted = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

describe('sets of ports', () => {
  test('union, intersection and difference are those of the numbers in them', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [one, other] = [members(a), members(b)];
        expect(sorted(members(union(a, b)))).toEqual(sorted(new Set([...one, ...other])));
        expect(sorted(members(intersection(a, b)))).toEqual(sorted([...one].filter((x) => other.has(x))));
        expect(sorted(members(difference(a, b)))).toEqual(sorted([...one].filter((x) => !other.has(x))));
      }),
    );
  });

  test('are kept ascending, apart and not adjacent, so that equal sets look alike', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        for (const set of [union(a, b), intersection(a, b), difference(a, b)])
          set.forEach(([low, high], i) => {
            expect(low).toBeLessThanOrEqual(high);
            if (i > 0) expect(low).toBeGreaterThan(set[i - 1][1]);
          });
        expect(union(a, b)).toEqual(union(b, a));
      }),
    );
  });
});

describe('blocks', () => {
  const cidr = fc.tuple(fc.nat(255), fc.integer({ min: 8, max: 32 })).map(([octet, prefix]) => {
    const made = parseBlock(`10.${octet % 4}.${octet}.${octet}/${prefix}`);
    return (made as { text: string }).text;
  });

  test('lie to each other as the address arithmetic says', () => {
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        const lies = relation(block(a), block(b));
        expect(lies === 'inside').toBe(contains(b, a));
        expect(lies === 'apart').toBe(!overlaps(a, b));
      }),
    );
  });

  test('are cut as Fn::Cidr cuts them', () => {
    expect(cut(block('10.16.0.0/16'), 16, 12).map(({ text }) => text)).toEqual(split('10.16.0.0/16', 20));
  });

  test('ignore the bits behind their prefix, as EC2 does', () => {
    expect(block('100.68.0.18/18').text).toBe('100.68.0.0/18');
    expect(block('10.0.0.7').text).toBe('10.0.0.7/32');
    expect(block('2001:db8::1/64').text).toBe('2001:db8::/64');
  });

  test.each(['10.0.0.0/33', '10.0.0/8', '10.0.0.256', '2001:db8::/129', '10.0.0.0/8/8', '2001::db8::/32', ''])(
    'fails when the text is "%s"',
    (text) => {
      expect(parseBlock(text)).toEqual(expect.stringMatching(/write|shorten/));
    },
  );

  test('given at deployment are inside everything, apart from private ranges when public, and otherwise not known', () => {
    const open = unknownBlock(4, { key: 'a', reason: 'x', isPublic: false }, 'open');
    const address = publicAddress('Host');
    expect(relation(open, everywhere[4])).toBe('inside');
    expect(relation(everywhere[4], open)).toBe('part');
    expect(relation(open, block('10.0.0.0/8'))).toBe('unknown');
    expect(relation(block('10.0.0.0/8'), open)).toBe('unknown');
    expect(relation(address, everywhere[4])).toBe('inside');
    expect(relation(address, block('10.0.0.0/8'))).toBe('apart');
    expect(relation(address, block('203.0.113.0/24'))).toBe('unknown');
    expect(relation(address, publicAddress('Other'))).toBe('apart');
    expect(relation(open, address)).toBe('unknown');
    expect(relation(open, everywhere[6])).toBe('apart');
    const [first, second] = cut(open, 2, 8);
    expect([relation(first, second), relation(first, open), relation(first, first)]).toEqual([
      'apart',
      'inside',
      'inside',
    ]);
  });

  test('are private by the ranges the internet does not carry', () => {
    expect(
      ['10.1.0.0/16', '172.31.0.0/16', '192.168.0.0/24', '100.64.0.0/10', '127.0.0.1/32', 'fd00::/8', '::1'].map(
        (text) => isPrivate(block(text)),
      ),
    ).toEqual(Array(7).fill(true));
    expect(['172.32.0.0/16', '8.8.8.8', '2001:db8::/32', '0.0.0.0/0'].map((text) => isPrivate(block(text)))).toEqual(
      Array(4).fill(false),
    );
  });
});

describe('traffic', () => {
  test.each<[Parameters<typeof rule>, string]>([
    [['tcp', 443, 443], 'tcp 443'],
    [['6', 1024, 65_535], 'tcp 1024-65535'],
    [['udp', 53, 53], 'udp 53'],
    [['tcp'], 'tcp'],
    [['icmp', 8, -1], 'ping'],
    [['icmpv6', 128, -1], 'ping'],
    [['icmp', 0, -1], 'icmp 0'],
    [['icmp', 3, 4], 'icmp 3/4'],
    [['icmp', -1, -1], 'icmp'],
    [['-1', 80, 80], 'everything'],
    [['47'], 'protocol 47'],
  ])('a rule of %j is %s', (rule_, text) => {
    expect(trafficText(rule(...rule_))).toBe(text);
  });

  test('of all kinds is written in one line', () => {
    expect(
      trafficText(
        either(either(rule('tcp', 80, 80), rule('tcp', 443, 443)), either(rule('udp', 53, 53), rule('icmp', 8))),
      ),
    ).toBe('tcp 80, 443; udp 53; ping');
    expect(trafficText(nothing)).toBe('nothing');
    expect(trafficText(without(everything, rule('tcp')))).toBe('udp; icmp; other protocols');
  });

  test.each([
    ['443', 'tcp 443'],
    ['tcp 80,443', 'tcp 80, 443'],
    ['tcp/80, 443', 'tcp 80, 443'],
    ['udp/53', 'udp 53'],
    ['udp 1024-65535; ping', 'udp 1024-65535; ping'],
    ['tcp', 'tcp'],
    ['everything', 'everything'],
    ['anything', 'everything'],
    ['', 'everything'],
  ])('asked for as "%s" is %s', (text, expected) => {
    expect(trafficText(asked(text).traffic)).toBe(expected);
  });

  test.each(['https', '70000', '80-', '443-80', 'tcp x', 'sctp 5'])('fails when it is asked for as "%s"', (text) => {
    expect(() => asked(text)).toThrow(/is no (traffic|port)/);
  });

  test('of several ports is asked about as a whole, of a protocol or at all in any part', () => {
    expect([
      tcp(80, 443).all,
      udp('1-9').all,
      icmp().all,
      tcp().all,
      asked('anything').all,
      asked('everything').all,
    ]).toEqual([true, true, true, false, false, true]);
    expect(includes(tcp(80, '443-445').traffic, rule('tcp', 444, 444))).toBe(true);
  });
});
