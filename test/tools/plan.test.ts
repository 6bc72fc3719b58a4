import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/plan';

/** What a command prints, on either stream, and its exit code. */
function plan(...args: string[]): { code: number; out: string; error: string } {
  const spies = [jest.spyOn(console, 'log').mockReturnValue(), jest.spyOn(console, 'error').mockReturnValue()];
  try {
    const code = run(args);
    const [out, error] = spies.map((spy) => spy.mock.calls.flat().join('\n'));
    return { code, out: out, error: error };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('groundplan plan', () => {
  test('it prints the default plan: tier, zone, CIDR, usable addresses, free slots [network-plan-report]', () => {
    expect(plan()).toEqual({
      code: 0,
      error: '',
      out: [
        'tier          zone  CIDR            usable addresses  free slots',
        '------------  ----  --------------  ----------------  ----------',
        'reserved      A     10.16.0.0/20                4091           1',
        'database      A     10.16.16.0/20               4091           0',
        'application   A     10.16.32.0/20               4091           0',
        'web           A     10.16.48.0/20               4091           0',
        'reserved      B     10.16.64.0/20               4091           1',
        'database      B     10.16.80.0/20               4091           0',
        'application   B     10.16.96.0/20               4091           0',
        'web           B     10.16.112.0/20              4091           0',
        'reserved      C     10.16.128.0/20              4091           1',
        'database      C     10.16.144.0/20              4091           0',
        'application   C     10.16.160.0/20              4091           0',
        'web           C     10.16.176.0/20              4091           0',
        '(spare zone)  D     10.16.192.0/18             16364           4',
        '',
        '10.16.0.0/16: 9 subnets, 7 of 16 slots free.',
      ].join('\n'),
    });
  });

  test('block, tiers, zones and slots can be chosen [network-plan-report]', () => {
    const { out } = plan(
      '192.168.0.0/24',
      '--tiers',
      'web,cache:isolated',
      '--zones=2',
      '--zone-slots=2',
      '--tier-slots=2',
    );
    expect(out.split('\n').slice(2)).toEqual([
      'web    A     192.168.0.0/26                  59           0',
      'cache  A     192.168.0.64/26                 59           0',
      'web    B     192.168.0.128/26                59           0',
      'cache  B     192.168.0.192/26                59           0',
      '',
      '192.168.0.0/24: 4 subnets, 0 of 4 slots free.',
    ]);
  });

  test.each<[string, string[], string]>([
    [
      'every fault of a plan at once',
      ['10.16.5.0/16', '--zones', '5'],
      'AddressPlan:\n  cidr is 10.16.5.0/16, which is not where a block of that size begins; write 10.16.0.0/16\n  zones is 5; the plan holds 4',
    ],
    [
      'a tier without access',
      ['--tiers', 'cache'],
      'tiers has cache; write it as cache:public, cache:private, cache:isolated, cache:reserved',
    ],
    [
      'a tier with an unknown access',
      ['--tiers', 'web:open'],
      'tiers has web:open; write it as web:public, web:private',
    ],
    ['a number that is none', ['--zones', 'three'], '--zones is three; give a whole number'],
    ['two blocks', ['10.16.0.0/16', '10.17.0.0/16'], '"10.17.0.0/16" is one word too many; a plan takes one block'],
    [
      'options of two forms',
      ['--cidr', '10.0.0.0/8', '--zones', '2'],
      '--zones does not go with --cidr; leave one of the two out',
    ],
    ['an option of another form', ['--write'], '--write does not go with a plan; leave one of the two out'],
  ])('fails on %s [network-cidr-canonical]', (_, args, fault) => {
    const { code, out, error } = plan(...args);
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain(fault);
  });

  test('fails on an unknown option and says what there is', () => {
    const { code, error } = plan('--zonen', '3');
    expect(code).toBe(2);
    expect(error).toContain("Unknown option '--zonen'");
    expect(error).toContain('groundplan plan --registry <file.json> [--write]');
  });
});

describe('groundplan plan --cidr', () => {
  test('192.168.1.0 to 192.168.1.255 is a /24 with 192.168.1.30 inside [network-cidr-range]', () => {
    const { code, out } = plan('--cidr', '192.168.1.0-192.168.1.255', '--has', '192.168.1.30');
    expect(code).toBe(0);
    expect(out.split('\n').slice(2)).toEqual([
      '192.168.1.0/24  192.168.1.0  192.168.1.255        256',
      '',
      '192.168.1.30 is in 192.168.1.0/24.',
    ]);
  });

  test('an unaligned range is listed block by block, and a block answers with its range [network-cidr-range]', () => {
    const { out } = plan('--cidr', '10.0.0.5-10.0.0.8', '--has', '10.0.0.9');
    expect(out.split('\n').slice(2)).toEqual([
      '10.0.0.5/32  10.0.0.5  10.0.0.5          1',
      '10.0.0.6/31  10.0.0.6  10.0.0.7          2',
      '10.0.0.8/32  10.0.0.8  10.0.0.8          1',
      '',
      '10.0.0.9 is in none of them.',
    ]);
    expect(plan('--cidr', '0.0.0.0/0').out).toContain('0.0.0.0/0  0.0.0.0  255.255.255.255  4294967296');
  });

  test.each([
    ['10.0.0.9-10.0.0.1', 'first is 10.0.0.9, above last, 10.0.0.1; write 10.0.0.1-10.0.0.9'],
    ['10.0.0.1-10.0.0.5-10.0.0.9', 'cidr is 10.0.0.1-10.0.0.5-10.0.0.9; write a block, or a first and a last address'],
    ['10.16.5.0/16', 'cidr is 10.16.5.0/16, which is not where a block of that size begins; write 10.16.0.0/16'],
  ])('fails on %s [network-cidr-range]', (range, fault) => {
    const { code, error } = plan('--cidr', range);
    expect([code, error]).toEqual([2, expect.stringContaining(fault)]);
  });
});

describe('groundplan plan --subnet', () => {
  test('it names the five reserved addresses and counts the rest [network-subnet-reserved-addresses]', () => {
    expect(plan('--subnet', '10.16.16.0/20').out).toBe(
      [
        'reserved      for',
        '------------  ----------',
        '10.16.16.0    network',
        '10.16.16.1    router',
        '10.16.16.2    DNS',
        '10.16.16.3    future use',
        '10.16.31.255  last',
        '',
        '10.16.16.0/20 runs from 10.16.16.0 to 10.16.31.255: 4096 addresses, 4091 usable.',
      ].join('\n'),
    );
  });

  test('fails on what cannot be a subnet [network-subnet-fit]', () => {
    const { code, error } = plan('--subnet', '10.16.16.0/29');
    expect([code, error]).toEqual([2, 'subnet 10.16.16.0/29 has 8 addresses; a subnet is a /16 to a /28']);
  });
});

describe('groundplan plan --registry', () => {
  const fileWith = (register: unknown): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'registry-')), 'ranges.json');
    writeFileSync(file, JSON.stringify(register));
    return file;
  };

  test('ranges are handed out, and kept only when that is asked for [network-range-registry]', () => {
    const file = fileWith({
      accounts: ['general'],
      regions: ['eu-west-1'],
      external: [{ name: 'office', cidr: '10.17.0.0/16' }],
    });
    const before = readFileSync(file, 'utf8');
    const { code, out } = plan('--registry', file);
    expect(code).toBe(0);
    expect(out.split('\n').slice(2)).toEqual([
      'general  eu-west-1  10.16.0.0/16, 10.18.0.0/16',
      '',
      '235 /16 ranges remain, beside 2 kept for further Regions.',
    ]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(plan('--registry', file, '--write').out).toBe(out);
    const written = readFileSync(file, 'utf8');
    expect(plan('--registry', file, '--write').out).toBe(out);
    expect(readFileSync(file, 'utf8')).toBe(written);
    expect(JSON.parse(written).allocations).toHaveLength(1);
  });

  test('fails with what is wrong in the file, and when there is none [network-range-registry]', () => {
    const allocations = [{ account: 'general', region: 'eu-west-1', cidrs: ['10.0.0.0/16'] }];
    const { code, error } = plan(
      '--registry',
      fileWith({ accounts: ['general'], regions: ['eu-west-1'], allocations }),
    );
    expect(code).toBe(2);
    expect(error).toContain('general in eu-west-1 has 10.0.0.0/16; 10.0 to 10.10 is where everybody starts');
    expect(plan('--registry', '/nowhere/ranges.json').error).toContain('ENOENT');
  });
});
