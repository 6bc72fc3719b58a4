import * as fc from 'fast-check';
import {
  addressFault,
  cidrFault,
  cidrToRange,
  contains,
  count,
  fixedAddressFault,
  overlaps,
  prefixOf,
  rangeToCidrs,
  reservedAddresses,
  resolverAddress,
  secondaryCidrFaults,
  split,
  subnetFaults,
  usableAddresses,
  vpcCidrFaults,
} from '../../../lib/constructs/network/cidr';

/** A random address as a number, as text, and a random canonical block. */
const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const text = (n: number): string => [24, 16, 8, 0].map((bits) => Math.floor(n / 2 ** bits) % 256).join('.');
const block = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([n, prefix]) => `${text(n - (n % 2 ** (32 - prefix)))}/${prefix}`);

describe('counting and cutting', () => {
  test.each([
    ['10.16.0.0/16', 65_536],
    ['10.16.16.0/20', 4096],
    ['192.168.1.0/24', 256],
    ['10.0.0.16/28', 16],
    ['10.0.0.1/32', 1],
    ['0.0.0.0/0', 4_294_967_296],
  ])('%s holds %d addresses [network-cidr-count]', (cidr, addresses) => {
    expect(count(cidr)).toBe(addresses);
  });

  test('a /16 splits into two /17, four /18, eight /19 or sixteen /20 [network-cidr-count]', () => {
    expect(split('10.0.0.0/16', 17)).toEqual(['10.0.0.0/17', '10.0.128.0/17']);
    expect([18, 19, 20].map((prefix) => split('10.0.0.0/16', prefix).length)).toEqual([4, 8, 16]);
    expect(split('10.0.0.0/16', 16)).toEqual(['10.0.0.0/16']);
  });

  test.each([15, 33, 17.5])('fails when a /16 is to be cut into parts of /%d', (prefix) => {
    expect(() => split('10.0.0.0/16', prefix)).toThrow(
      `prefix is ${prefix}; 10.0.0.0/16 can be cut into parts of /16 to /32`,
    );
  });

  test('the parts of any block cover it exactly and never overlap [network-cidr-count]', () => {
    fc.assert(
      fc.property(block, fc.integer({ min: 0, max: 6 }), (whole, deeper) => {
        const parts = split(whole, Math.min(32, prefixOf(whole) + deeper));
        expect(parts.reduce((sum, part) => sum + count(part), 0)).toBe(count(whole));
        expect(parts.every((part) => contains(whole, part))).toBe(true);
        parts.slice(1).forEach((part, i) => expect(overlaps(parts[i], part)).toBe(false));
      }),
    );
  });

  test('two blocks overlap just when one holds the other [network-cidr-count]', () => {
    fc.assert(
      fc.property(block, block, (a, b) => {
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
        expect(overlaps(a, b)).toBe(overlaps(b, a));
      }),
    );
    expect(overlaps('10.0.0.0/17', '10.0.128.0/17')).toBe(false);
    expect(overlaps('10.0.0.0/16', '10.0.128.0/17')).toBe(true);
    expect(contains('10.0.128.0/17', '10.0.0.0/16')).toBe(false);
  });
});

describe('ranges', () => {
  test('192.168.1.0 to 192.168.1.255 is 192.168.1.0/24, 256 addresses, 192.168.1.30 among them [network-cidr-range]', () => {
    expect(rangeToCidrs('192.168.1.0', '192.168.1.255')).toEqual(['192.168.1.0/24']);
    expect(cidrToRange('192.168.1.0/24')).toEqual({ first: '192.168.1.0', last: '192.168.1.255' });
    expect(contains('192.168.1.0/24', '192.168.1.30')).toBe(true);
    expect(contains('192.168.1.0/24', '192.168.2.30')).toBe(false);
  });

  test('an unaligned range becomes the shortest list of blocks [network-cidr-range]', () => {
    expect(rangeToCidrs('10.0.0.5', '10.0.0.17')).toEqual([
      '10.0.0.5/32',
      '10.0.0.6/31',
      '10.0.0.8/29',
      '10.0.0.16/31',
    ]);
  });

  test('the extremes are every address and exactly one [network-cidr-range]', () => {
    expect(rangeToCidrs('0.0.0.0', '255.255.255.255')).toEqual(['0.0.0.0/0']);
    expect(rangeToCidrs('10.0.0.1', '10.0.0.1')).toEqual(['10.0.0.1/32']);
  });

  test('any range converts to blocks that hold it exactly, and a block to itself [network-cidr-range]', () => {
    fc.assert(
      fc.property(address, address, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const blocks = rangeToCidrs(text(from), text(to));
        expect(cidrToRange(blocks[0]).first).toBe(text(from));
        expect(cidrToRange(blocks.at(-1)!).last).toBe(text(to));
        expect(blocks.reduce((sum, one) => sum + count(one), 0)).toBe(to - from + 1);
      }),
    );
    fc.assert(
      fc.property(block, (one) => {
        const { first, last } = cidrToRange(one);
        expect(rangeToCidrs(first, last)).toEqual([one]);
      }),
    );
  });

  test('fails when a range is upside down, or its ends are no addresses [network-cidr-range]', () => {
    expect(() => rangeToCidrs('10.0.0.9', '10.0.0.1')).toThrow(
      'first is 10.0.0.9, above last, 10.0.0.1; write 10.0.0.1-10.0.0.9',
    );
    expect(() => rangeToCidrs('10.0.0', '10.0.0.256')).toThrow(
      'first is 10.0.0; write four numbers with dots between them, such as 10.16.0.10\nlast is 10.0.0.256; write octets from 0 to 255, not 256',
    );
  });
});

