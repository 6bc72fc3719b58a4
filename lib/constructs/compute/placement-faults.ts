import { parseInstanceType } from './instance-type-name';

export type PlacementStrategy = 'cluster' | 'spread' | 'partition';

/** Where an instance is to stand, as far as it is known. */
export interface PlacementFacts {
  readonly strategy?: PlacementStrategy;
  /** How many partitions the group has. */
  readonly partitions?: number;
  /** Which one the instance is to stand in. */
  readonly partition?: number;
  readonly tenancy?: string;
  /** Whether it is to stand on a dedicated host. */
  readonly onHost?: boolean;
  readonly type?: string;
  /** What becomes of it when it is spot and its capacity is wanted back. */
  readonly interruption?: string;
}

/** A group has so many partitions in each zone at most, and a spread group so many instances. */
export const mostInZone = 7;

/** A partition group of dedicated instances has so many partitions at most. */
const mostDedicated = 2;

/** What is wrong with placing one instance so, one sentence each. */
export function placementFaults(facts: PlacementFacts): (string | false | undefined)[] {
  const { strategy, partitions = mostInZone, partition, tenancy, type, interruption = 'terminate' } = facts;
  const onHost = facts.onHost === true || tenancy === 'host';
  return [
    strategy !== undefined &&
      onHost &&
      `a dedicated host takes no placement group, and this one is a ${strategy} group; leave one of the two out`,
    strategy === 'spread' &&
      tenancy === 'dedicated' &&
      'a spread group takes no dedicated instances; take shared hardware, or a partition group',
    strategy === 'partition' &&
      tenancy === 'dedicated' &&
      partitions > mostDedicated &&
      `dedicated instances take a partition group of at most ${mostDedicated} partitions, and this one has ${partitions}; give ${mostDedicated}, or take shared hardware`,
    strategy !== undefined &&
      interruption !== 'terminate' &&
      `spot that is to ${interruption} when it is wanted back takes no placement group, and this one is a ${strategy} group; let it terminate, or leave the group out`,
    strategy === 'cluster' &&
      type !== undefined &&
      isUnfitForCluster(type) &&
      `${type} cannot stand in a cluster group; take a type that is neither burstable, flex nor mac, such as one of family c or hpc`,
    partition !== undefined &&
      strategy !== 'partition' &&
      `partition is ${partition}, but the group is a ${strategy ?? 'group of another stack'}; only a partition group has partitions`,
    partition !== undefined &&
      strategy === 'partition' &&
      !(Number.isInteger(partition) && partition >= 1 && partition <= partitions) &&
      `partition is ${partition}, but the group has ${partitions}; give 1 to ${partitions}`,
  ];
}

function isUnfitForCluster(type: string): boolean {
  const { family, variant } = parseInstanceType(type);
  return family === 't' || family === 'mac' || variant === 'flex';
}
