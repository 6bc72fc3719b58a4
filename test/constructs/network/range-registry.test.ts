import * as fc from 'fast-check';
import { RangeRegistry, type RangeRegister } from '../../../lib/constructs/network/range-registry';

const register: RangeRegister = { accounts: ['general', 'production'], regions: ['eu-west-1', 'us-east-1'] };
const refusal = (change: Partial<RangeRegister>) => () => new RangeRegistry({ ...register, ...change });

describe('RangeRegistry', () => {
  test('ranges are handed out two by two from 10.16.0.0/16 up [network-range-registry]', () => {
    const registry = new RangeRegistry(register);
    expect(registry.toTable()).toEqual([
      ['account', 'region', 'ranges'],
      ['general', 'eu-west-1', '10.16.0.0/16, 10.17.0.0/16'],
      ['general', 'us-east-1', '10.18.0.0/16, 10.19.0.0/16'],
      ['production', 'eu-west-1', '10.20.0.0/16, 10.21.0.0/16'],
      ['production', 'us-east-1', '10.22.0.0/16, 10.23.0.0/16'],
    ]);
    expect(registry.ranges('production', 'eu-west-1')).toEqual(['10.20.0.0/16', '10.21.0.0/16']);
  });

  test('it says how many ranges remain beyond those kept for more Regions [network-range-registry]', () => {
    const registry = new RangeRegistry(register);
    expect(registry.reserved).toBe(4);
    expect(registry.remaining).toBe(240 - 8 - 4);
    expect(new RangeRegistry({ ...register, bufferRegions: 3 }).remaining).toBe(240 - 8 - 12);
  });

  test('networks of others are passed over [network-range-registry]', () => {
    const registry = new RangeRegistry({
      ...register,
      external: [
        { name: 'office', cidr: '10.16.4.0/24' },
        { name: 'partner', cidr: '10.18.0.0/15' },
        { name: 'other cloud', cidr: '172.16.0.0/12' },
      ],
    });
    expect(registry.ranges('general', 'eu-west-1')).toEqual(['10.17.0.0/16', '10.20.0.0/16']);
  });

  test('running it again changes nothing [network-range-registry]', () => {
    const once = JSON.stringify(new RangeRegistry(register).toJSON());
    expect(JSON.stringify(RangeRegistry.parse(once).toJSON())).toBe(once);
  });

  test('what was handed out stays when accounts and Regions are added, and nobody shares an address [network-range-registry]', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, names, names, names, (accounts, regions, newAccounts, newRegions) => {
        const before = new RangeRegistry({ accounts, regions });
        const after = new RangeRegistry({
          ...before.toJSON(),
          accounts: [...new Set([...newAccounts, ...accounts])],
          regions: [...new Set([...newRegions, ...regions])],
        });
        for (const { account, region, cidrs } of before.allocations)
          expect(after.ranges(account, region)).toEqual(cidrs);
        const all = after.allocations.flatMap(({ cidrs }) => cidrs);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  test('an account with too few ranges is topped up beside those it has [network-range-registry]', () => {
    const allocations = [{ account: 'general', region: 'eu-west-1', cidrs: ['10.40.0.0/16'] }];
    const registry = new RangeRegistry({ ...register, allocations });
    expect(registry.ranges('general', 'eu-west-1')).toEqual(['10.40.0.0/16', '10.16.0.0/16']);
    expect(registry.allocations.filter(({ account }) => account === 'general')).toHaveLength(2);
  });

  test('fails when the private range is used up, counting what is kept in reserve [network-range-registry]', () => {
    const accounts = Array.from({ length: 30 }, (_, i) => `account${i}`);
    const regions = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];
    expect(new RangeRegistry({ accounts, regions }).remaining).toBe(0);
    expect(refusal({ accounts, regions, external: [{ name: 'office', cidr: '10.99.0.0/16' }] })).toThrow(
      'RangeRegistry:\n  30 accounts in 3 Regions, with 1 in reserve and 2 ranges each, need 240 more /16 ranges; 239 are free, so plan for fewer, or give some accounts smaller blocks',
    );
  });

  test.each<[string, string, string]>([
    [
      'where everybody starts',
      '10.0.0.0/16',
      '10.0 to 10.10 is where everybody starts, so hand out 10.16.0.0/16 and above',
    ],
    ['at the end of that', '10.10.0.0/16', '10.0 to 10.10 is where everybody starts'],
    ['of another family', '192.168.0.0/16', 'hand out ranges of 10.16.0.0/16 to 10.255.0.0/16'],
    ['of the office', '10.50.1.0/24', 'which overlaps office at 10.50.0.0/16; hand out another range'],
    [
      'of another account',
      '10.60.0.0/17',
      'which overlaps 10.60.0.0/16 of general in eu-west-1; hand out another range',
    ],
    ['that is not canonical', '10.61.1.0/16', 'which is not where a block of that size begins; write 10.61.0.0/16'],
  ])('fails when somebody was given a range %s [network-range-registry]', (_, cidr, fault) => {
    const external = [{ name: 'office', cidr: '10.50.0.0/16' }];
    const allocations = [
      { account: 'general', region: 'eu-west-1', cidrs: ['10.60.0.0/16'] },
      { account: 'production', region: 'eu-west-1', cidrs: [cidr] },
    ];
    expect(refusal({ external, allocations })).toThrow(fault);
  });

  test('fails with every fault of the register at once [network-range-registry]', () => {
    expect(
      refusal({ accounts: [], regions: ['eu-west-1', 'eu-west-1'], rangesPerRegion: 1, bufferRegions: -1 }),
    ).toThrow(
      [
        'RangeRegistry:',
        'accounts are none; name at least one',
        'regions name eu-west-1 twice; name it once',
        'bufferRegions is -1; give 0 or more',
        'rangesPerRegion is 1; give 2 or more, so that a second VPC finds room beside the first',
      ].join('\n  '),
    );
    expect(refusal({ external: [{ name: 'office', cidr: '10.50.0.1/16' }] })).toThrow(
      'external office is 10.50.0.1/16, which is not where a block of that size begins; write 10.50.0.0/16',
    );
  });

  test('fails when asked for ranges that were not handed out', () => {
    expect(() => new RangeRegistry(register).ranges('general', 'ap-southeast-2')).toThrow(
      'RangeRegistry: nothing is allocated to general in ap-southeast-2; add both to the register',
    );
  });
});