describe('canonical form', () => {
  test.each([
    ['10.16.5.0/16', 'which is not where a block of that size begins; write 10.16.0.0/16'],
    ['10.16.0.1/32x', 'write four numbers and a prefix, such as 10.16.0.0/16'],
    ['10.16.0.0', 'write four numbers and a prefix, such as 10.16.0.0/16'],
    ['10.16/16', 'write four numbers and a prefix, such as 10.16.0.0/16'],
    ['10.300.0.0/16', 'write octets from 0 to 255, not 300'],
    ['10.16.0.0/33', 'write a prefix from 0 to 32, not 33'],
    ['010.16.0.0/16', 'write 10 instead of 010, which some programs read as octal'],
    ['10.0.0.0/08', 'which is not where a block of that size begins; write 10.0.0.0/8'],
  ])('fails when a block is written %s [network-cidr-canonical]', (cidr, remedy) => {
    expect(cidrFault('cidr', cidr)).toMatch(`cidr is ${cidr}`);
    expect(cidrFault('cidr', cidr)).toContain(remedy);
  });

  test('a block with its network address is taken as it is, and any other address of it is refused [network-cidr-canonical]', () => {
    fc.assert(
      fc.property(block, fc.nat(), (one, offset) => {
        expect(cidrFault('cidr', one)).toBeUndefined();
        const inside = text(addressIn(one) + (offset % count(one)));
        const fault = cidrFault('cidr', `${inside}/${prefixOf(one)}`);
        expect(fault === undefined).toBe(inside === one.split('/')[0]);
      }),
    );
  });

  test('an address is four octets', () => {
    expect(addressFault('peer', '10.16.0.10')).toBeUndefined();
    expect(addressFault('peer', '10.16.0')).toContain('peer is 10.16.0; write four numbers');
  });
});

describe('ranges of a VPC', () => {
  test.each(['10.0.0.0/16', '10.255.0.0/16', '172.16.0.0/16', '172.30.0.0/16', '192.168.0.0/16', '10.16.0.0/28'])(
    '%s is taken [network-private-ranges, network-vpc-size-limits]',
    (cidr) => {
      expect(vpcCidrFaults('cidr', cidr)).toEqual([]);
    },
  );

  test.each(['8.8.0.0/16', '172.15.0.0/16', '172.32.0.0/16', '192.169.0.0/16', '11.0.0.0/16'])(
    'fails when a VPC would use %s of the internet, unless it is yours [network-private-ranges]',
    (cidr) => {
      expect(vpcCidrFaults('cidr', cidr)).toEqual([
        `cidr is ${cidr}, which the internet routes to somebody else; choose from 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or set allowPublicRange if it is yours`,
      ]);
      expect(vpcCidrFaults('cidr', cidr, { allowPublicRange: true })).toEqual([]);
    },
  );

  test.each([
    ['127.0.0.0/16', 'loopback'],
    ['169.254.0.0/16', 'link-local'],
    ['224.0.0.0/16', 'multicast'],
    ['0.0.0.0/16', '"this network"'],
    ['250.0.0.0/16', 'reserved by the IETF'],
  ])('fails when a VPC would use %s, also where public ranges are allowed [network-private-ranges]', (cidr, kind) => {
    expect(vpcCidrFaults('cidr', cidr, { allowPublicRange: true })).toEqual([
      `cidr is ${cidr}, which is ${kind}; choose from 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16`,
    ]);
  });

  test('fails when the shared range is the primary one, and takes it as a secondary [network-private-ranges]', () => {
    expect(vpcCidrFaults('cidr', '100.64.0.0/16')).toEqual([
      expect.stringContaining('cidr is 100.64.0.0/16, which is only for secondary blocks'),
    ]);
    expect(secondaryCidrFaults('secondaryCidrs', '10.16.0.0/16', ['100.64.0.0/16'])).toEqual([]);
  });

  test('fails when a VPC would be larger than a /16 or smaller than a /28 [network-vpc-size-limits]', () => {
    expect(vpcCidrFaults('cidr', '10.16.0.0/15')).toEqual([
      'cidr is 10.16.0.0/15, 131072 addresses; a VPC takes at most a /16, such as 10.16.0.0/16',
    ]);
    expect(vpcCidrFaults('cidr', '10.16.0.0/29')).toEqual([
      'cidr is 10.16.0.0/29, 8 addresses; a VPC takes at least a /28, 16 addresses',
    ]);
  });

  test('fails when a VPC would use the range of the default one, unless that is meant [network-default-vpc-guard]', () => {
    const fault =
      'cidr is 172.31.0.0/16, which overlaps 172.31.0.0/16, the range of every default VPC; choose another, such as 10.16.0.0/16, or set allowDefaultRange';
    expect(vpcCidrFaults('cidr', '172.31.0.0/16')).toEqual([fault]);
    expect(vpcCidrFaults('cidr', '172.31.128.0/20')).toHaveLength(1);
    expect(vpcCidrFaults('cidr', '172.31.0.0/16', { allowDefaultRange: true })).toEqual([]);
  });
});

