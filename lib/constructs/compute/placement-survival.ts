import { mostInZone, type PlacementStrategy } from './placement-faults';

/** Instances that a placement keeps apart, or does not. */
export interface PlacedInstances {
  /** None: wherever there is room. */
  readonly strategy?: PlacementStrategy;
  /** How many there are, 1 or more, even over zones. */
  readonly instances: number;
  readonly zones: number;
  /**
   * How many partitions in each zone; with `partition` only.
   * @default 7
   */
  readonly partitions?: number;
}

/** What is left at worst. */
export interface PlacementSurvival {
  /** Instances that are left when the rack fails that holds most of them. */
  readonly afterRack: number;
  /** Instances that are left when the zone fails that holds most of them. */
  readonly afterZone: number;
  /** How many copies of one piece of data can be put so that no rack holds two of them. */
  readonly copiesApart: number;
  /**
   * Of pieces with two copies on any two of the instances, the share, 0 to 1, that has both on that rack.
   * It is what a store pays that does not ask its servers where they stand.
   */
  readonly lostBlindly: number;
}

/**
 * What of a group is left when hardware fails, as bad as its strategy lets it come: without a strategy, or in a cluster, all instances of a zone may
 * stand on one rack; a partition may be one rack; in a spread group each instance has its own.
 *
 * @claims compute-placement-cluster, compute-placement-spread, compute-placement-partition
 * @throws where the strategy does not take so many instances or zones
 */
export function survivalOf(placed: PlacedInstances): PlacementSurvival {
  const { instances } = placed;
  const faults = faultsOf(placed);
  if (faults.length > 0) throw new Error(faults.join('; '));
  const zones = racksOf(placed);
  const racks = zones.flat();
  const onFullestRack = Math.max(...racks);
  const inFullestZone = Math.max(...zones.map(sum));
  return {
    afterRack: instances - onFullestRack,
    afterZone: instances - inFullestZone,
    copiesApart: racks.length,
    lostBlindly: instances < 2 ? 1 : pairs(onFullestRack) / pairs(instances),
  };
}

/** How many instances each rack of each zone holds; racks without any are left out. */
function racksOf({ strategy, instances, zones, partitions = mostInZone }: PlacedInstances): number[][] {
  return shared(instances, zones).map((inZone) => {
    if (strategy === 'spread') return Array<number>(inZone).fill(1);
    return shared(inZone, strategy === 'partition' ? partitions : 1);
  });
}

/** So many things over so many places, as evenly as can be, without the places that get none. */
const shared = (things: number, places: number): number[] =>
  Array.from({ length: places }, (_, place) => Math.floor((things + places - 1 - place) / places)).filter(
    (some) => some > 0,
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const pairs = (things: number): number => (things * (things - 1)) / 2;

function faultsOf({ strategy, instances, zones, partitions }: PlacedInstances): string[] {
  const counts = Object.entries({ instances, zones, partitions: partitions ?? 1 })
    .filter(([, count]) => !Number.isInteger(count) || count < 1)
    .map(([name, count]) => `${name} is ${count}; give a whole number from 1`);
  if (counts.length > 0) return counts;
  return [
    strategy === 'cluster' && zones > 1 && `zones is ${zones}; a cluster group stands in 1`,
    strategy === 'spread' &&
      instances > mostInZone * zones &&
      `instances is ${instances}; a spread group of ${zones} zones takes up to ${mostInZone * zones}`,
    partitions !== undefined &&
      partitions > mostInZone &&
      `partitions is ${partitions}; a group has up to ${mostInZone} in a zone`,
  ].filter((fault): fault is string => fault !== false);
}
