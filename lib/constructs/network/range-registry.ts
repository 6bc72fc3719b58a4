import { cidrFault, contains, overlaps, privateRanges, split } from './cidr';

/** A network that is not ours to allocate, and that we may want to reach one day. */
export interface ExternalNetwork {
  /** Whose it is: an office, a partner, another cloud, an older VPC. */
  readonly name: string;
  readonly cidr: string;
}

/** Ranges handed out to one account in one Region. */
export interface Allocation {
  readonly account: string;
  readonly region: string;
  readonly cidrs: readonly string[];
}

/** The register, as it stands in its JSON file. */
export interface RangeRegister {
  /** The accounts, by the names you use. */
  readonly accounts: readonly string[];
  /** The Regions in use or planned. */
  readonly regions: readonly string[];
  /**
   * Regions to keep room for beyond those, in every account, 0 or more.
   * @default 1
   */
  readonly bufferRegions?: number;
  /**
   * Ranges for each account in each Region, 2 or more.
   * @default 2
   */
  readonly rangesPerRegion?: number;
  /** @default - none */
  readonly external?: readonly ExternalNetwork[];
  /**
   * What was handed out before; it is kept as it is.
   * @default - nothing
   */
  readonly allocations?: readonly Allocation[];
}

/** Everybody starts here, so it collides sooner or later. */
const crowded = split('10.0.0.0/8', 16).slice(0, 11);

/** Where ranges come from: whole /16 blocks from 10.16 to 10.255. */
const available = split('10.0.0.0/8', 16).slice(16);

/**
 * Hands out /16 ranges for VPCs, so that no two networks that may ever be joined share an address.
 *
 * Ranges start at 10.16.0.0/16; 10.0 to 10.10 are left to everybody else, and what external networks use is skipped. What was
 * handed out stays: running it again changes nothing, and a new account or Region gets the next free ranges.
 *
 * @claims network-range-registry
 */
export class RangeRegistry {
  /** Every allocation, those made before first. */
  readonly allocations: readonly Allocation[];
  /** /16 ranges nobody has and nothing is kept for. */
  readonly remaining: number;
  /** /16 ranges kept for the Regions of the buffer. */
  readonly reserved: number;

  /** @throws one error that lists every fault */
  constructor(private readonly register: RangeRegister) {
    const { accounts, regions, bufferRegions = 1, rangesPerRegion = 2, external = [], allocations = [] } = register;
    refuse(faultsOf(register));

    const taken = allocations.flatMap(({ cidrs }) => cidrs);
    const free = available.filter(
      (block) => ![...taken, ...external.map((e) => e.cidr)].some((other) => overlaps(block, other)),
    );
    const missing = accounts.flatMap((account) =>
      regions
        .map((region) => ({ account, region, held: this.before(account, region).length }))
        .filter(({ held }) => held < rangesPerRegion),
    );
    const wanted = missing.reduce((sum, { held }) => sum + rangesPerRegion - held, 0);
    this.reserved = accounts.length * bufferRegions * rangesPerRegion;
    refuse([
      wanted + this.reserved > free.length &&
        `${accounts.length} accounts in ${regions.length} Regions, with ${bufferRegions} in reserve and ${rangesPerRegion} ranges each, need ${wanted + this.reserved} more /16 ranges; ${free.length} are free, so plan for fewer, or give some accounts smaller blocks`,
    ]);

    const added = missing.map(({ account, region, held }) => ({
      account,
      region,
      cidrs: [...this.before(account, region), ...free.splice(0, rangesPerRegion - held)],
    }));
    const kept = allocations.filter((old) => !added.some((one) => isFor(one, old.account, old.region)));
    this.allocations = [...kept, ...added];
    this.remaining = free.length - this.reserved;
  }

  /** Reads a register from its file's text. */
  static parse(json: string): RangeRegistry {
    return new RangeRegistry(JSON.parse(json) as RangeRegister);
  }

  /** The ranges of an account in a Region. */
  ranges(account: string, region: string): readonly string[] {
    const found = this.allocations.find((one) => isFor(one, account, region));
    if (found) return found.cidrs;
    throw new Error(`RangeRegistry: nothing is allocated to ${account} in ${region}; add both to the register`);
  }

  /** The register with all allocations in it, to be written back. */
  toJSON(): RangeRegister {
    return { ...this.register, allocations: this.allocations };
  }

  /** The allocations as rows under a heading. */
  toTable(): string[][] {
    return [
      ['account', 'region', 'ranges'],
      ...this.allocations.map(({ account, region, cidrs }) => [account, region, cidrs.join(', ')]),
    ];
  }

  private before(account: string, region: string): readonly string[] {
    return this.register.allocations?.find((one) => isFor(one, account, region))?.cidrs ?? [];
  }
}

const isFor = (one: Allocation, account: string, region: string): boolean =>
  one.account === account && one.region === region;

function faultsOf({
  accounts,
  regions,
  bufferRegions = 1,
  rangesPerRegion = 2,
  external = [],
  allocations = [],
}: RangeRegister) {
  const malformed = [
    ...external.map(({ name, cidr }) => cidrFault(`external ${name}`, cidr)),
    ...allocations.flatMap(({ account, region, cidrs }) =>
      cidrs.map((cidr) => cidrFault(`${account} in ${region}`, cidr)),
    ),
  ].filter((fault) => fault !== undefined);
  if (malformed.length > 0) return malformed;
  const handed = allocations.flatMap(({ account, region, cidrs }) =>
    cidrs.map((cidr) => ({ owner: `${account} in ${region}`, cidr })),
  );
  return [
    ...namesFaults('accounts', accounts),
    ...namesFaults('regions', regions),
    !(Number.isInteger(bufferRegions) && bufferRegions >= 0) && `bufferRegions is ${bufferRegions}; give 0 or more`,
    !(Number.isInteger(rangesPerRegion) && rangesPerRegion >= 2) &&
      `rangesPerRegion is ${rangesPerRegion}; give 2 or more, so that a second VPC finds room beside the first`,
    ...handed.flatMap(({ owner, cidr }, i) => {
      const twin = handed.slice(0, i).find((other) => overlaps(other.cidr, cidr));
      const foreign = external.find((other) => overlaps(other.cidr, cidr));
      return [
        !contains(privateRanges[0], cidr) && `${owner} has ${cidr}; hand out ranges of 10.16.0.0/16 to 10.255.0.0/16`,
        crowded.some((block) => overlaps(block, cidr)) &&
          `${owner} has ${cidr}; 10.0 to 10.10 is where everybody starts, so hand out 10.16.0.0/16 and above`,
        foreign && `${owner} has ${cidr}, which overlaps ${foreign.name} at ${foreign.cidr}; hand out another range`,
        twin && `${owner} has ${cidr}, which overlaps ${twin.cidr} of ${twin.owner}; hand out another range`,
      ];
    }),
  ];
}

function namesFaults(name: string, names: readonly string[] | undefined): (string | false)[] {
  if (!names || names.length === 0) return [`${name} are none; name at least one`];
  return names.filter((one, i) => names.indexOf(one) !== i).map((twice) => `${name} name ${twice} twice; name it once`);
}

function refuse(faults: readonly (string | false | undefined)[]): void {
  const real = faults.filter(Boolean);
  if (real.length > 0) throw new Error(['RangeRegistry:', ...real].join('\n  '));
}
