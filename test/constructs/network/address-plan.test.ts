import * as fc from 'fast-check';
import { AddressPlan, defaultTiers, defaultVpcLayout } from '../../../lib/constructs/network/address-plan';
import { contains, count, overlaps } from '../../../lib/constructs/network/cidr';

const refusal = (props: ConstructorParameters<typeof AddressPlan>[0]) => () => new AddressPlan(props);

describe('AddressPlan', () => {
  test('the default plan cuts 10.16.0.0/16 zone by zone into sixteen /20 [network-sixteen-subnet-plan]', () => {
    const plan = new AddressPlan();
    const table = ['reserved', 'database', 'application', 'web'].map((tier) =>
      [0, 1, 2].map((zone) => plan.subnet(tier, zone)),
    );
    expect(table).toEqual([
      ['10.16.0.0/20', '10.16.64.0/20', '10.16.128.0/20'],
      ['10.16.16.0/20', '10.16.80.0/20', '10.16.144.0/20'],
      ['10.16.32.0/20', '10.16.96.0/20', '10.16.160.0/20'],
      ['10.16.48.0/20', '10.16.112.0/20', '10.16.176.0/20'],
    ]);
    expect(plan.slots).toHaveLength(16);
    expect(plan.spareZones).toEqual(['10.16.192.0/18']);
    expect(plan.freeSlots).toBe(7);
  });

  test('the plan prints tier, zone, CIDR, usable addresses and free slots [network-plan-report]', () => {
    expect(new AddressPlan().toTable()).toEqual([
      ['tier', 'zone', 'CIDR', 'usable addresses', 'free slots'],
      ['reserved', 'A', '10.16.0.0/20', 4091, 1],
      ['database', 'A', '10.16.16.0/20', 4091, 0],
      ['application', 'A', '10.16.32.0/20', 4091, 0],
      ['web', 'A', '10.16.48.0/20', 4091, 0],
      ['reserved', 'B', '10.16.64.0/20', 4091, 1],
      ['database', 'B', '10.16.80.0/20', 4091, 0],
      ['application', 'B', '10.16.96.0/20', 4091, 0],
      ['web', 'B', '10.16.112.0/20', 4091, 0],
      ['reserved', 'C', '10.16.128.0/20', 4091, 1],
      ['database', 'C', '10.16.144.0/20', 4091, 0],
      ['application', 'C', '10.16.160.0/20', 4091, 0],
      ['web', 'C', '10.16.176.0/20', 4091, 0],
      ['(spare zone)', 'D', '10.16.192.0/18', 16_364, 4],
    ]);
  });

  test('a plan with fewer tiers than slots shows the free ones [network-plan-report]', () => {
    const plan = new AddressPlan({ cidr: '192.168.0.0/24', zones: 2, zoneSlots: 2, tiers: defaultTiers.slice(1) });
    expect(plan.toTable().slice(1)).toEqual([
      ['database', 'A', '192.168.0.0/27', 27, 0],
      ['application', 'A', '192.168.0.32/27', 27, 0],
      ['web', 'A', '192.168.0.64/27', 27, 0],
      ['(free)', 'A', '192.168.0.96/27', 27, 1],
      ['database', 'B', '192.168.0.128/27', 27, 0],
      ['application', 'B', '192.168.0.160/27', 27, 0],
      ['web', 'B', '192.168.0.192/27', 27, 0],
      ['(free)', 'B', '192.168.0.224/27', 27, 1],
    ]);
  });

  test('the blocks of any plan fit the range, are as many as it has slots, and never overlap [network-subnet-fit]', () => {
    fc.assert(
      fc.property(anyPlan, (props) => {
        const plan = new AddressPlan(props);
        const blocks = plan.slots.map(({ cidr }) => cidr);
        expect(blocks).toHaveLength(plan.zoneSlots * plan.tierSlots);
        expect(blocks.every((block) => contains(plan.cidr, block) && count(block) >= 16)).toBe(true);
        expect(blocks.reduce((sum, block) => sum + count(block), 0)).toBe(count(plan.cidr));
        blocks.slice(1).forEach((block, i) => expect(overlaps(blocks[i], block)).toBe(false));
      }),
    );
  });

  test('adding a zone or a tier to any plan moves no block that has a name [network-growth-safe-plan]', () => {
    fc.assert(
      fc.property(anyPlan, (props) => {
        const before = new AddressPlan(props);
        const after = new AddressPlan({
          ...props,
          zones: Math.min(before.zones + 1, before.zoneSlots),
          tiers: [...props.tiers, { name: 'added', access: 'isolated' as const }].slice(0, before.tierSlots),
        });
        for (const { tier, zone, cidr } of before.slots) if (tier) expect(after.subnet(tier.name, zone)).toBe(cidr);
      }),
    );
  });

  test('another number of zones in use is another plan with the same blocks [network-growth-safe-plan]', () => {
    const plan = new AddressPlan({ cidr: '8.8.0.0/16', allowPublicRange: true });
    const grown = plan.withZones(4);
    expect(grown.slots.map(({ cidr }) => cidr)).toEqual(plan.slots.map(({ cidr }) => cidr));
    expect([plan.freeSlots, grown.freeSlots, grown.spareZones]).toEqual([7, 4, []]);
  });

  test('fails when a fifth tier is added beyond the slots, or a fifth zone [network-growth-safe-plan]', () => {
    expect(refusal({ tiers: [...defaultTiers, { name: 'cache', access: 'isolated' }] })).toThrow(
      'AddressPlan:\n  tiers are reserved, database, application, web, cache; the plan holds 4 in each zone (tierSlots), so fill a reserved one: room for more would renumber every subnet and needs a new network',
    );
    expect(refusal({ zones: 5 })).toThrow(
      'zones is 5; the plan holds 4 (zoneSlots), so give 1 to 4: room for more would renumber every subnet and needs a new network',
    );
    expect(refusal({ zones: 0 })).toThrow('zones is 0; the plan holds 4 (zoneSlots), so give 1 to 4');
    expect(refusal({ zones: 2.5 })).toThrow('zones is 2.5');
  });

  test('fails when the range is too small for its slots [network-subnet-fit]', () => {
    expect(refusal({ cidr: '10.16.0.0/25' })).toThrow(
      'cidr is 10.16.0.0/25, 128 addresses; cut into 16 it gives subnets of /29, and a subnet is at least a /28: give a /24 or larger, or fewer slots',
    );
    expect(new AddressPlan({ cidr: '10.16.0.0/24' }).slots[0].cidr).toBe('10.16.0.0/28');
  });

  test('fails when slots do not halve evenly', () => {
    expect(refusal({ zoneSlots: 3, zones: 3 })).toThrow('zoneSlots is 3; blocks halve evenly, so give 1, 2, 4, 8');
    expect(refusal({ tierSlots: 32 })).toThrow('tierSlots is 32; blocks halve evenly, so give 1, 2, 4, 8, 16');
  });

  test('fails with every fault at once: range, names and flags that cannot be [network-cidr-canonical]', () => {
    expect(
      refusal({
        cidr: '10.16.5.0/16',
        tiers: [
          { name: 'web', access: 'isolated', autoAssignPublicIp: true },
          { name: 'web', access: 'public', ipv6Only: true },
          { name: 'My Tier', access: 'private' },
        ],
      }),
    ).toThrow(
      [
        'AddressPlan:',
        'cidr is 10.16.5.0/16, which is not where a block of that size begins; write 10.16.0.0/16',
        'tiers name web twice; give each tier a name of its own',
        'tiers name "My Tier"; use letters and digits, a lower-case letter first',
        'web is isolated with autoAssignPublicIp; leave it out, or make the tier public',
        'web is public with ipv6Only; leave it out, or make the tier private',
      ].join('\n  '),
    );
    expect(refusal({ tiers: [] })).toThrow('tiers are none; name at least one');
  });

  test('fails when asked for a tier or a zone it does not have', () => {
    expect(() => new AddressPlan().subnet('cache', 0)).toThrow(
      'there is no tier cache; the plan has reserved, database, application, web',
    );
    expect(() => new AddressPlan().subnet('web', 4)).toThrow('there is no zone 4; give 0 to 3');
  });
});

