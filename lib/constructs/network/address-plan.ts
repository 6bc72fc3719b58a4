import { count, defaultVpcRange, prefixOf, split, usableAddresses, vpcCidrFaults, type VpcRangeOptions } from './cidr';

/** The name of a tier: one of the default plan's, or one a plan declares. */
export type Tier = 'web' | 'application' | 'database' | 'reserved' | (string & {});

/** How a tier reaches the internet: both ways, outwards only, or not at all; a reserved tier has no subnets yet. */
export type Access = 'public' | 'private' | 'isolated' | 'reserved';

export interface TierSpec {
  /** A word beginning with a lower-case letter; part of the subnets' construct ids, so it stays for good. */
  readonly name: Tier;
  readonly access: Access;
  /**
   * Whether instances get a public IPv4 address at launch; only in a public tier. It does not make a subnet public (the
   * route to an internet gateway does), and load balancers and NAT gateways do not need it.
   * @default false
   */
  readonly autoAssignPublicIp?: boolean;
  /**
   * Whether the tier's subnets have IPv6 addresses only and reach IPv4 through DNS64 and a NAT gateway; only in a private
   * tier of a dual-stack network.
   * @default false
   */
  readonly ipv6Only?: boolean;
}

export interface AddressPlanProps extends VpcRangeOptions {
  /**
   * The network's range, a private /16 to /28 in canonical form.
   * @default '10.16.0.0/16'
   */
  readonly cidr?: string;
  /**
   * The tiers, in address order within each zone. Append tiers or fill reserved ones; a new order moves every subnet.
   * @default - reserved, database (isolated), application (private), web (public)
   */
  readonly tiers?: readonly TierSpec[];
  /**
   * Zones in use, 1 to `zoneSlots`.
   * @default 3
   */
  readonly zones?: number;
  /**
   * Zones there are addresses for: 1, 2, 4 or 8. Fixed for the network's life.
   * @default 4
   */
  readonly zoneSlots?: number;
  /**
   * Tiers there are addresses for in each zone: 1, 2, 4, 8 or 16. Fixed for the network's life.
   * @default 4
   */
  readonly tierSlots?: number;
}

/** One of the equal blocks of a plan. */
export interface Slot {
  /** Position in the plan, counted zone by zone. It also numbers the subnet's IPv6 block, and never changes. */
  readonly index: number;
  /** The zone's position, from 0. */
  readonly zone: number;
  /** The tier the slot belongs to; absent where the plan names none yet. */
  readonly tier?: TierSpec;
  readonly cidr: string;
  /** Whether there is a subnet here. */
  readonly used: boolean;
}

/** What every network gets unless its plan says otherwise. The first tier is room for one that is not thought of yet. */
export const defaultTiers: readonly TierSpec[] = [
  { name: 'reserved', access: 'reserved' },
  { name: 'database', access: 'isolated' },
  { name: 'application', access: 'private' },
  { name: 'web', access: 'public' },
];

/**
 * Which block every subnet of a network has, fixed before the first one is made.
 *
 * The range is cut into zones and each zone into tiers (AZ-major), both with room to spare, so that a further zone, or a
 * tier in a reserved slot, takes free addresses and moves none. Asking for more than the plan holds is refused: making
 * room would renumber every subnet.
 *
 * @claims network-sixteen-subnet-plan, network-growth-safe-plan, network-plan-report, network-subnet-fit
 */
export class AddressPlan {
  readonly cidr: string;
  readonly tiers: readonly TierSpec[];
  /** Zones in use. */
  readonly zones: number;
  readonly zoneSlots: number;
  readonly tierSlots: number;
  /** Every block, in address order. */
  readonly slots: readonly Slot[];

  /** @throws one error that lists every fault, see `faults` */
  constructor(props: AddressPlanProps = {}) {
    const faults = AddressPlan.faults(props);
    if (faults.length > 0) throw new Error(['AddressPlan:', ...faults].join('\n  '));
    const { cidr, tiers, zones, zoneSlots, tierSlots } = withDefaults(props);
    this.cidr = cidr;
    this.tiers = tiers;
    this.zones = zones;
    this.zoneSlots = zoneSlots;
    this.tierSlots = tierSlots;
    this.slots = split(cidr, prefixOf(cidr) + Math.log2(zoneSlots * tierSlots)).map((block, index) => {
      const zone = Math.floor(index / tierSlots);
      const tier = tiers[index % tierSlots];
      return {
        index,
        zone,
        ...(tier && { tier }),
        cidr: block,
        used: zone < zones && tier !== undefined && tier.access !== 'reserved',
      };
    });
  }

