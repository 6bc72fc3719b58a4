import { parseInstanceType } from './instance-type-name';

export type OperatingSystem = 'Linux' | 'RHEL' | 'SUSE' | 'Windows';
export type Tenancy = 'shared' | 'dedicated' | 'host';

/** An instance as its bill sees it. */
export interface BilledInstance {
  readonly region: string;
  readonly zone: string;
  /** Such as `m5.large`. */
  readonly type: string;
  readonly os: OperatingSystem;
  readonly tenancy: Tenancy;
}

/** A reserved instance: of a Region, or of one zone. */
export interface ReservedInstance {
  readonly kind: 'standard' | 'convertible';
  readonly region: string;
  /** Makes it zonal: it holds capacity there, and discounts nothing elsewhere. @default - regional */
  readonly zone?: string;
  readonly type: string;
  readonly os: OperatingSystem;
  readonly tenancy: Exclude<Tenancy, 'host'>;
}

/** So many dollars an hour for one family in one Region. */
export interface InstanceSavingsPlan {
  readonly kind: 'EC2 Savings Plan';
  readonly region: string;
  /** As a type begins: `m5`. */
  readonly family: string;
}

/** A term for a host that is allocated already. */
export interface HostReservation {
  readonly kind: 'dedicated host';
  readonly region: string;
  readonly family: string;
}

export type Commitment = ReservedInstance | InstanceSavingsPlan | HostReservation;

/** What AWS takes off on-demand at most, in per cent: three years, all paid at once (2026-11). */
export const highestDiscount: Readonly<Record<Commitment['kind'], number>> = {
  standard: 72,
  convertible: 66,
  'EC2 Savings Plan': 72,
  'dedicated host': 70,
};

const familyOf = (type: string): string => {
  parseInstanceType(type);
  return type.split('.')[0];
};

/** A regional promise of Linux on shared hardware is counted in sizes of its family, today; every other in its own size only. */
const floatsOverSizes = ({ zone, os, tenancy }: ReservedInstance): boolean =>
  zone === undefined && os === 'Linux' && tenancy === 'shared';

/**
 * Whether a commitment discounts an instance. What it does not is paid as on-demand.
 *
 * @throws when a type does not follow the grammar
 * @claims compute-commitment-match
 */
export function covers(commitment: Commitment, instance: BilledInstance): boolean {
  if (commitment.region !== instance.region) return false;
  switch (commitment.kind) {
    case 'EC2 Savings Plan':
      return commitment.family === familyOf(instance.type);
    case 'dedicated host':
      return commitment.family === familyOf(instance.type) && instance.tenancy === 'host';
    case 'standard':
    case 'convertible':
      return (
        (commitment.zone === undefined || commitment.zone === instance.zone) &&
        commitment.os === instance.os &&
        commitment.tenancy === instance.tenancy &&
        (floatsOverSizes(commitment)
          ? familyOf(commitment.type) === familyOf(instance.type)
          : commitment.type === instance.type)
      );
  }
}

/** What may be another within the term. `scope` is whether it is zonal or regional. */
export type Attribute = 'region' | 'zone' | 'scope' | 'family' | 'size' | 'os' | 'tenancy';

/** How it may be another: `no`; `freely`, as the discount does not look at it; `by exchange` for a convertible one of at least the same value. */
export type Change = 'no' | 'freely' | 'by exchange';

/**
 * Whether an attribute may change within the term of a commitment.
 *
 * @claims compute-commitment-match
 */
export function mayChange(commitment: Commitment, attribute: Attribute): Change {
  if (attribute === 'region') return 'no';
  if (commitment.kind === 'EC2 Savings Plan') return attribute === 'family' ? 'no' : 'freely';
  if (commitment.kind === 'dedicated host')
    return attribute === 'family' || attribute === 'zone' || attribute === 'tenancy' ? 'no' : 'freely';
  if (attribute === 'zone' && commitment.zone === undefined) return 'freely';
  if (attribute === 'size' && floatsOverSizes(commitment)) return 'freely';
  return commitment.kind === 'convertible' ? 'by exchange' : 'no';
}

/** Whether the rest of a term may be sold on the marketplace: a standard reserved instance, and nothing else. */
export const maySell = ({ kind }: Commitment): boolean => kind === 'standard';

/** Whether it also holds room for what it discounts: a zonal reserved instance does; a regional one and a Savings Plan hold nothing. */
export const holdsCapacity = (commitment: Commitment): boolean => 'zone' in commitment && commitment.zone !== undefined;
