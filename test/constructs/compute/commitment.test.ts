import {
  covers,
  holdsCapacity,
  maySell,
  mayChange,
  type Attribute,
  type BilledInstance,
  type Change,
  type Commitment,
  type ReservedInstance,
} from '../../../lib/constructs/compute/commitment';

const ran: BilledInstance = {
  region: 'us-east-1',
  zone: 'us-east-1a',
  type: 'm5.large',
  os: 'Linux',
  tenancy: 'shared',
};
const regional: ReservedInstance = {
  kind: 'standard',
  region: 'us-east-1',
  type: 'm5.large',
  os: 'Linux',
  tenancy: 'shared',
};
const zonal: ReservedInstance = { ...regional, zone: 'us-east-1a' };
const windows: ReservedInstance = { ...regional, os: 'Windows' };
const convertible: ReservedInstance = { ...zonal, kind: 'convertible' };
const plan: Commitment = { kind: 'EC2 Savings Plan', region: 'us-east-1', family: 'm5' };
const host: Commitment = { kind: 'dedicated host', region: 'us-east-1', family: 'm5' };

describe('a commitment discounts only what matches it', () => {
  test.each<[string, Commitment, Partial<BilledInstance>, boolean]>([
    ['a regional one, what it names', regional, {}, true],
    ['a regional one, in any zone', regional, { zone: 'us-east-1c' }, true],
    ['a regional one of Linux on shared hardware, in any size of its family', regional, { type: 'm5.4xlarge' }, true],
    ['a regional one, no other family', regional, { type: 'm6i.large' }, false],
    ['a regional one, in no other Region', regional, { region: 'eu-west-1' }, false],
    ['a regional one, no other system', regional, { os: 'RHEL' }, false],
    ['a regional one, no other tenancy', regional, { tenancy: 'dedicated' }, false],
    ['a regional one of Windows, in its own size only', windows, { os: 'Windows', type: 'm5.xlarge' }, false],
    ['a zonal one, what it names', zonal, {}, true],
    ['a zonal one, in no other zone', zonal, { zone: 'us-east-1b' }, false],
    ['a zonal one, in its own size only', zonal, { type: 'm5.xlarge' }, false],
    ['a convertible one, what it names today', convertible, {}, true],
    ['a convertible one, no other type until it is exchanged', convertible, { type: 'm5.xlarge' }, false],
    ['a Savings Plan, any size', plan, { type: 'm5.metal' }, true],
    ['a Savings Plan, any system', plan, { os: 'Windows' }, true],
    ['a Savings Plan, any tenancy', plan, { tenancy: 'dedicated' }, true],
    ['a Savings Plan, no other family', plan, { type: 'm5a.large' }, false],
    ['a Savings Plan, in no other Region', plan, { region: 'us-west-2' }, false],
    ['a host, what runs on hosts of its family', host, { tenancy: 'host' }, true],
    ['a host, nothing that runs beside it', host, {}, false],
  ])('%s [compute-commitment-match]', (_, commitment, difference, expected) => {
    expect(covers(commitment, { ...ran, ...difference })).toBe(expected);
  });

  test.each<[string, Commitment, Record<Attribute, Change>]>([
    [
      'a regional one',
      regional,
      { region: 'no', zone: 'freely', scope: 'no', family: 'no', size: 'freely', os: 'no', tenancy: 'no' },
    ],
    [
      'a zonal one',
      zonal,
      { region: 'no', zone: 'no', scope: 'no', family: 'no', size: 'no', os: 'no', tenancy: 'no' },
    ],
    [
      'a convertible one',
      convertible,
      {
        region: 'no',
        zone: 'by exchange',
        scope: 'by exchange',
        family: 'by exchange',
        size: 'by exchange',
        os: 'by exchange',
        tenancy: 'by exchange',
      },
    ],
    [
      'a Savings Plan',
      plan,
      { region: 'no', zone: 'freely', scope: 'freely', family: 'no', size: 'freely', os: 'freely', tenancy: 'freely' },
    ],
    [
      'a host',
      host,
      { region: 'no', zone: 'no', scope: 'freely', family: 'no', size: 'freely', os: 'freely', tenancy: 'no' },
    ],
  ])('what may change of %s [compute-commitment-match]', (_, commitment, expected) => {
    const changes = Object.keys(expected).map((attribute) => [
      attribute,
      mayChange(commitment, attribute as Attribute),
    ]);
    expect(Object.fromEntries(changes)).toEqual(expected);
  });

  test('only a standard one may be sold, and only a zonal one holds room [compute-commitment-match]', () => {
    const all = [regional, zonal, convertible, plan, host];
    expect(all.map(maySell)).toEqual([true, true, false, false, false]);
    expect(all.map(holdsCapacity)).toEqual([false, true, true, false, false]);
  });
});
