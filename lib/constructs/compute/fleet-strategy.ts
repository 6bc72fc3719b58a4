import { SpotAllocationStrategy } from 'aws-cdk-lib/aws-autoscaling';

/**
 * What spot instances are for: `short` jobs that may simply be run again, `long-lived` ones spread over many pools,
 * `capacity-critical` ones for which an interruption is dear, and `most` others.
 */
export type SpotWorkload = 'short' | 'long-lived' | 'capacity-critical' | 'most';

/** How spot pools (one type in one zone) are chosen, in the words of both services. */
export interface FleetStrategy {
  /** For an Auto Scaling group; undefined where only a fleet of EC2 has it. */
  readonly group?: SpotAllocationStrategy;
  /** For a fleet of EC2. */
  readonly fleet: string;
  /** Over how many of the cheapest pools, where that is asked. */
  readonly pools?: number;
  readonly why: string;
}

const strategies: Readonly<Record<SpotWorkload, FleetStrategy>> = {
  short: {
    group: SpotAllocationStrategy.LOWEST_PRICE,
    fleet: 'lowest-price',
    pools: 2,
    why: 'the lowest price now; the pools everybody wants are interrupted most',
  },
  'long-lived': {
    fleet: 'diversified',
    why: 'spread over all pools, so that the loss of one takes a small part',
  },
  'capacity-critical': {
    group: SpotAllocationStrategy.CAPACITY_OPTIMIZED,
    fleet: 'capacity-optimized',
    why: 'the pools with most to spare, whatever they cost, which are interrupted least',
  },
  most: {
    group: SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED,
    fleet: 'price-capacity-optimized',
    why: 'the cheapest among the pools with enough to spare',
  },
};

/** How a fleet for this workload chooses its spot pools. @claims compute-spot-strategies */
export const fleetStrategy = (workload: SpotWorkload): FleetStrategy => strategies[workload];
