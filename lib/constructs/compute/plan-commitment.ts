import { covers, highestDiscount, holdsCapacity, type BilledInstance, type Commitment } from './commitment';

/** How much of a term is paid before it begins. */
const upfront = { none: 0, partial: 0.5, all: 1 } as const;
export type Payment = keyof typeof upfront;

/** What somebody offers. */
export interface CommitmentOffer {
  readonly commitment: Commitment;
  readonly years: 1 | 3;
  readonly payment: Payment;
  /** What it takes off the on-demand price, in per cent. */
  readonly discount: number;
  /** On-demand price of one instance an hour, in USD. */
  readonly onDemand: number;
  /** How many instances are promised. A Savings Plan promises their discounted price an hour. */
  readonly count: number;
}

/** Instances that ran, so many at once, for so many hours of the term. */
export interface InstanceUse {
  readonly instance: BilledInstance;
  readonly count: number;
  /** Hours of the term, at most `8,760 x years`. */
  readonly hours: number;
  /** On-demand price of one an hour, in USD. @default - that of the offer */
  readonly onDemand?: number;
}

/** What a term costs, in USD. */
export interface CommitmentPlan {
  /** The commitment, used or not. */
  readonly committed: number;
  /** Of it, before the term begins. */
  readonly upfront: number;
  /** What ran beyond it or did not match it, at on-demand price. */
  readonly overage: number;
  /** The same use with no commitment. */
  readonly allOnDemand: number;
  /** What the commitment saves; negative where it costs more than it takes off. */
  readonly saved: number;
  /** Hours of a year that each promised instance has to run until the commitment is the cheaper one. */
  readonly breakEvenHours: number;
  /** Whether room is held for what is promised. */
  readonly holdsCapacity: boolean;
}

const hoursOfYear = 8760;

/**
 * What a commitment costs and saves over its term. What a commitment does not cover is on-demand use; what is promised and not used is paid.
 *
 * Uses are laid over each other as if each began with the term, so that instances that run beside each other count beside each other.
 *
 * @throws when the discount is above what AWS gives for this kind, or a figure is negative
 * @claims compute-commitment-planner
 */
export function planCommitment(offer: CommitmentOffer, uses: readonly InstanceUse[]): CommitmentPlan {
  const { commitment, years, payment, discount, onDemand, count } = offer;
  const highest = highestDiscount[commitment.kind];
  if (!(discount >= 0 && discount <= highest))
    throw new Error(
      `a discount of ${discount} % on ${commitment.kind} is not to be had; give 0 to ${highest}, as the offer in the console says`,
    );
  if (!(onDemand >= 0) || !(count >= 0))
    throw new Error(`${count} instances at ${onDemand} USD an hour are no offer; give a count and a price from 0`);
  const term = hoursOfYear * years;
  for (const use of uses)
    if (!((use.onDemand ?? 0) >= 0))
      throw new Error(`${use.instance.type} costs ${use.onDemand} USD an hour; give a price from 0`);
  for (const use of uses)
    if (!(use.hours >= 0 && use.hours <= term) || !(use.count >= 0))
      throw new Error(
        `${use.count} x ${use.instance.type} for ${use.hours} hours is no use of this term; give hours from 0 to ${term} and a count from 0`,
      );
  const price = (use: InstanceUse) => use.onDemand ?? onDemand;
  const allOnDemand = uses.reduce((sum, use) => sum + use.count * use.hours * price(use), 0);
  const committed = count * onDemand * (1 - discount / 100) * term;
  const covered = coveredIn(
    uses
      .filter(({ instance }) => covers(commitment, instance))
      .map((use) => ({ ...use, worth: use.count * price(use) })),
    count * onDemand,
  );
  const overage = allOnDemand - covered;
  return {
    committed,
    upfront: committed * upfront[payment],
    overage,
    allOnDemand,
    saved: allOnDemand - committed - overage,
    breakEvenHours: hoursOfYear * (1 - discount / 100),
    holdsCapacity: holdsCapacity(commitment),
  };
}

/** What the commitment takes over, in dollars of on-demand: hour by hour at most what is promised. */
function coveredIn(uses: readonly { readonly hours: number; readonly worth: number }[], promised: number): number {
  const ends = [...new Set(uses.map(({ hours }) => hours))].sort((a, b) => a - b);
  return ends.reduce((sum, end, i) => {
    const running = uses.filter(({ hours }) => hours >= end).reduce((worth, use) => worth + use.worth, 0);
    return sum + Math.min(running, promised) * (end - (ends[i - 1] ?? 0));
  }, 0);
}

/**
 * Who finds room first when a zone runs short: what is reserved there, then on-demand, and spot last, which is also taken back.
 *
 * @claims compute-commitment-planner
 */
export const capacityPriority = (): readonly [string, string, string] => [
  'zonal reserved instances and capacity reservations',
  'on-demand',
  'spot',
];