describe('the default VPC', () => {
  test('it has one /20 a zone from 172.31.0.0/16, room for sixteen [network-default-vpc-shape]', () => {
    expect(defaultVpcLayout(3)).toEqual(['172.31.0.0/20', '172.31.16.0/20', '172.31.32.0/20']);
    expect(defaultVpcLayout(6).at(-1)).toBe('172.31.80.0/20');
    expect(defaultVpcLayout(16)).toHaveLength(16);
  });

  test.each([0, 17])('fails when it would have %d zones [network-default-vpc-shape]', (zones) => {
    expect(() => defaultVpcLayout(zones)).toThrow(`zones is ${zones}; a default VPC has room for 1 to 16`);
  });
});

const anyPlan = fc
  .record({
    second: fc.integer({ min: 16, max: 255 }),
    prefix: fc.integer({ min: 16, max: 21 }),
    zoneSlots: fc.constantFrom(1, 2, 4, 8),
    tierSlots: fc.constantFrom(1, 2, 4, 8, 16),
    zones: fc.integer({ min: 1, max: 8 }),
    tiers: fc.integer({ min: 1, max: 16 }),
  })
  .map(({ second, prefix, zoneSlots, tierSlots, zones, tiers }) => ({
    cidr: `10.${second}.0.0/${prefix}`,
    zoneSlots,
    tierSlots,
    zones: Math.min(zones, zoneSlots),
    tiers: Array.from({ length: Math.min(tiers, tierSlots) }, (_, i) => ({
      name: `tier${i}`,
      access: (['public', 'private', 'isolated', 'reserved'] as const)[i % 4],
    })),
  }));