  /** Everything wrong with a plan, one sentence each. */
  static faults(props: AddressPlanProps): string[] {
    const { cidr, tiers, zones, zoneSlots, tierSlots } = withDefaults(props);
    const rangeFaults = vpcCidrFaults('cidr', cidr, props);
    const slotFaults = [slotsFault('zoneSlots', zoneSlots, 8), slotsFault('tierSlots', tierSlots, 16)].filter(
      (fault) => fault !== undefined,
    );
    const names = tiers.map(({ name }) => name);
    return [
      ...rangeFaults,
      ...slotFaults,
      ...(rangeFaults.length + slotFaults.length === 0 ? sizeFaults(cidr, zoneSlots * tierSlots) : []),
      ...(Number.isInteger(zones) && zones >= 1 && zones <= zoneSlots
        ? []
        : [
            `zones is ${zones}; the plan holds ${zoneSlots} (zoneSlots), so give 1 to ${zoneSlots}: room for more would renumber every subnet and needs a new network`,
          ]),
      ...(tiers.length <= tierSlots
        ? []
        : [
            `tiers are ${names.join(', ')}; the plan holds ${tierSlots} in each zone (tierSlots), so fill a reserved one: room for more would renumber every subnet and needs a new network`,
          ]),
      ...(tiers.length > 0 ? [] : ['tiers are none; name at least one']),
      ...names
        .filter((name, i) => names.indexOf(name) !== i)
        .map((name) => `tiers name ${name} twice; give each tier a name of its own`),
      ...names
        .filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name))
        .map((name) => `tiers name "${name}"; use letters and digits, a lower-case letter first`),
      ...tiers
        .filter(({ autoAssignPublicIp, access }) => autoAssignPublicIp && access !== 'public')
        .map(
          ({ name, access }) => `${name} is ${access} with autoAssignPublicIp; leave it out, or make the tier public`,
        ),
      ...tiers
        .filter(({ ipv6Only, access }) => ipv6Only && access !== 'private')
        .map(({ name, access }) => `${name} is ${access} with ipv6Only; leave it out, or make the tier private`),
    ];
  }

  /** The block of a tier's subnet in a zone, whether there is a subnet yet or not. */
  subnet(tier: Tier, zone: number): string {
    return this.slot(tier, zone).cidr;
  }

  /** The slot of a tier in a zone, counted from 0. */
  slot(tier: Tier, zone: number): Slot {
    const position = this.tiers.findIndex(({ name }) => name === tier);
    const names = this.tiers.map(({ name }) => name).join(', ');
    if (position === -1) throw new Error(`AddressPlan: there is no tier ${tier}; the plan has ${names}`);
    if (!Number.isInteger(zone) || zone < 0 || zone >= this.zoneSlots)
      throw new Error(`AddressPlan: there is no zone ${zone}; give 0 to ${this.zoneSlots - 1}`);
    return this.slots[zone * this.tierSlots + position];
  }

  /** The same plan with another number of zones in use. */
  withZones(zones: number): AddressPlan {
    const { cidr, tiers, zoneSlots, tierSlots } = this;
    return new AddressPlan({
      cidr,
      tiers,
      zones,
      zoneSlots,
      tierSlots,
      allowPublicRange: true,
      allowDefaultRange: true,
    });
  }

  /** Slots without a subnet: reserved tiers, unnamed tiers, and spare zones. */
  get freeSlots(): number {
    return this.slots.filter(({ used }) => !used).length;
  }

  /** The blocks of zones that are not in use yet, one a zone. */
  get spareZones(): readonly string[] {
    return split(this.cidr, prefixOf(this.cidr) + Math.log2(this.zoneSlots)).slice(this.zones);
  }

  /** The plan as rows under a heading: tier, zone, CIDR, usable addresses, free slots. */
  toTable(): (string | number)[][] {
    return [
      ['tier', 'zone', 'CIDR', 'usable addresses', 'free slots'],
      ...this.slots
        .filter(({ zone }) => zone < this.zones)
        .map(({ tier, zone, cidr, used }) => [
          tier?.name ?? '(free)',
          zoneName(zone),
          cidr,
          usableAddresses(cidr),
          used ? 0 : 1,
        ]),
      ...this.spareZones.map((cidr, i) => [
        '(spare zone)',
        zoneName(this.zones + i),
        cidr,
        this.tierSlots * usableAddresses(this.slots[0].cidr),
        this.tierSlots,
      ]),
    ];
  }
}

/**
 * How a default VPC is laid out: one /20 a zone, in order.
 *
 * @param zones the Region's availability zones, 1 to 16
 * @claims network-default-vpc-shape
 */
export function defaultVpcLayout(zones: number): string[] {
  const all = split(defaultVpcRange, 20);
  if (!Number.isInteger(zones) || zones < 1 || zones > all.length)
    throw new Error(`zones is ${zones}; a default VPC has room for 1 to ${all.length}`);
  return all.slice(0, zones);
}

const withDefaults = ({
  cidr = '10.16.0.0/16',
  tiers = defaultTiers,
  zones = 3,
  zoneSlots = 4,
  tierSlots = 4,
}: AddressPlanProps) => ({ cidr, tiers, zones, zoneSlots, tierSlots });

const zoneName = (zone: number): string => String.fromCharCode(65 + zone);

function slotsFault(name: string, value: number, most: number): string | undefined {
  const allowed = [1, 2, 4, 8, 16].filter((n) => n <= most);
  return allowed.includes(value)
    ? undefined
    : `${name} is ${value}; blocks halve evenly, so give ${allowed.join(', ')}`;
}

function sizeFaults(cidr: string, slots: number): string[] {
  const prefix = prefixOf(cidr) + Math.log2(slots);
  if (prefix <= 28) return [];
  const remedy = 28 - Math.log2(slots);
  return [
    `cidr is ${cidr}, ${count(cidr)} addresses; cut into ${slots} it gives subnets of /${prefix}, and a subnet is at least a /28: give a /${remedy} or larger, or fewer slots`,
  ];
}