describe('secondary blocks', () => {
  const faults = (...cidrs: string[]) => secondaryCidrFaults('secondaryCidrs', '10.16.0.0/16', cidrs);

  test('four more blocks of the same family are taken [network-secondary-cidr]', () => {
    expect(faults('10.17.0.0/16', '10.18.0.0/16', '10.19.0.0/16', '10.20.0.0/16')).toEqual([]);
  });

  test('fails when there would be six blocks [network-secondary-cidr]', () => {
    expect(faults('10.17.0.0/16', '10.18.0.0/16', '10.19.0.0/16', '10.20.0.0/16', '10.21.0.0/16')).toEqual([
      'secondaryCidrs are 5 blocks; a VPC holds five with its primary one, so give at most 4',
    ]);
  });

  test('fails when a block lies inside the primary one or another [network-secondary-cidr]', () => {
    expect(faults('10.16.128.0/17', '10.18.0.0/16', '10.18.4.0/24')).toEqual([
      'secondaryCidrs has 10.16.128.0/17, which overlaps 10.16.0.0/16; choose a block beside it',
      'secondaryCidrs has 10.18.4.0/24, which overlaps 10.18.0.0/16; choose a block beside it',
    ]);
  });

  test('fails when a block is no /16 to /28, or not canonical [network-secondary-cidr]', () => {
    expect(faults('10.18.0.0/15')).toEqual(['secondaryCidrs has 10.18.0.0/15; a block of a VPC is a /16 to a /28']);
    expect(faults('10.18.1.0/16')).toEqual([
      'secondaryCidrs is 10.18.1.0/16, which is not where a block of that size begins; write 10.18.0.0/16',
    ]);
  });

  test.each([
    ['10.16.0.0/16', '10.0.0.0/8', '172.16.0.0/16', '172.16.0.0/12'],
    ['10.16.0.0/16', '10.0.0.0/8', '192.168.0.0/16', '192.168.0.0/16'],
    ['172.16.0.0/16', '172.16.0.0/12', '10.16.0.0/16', '10.0.0.0/8'],
    ['172.16.0.0/16', '172.16.0.0/12', '192.168.0.0/20', '192.168.0.0/16'],
    ['192.168.0.0/20', '192.168.0.0/16', '10.16.0.0/16', '10.0.0.0/8'],
    ['192.168.0.0/20', '192.168.0.0/16', '172.16.0.0/16', '172.16.0.0/12'],
  ])('fails when %s of %s is joined by %s of %s [network-secondary-cidr-families]', (primary, family, cidr, other) => {
    expect(secondaryCidrFaults('secondaryCidrs', primary, [cidr])).toEqual([
      `secondaryCidrs has ${cidr} of ${other} beside ${primary} of ${family}, which AWS refuses; choose from ${family} or 100.64.0.0/10`,
    ]);
  });

  test('public blocks are taken, 198.19.0.0/16 and loopback are refused [network-secondary-cidr-families]', () => {
    expect(faults('52.0.0.0/16', '100.64.0.0/16')).toEqual([]);
    expect(faults('198.19.0.0/16')).toEqual([
      'secondaryCidrs has 198.19.0.0/16, but AWS uses 198.19.0.0/16 itself; choose from 10.0.0.0/8 or 100.64.0.0/10',
    ]);
    expect(faults('127.0.0.0/16')).toEqual([expect.stringContaining('which is loopback')]);
  });
});

