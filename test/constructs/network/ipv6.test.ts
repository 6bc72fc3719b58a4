import * as fc from 'fast-check';
import { address6Fault, cidr6Fault, compress6, contains6, expand6, range6 } from '../../../lib/constructs/network/ipv6';

describe('IPv6 notation', () => {
  test.each([
    ['2001:0db8:28ac:0000:0000:82ae:3910:7334', '2001:db8:28ac::82ae:3910:7334'],
    ['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['fe80:0000:0000:0000:0000:0000:0000:0000', 'fe80::'],
    ['2001:0db8:0000:0001:0000:0000:0000:0001', '2001:db8:0:1::1'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'],
  ])('%s is written %s [network-ipv6-notation]', (long, short) => {
    expect(compress6(long)).toBe(short);
    expect(expand6(short)).toBe(long);
  });

  test('any address survives being shortened, and has at most one :: [network-ipv6-notation]', () => {
    const hextet = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(hextet, { minLength: 8, maxLength: 8 }), (hextets) => {
        const long = hextets.map((one) => one.toString(16).padStart(4, '0')).join(':');
        expect(expand6(compress6(long))).toBe(long);
        expect(compress6(long).split('::').length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('2001:0db8:28ac::/48 runs to its last address, and ::/0 is everything [network-ipv6-notation]', () => {
    expect(range6('2001:0db8:28ac::/48')).toEqual({
      first: '2001:db8:28ac::',
      last: '2001:db8:28ac:ffff:ffff:ffff:ffff:ffff',
    });
    expect(range6('::/0')).toEqual({ first: '::', last: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' });
    expect(contains6('::/0', '2001:db8::1')).toBe(true);
    expect(contains6('2001:db8:28ac::/48', '2001:db8:28ac:1::/64')).toBe(true);
    expect(contains6('2001:db8:28ac::/48', '2001:db8:28ad::1')).toBe(false);
  });

  test.each([
    ['2001::1::2', 'peer is 2001::1::2; shorten one run of zeros to ::, not 2'],
    ['2001:db8', 'peer is 2001:db8, 2 hextets; write eight, or fewer with one ::'],
    ['1:2:3:4:5:6:7:8:9', 'peer is 1:2:3:4:5:6:7:8:9, 9 hextets; write eight'],
    ['1:2:3:4::5:6:7:8', 'peer is 1:2:3:4::5:6:7:8, 8 hextets; write eight, or fewer with one ::'],
    ['2001:db8::xyz', 'peer is 2001:db8::xyz; write hextets of one to four hexadecimal digits, not "xyz"'],
    ['2001:db8::12345', 'not "12345"'],
  ])('fails when an address is written %s [network-ipv6-notation]', (address, fault) => {
    expect(address6Fault('peer', address)).toContain(fault);
    expect(() => expand6(address)).toThrow(fault.replace('peer', 'address'));
  });

  test('fails when a block is not canonical [network-cidr-canonical]', () => {
    expect(cidr6Fault('cidr', '2001:db8::/32')).toBeUndefined();
    expect(cidr6Fault('cidr', '::/0')).toBeUndefined();
    expect(cidr6Fault('cidr', '2001:0db8::1/32')).toBe('cidr is 2001:0db8::1/32; write 2001:db8::/32');
    for (const cidr of ['2001:db8::', '2001:db8::/129', '2001:db8::/32/1'])
      expect(cidr6Fault('cidr', cidr)).toBe(
        `cidr is ${cidr}; write an address and a prefix from 0 to 128, such as 2001:db8::/48`,
      );
  });
});