describe('subnets', () => {
  test('five addresses of 10.16.16.0/20 cannot be used [network-subnet-reserved-addresses]', () => {
    expect(reservedAddresses('10.16.16.0/20')).toEqual([
      { address: '10.16.16.0', use: 'network' },
      { address: '10.16.16.1', use: 'router' },
      { address: '10.16.16.2', use: 'DNS' },
      { address: '10.16.16.3', use: 'future use' },
      { address: '10.16.31.255', use: 'last' },
    ]);
  });

  test.each([
    ['10.16.16.0/20', 4091],
    ['192.168.1.0/24', 251],
    ['10.0.0.0/28', 11],
    ['10.0.0.0/30', 0],
  ])('%s has %d usable addresses [network-subnet-reserved-addresses]', (cidr, usable) => {
    expect(usableAddresses(cidr)).toBe(usable);
  });

  test('fails when a fixed address is reserved or outside its subnet [network-subnet-reserved-addresses]', () => {
    expect(fixedAddressFault('privateIpAddress', '10.16.16.4', '10.16.16.0/20')).toBeUndefined();
    expect(fixedAddressFault('privateIpAddress', '10.16.31.254', '10.16.16.0/20')).toBeUndefined();
    expect(fixedAddressFault('privateIpAddress', '10.16.16.2', '10.16.16.0/20')).toBe(
      'privateIpAddress is 10.16.16.2, which 10.16.16.0/20 reserves (DNS); choose one from 10.16.16.4 to 10.16.31.254',
    );
    expect(fixedAddressFault('privateIpAddress', '10.16.31.255', '10.16.16.0/20')).toContain('reserves (last)');
    expect(fixedAddressFault('privateIpAddress', '10.16.32.10', '10.16.16.0/20')).toBe(
      'privateIpAddress is 10.16.32.10, outside its subnet 10.16.16.0/20; choose one from 10.16.16.4 to 10.16.31.254',
    );
    expect(fixedAddressFault('privateIpAddress', '10.16.400.1', '10.16.16.0/20')).toContain('not 400');
  });

  test('subnets beside each other inside the VPC are taken [network-subnet-fit]', () => {
    expect(subnetFaults(['10.16.0.0/16', '100.64.0.0/16'], ['10.16.0.0/20', '10.16.16.0/28', '100.64.0.0/24'])).toEqual(
      [],
    );
  });

  test('fails when subnets overlap, nest, lie outside or are smaller than a /28 [network-subnet-fit]', () => {
    expect(subnetFaults(['10.16.0.0/16'], ['10.16.0.0/20', '10.16.0.0/20'])).toEqual([
      'subnet 10.16.0.0/20 overlaps subnet 10.16.0.0/20; give each address to one subnet',
    ]);
    expect(subnetFaults(['10.16.0.0/16'], ['10.16.0.0/20', '10.16.4.0/24'])).toEqual([
      'subnet 10.16.4.0/24 overlaps subnet 10.16.0.0/20; give each address to one subnet',
    ]);
    expect(subnetFaults(['10.16.0.0/16', '10.18.0.0/16'], ['10.17.0.0/24'])).toEqual([
      'subnet 10.17.0.0/24 lies outside 10.16.0.0/16 and 10.18.0.0/16; choose a block inside',
    ]);
    expect(subnetFaults(['10.16.0.0/16'], ['10.16.0.0/29'])).toEqual([
      'subnet 10.16.0.0/29 has 8 addresses; a subnet is a /16 to a /28',
    ]);
    expect(subnetFaults(['10.0.0.0/8'], ['10.16.0.0/15'])).toEqual([
      'subnet 10.16.0.0/15 has 131072 addresses; a subnet is a /16 to a /28',
    ]);
    expect(subnetFaults(['10.16.0.0/16'], ['10.16.1.0/20'])).toEqual([
      'subnet is 10.16.1.0/20, which is not where a block of that size begins; write 10.16.0.0/20',
    ]);
  });

  test.each([
    ['10.16.0.0/16', '10.16.0.2'],
    ['192.168.0.0/16', '192.168.0.2'],
    ['10.0.0.0/16', '10.0.0.2'],
  ])('the resolver of %s answers at %s [network-resolver-address]', (cidr, resolver) => {
    expect(resolverAddress(cidr)).toBe(resolver);
  });
});

const addressIn = (cidr: string): number =>
  cidr
    .split('/')[0]
    .split('.')
    .reduce((sum, octet) => sum * 256 + Number(octet), 0);
