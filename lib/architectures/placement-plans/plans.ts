import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { FleetSize } from '../../constructs/compute/fleet-size';
import type { PlacementStrategy } from '../../constructs/compute/placement-faults';
import type { ProfileName } from '../../profile';

/** How far apart servers stand, and how many there are. */
export interface Plan {
  readonly what: string;
  readonly strategy: PlacementStrategy;
  /** In each zone. */
  readonly partitions?: number;
  /** Whether room is held for as many as there may be. */
  readonly isHeld?: boolean;
  readonly type: Readonly<Record<ProfileName, InstanceType>>;
  readonly fleet: Readonly<Record<ProfileName, FleetSize>>;
}

/** A cluster takes no burstable types. */
const type = {
  general: { sandbox: new InstanceType('t4g.nano'), production: new InstanceType('m7g.medium') },
  computing: { sandbox: new InstanceType('c6g.medium'), production: new InstanceType('c7g.large') },
};

/** Every plan, the one to begin with first. A sandbox has no servers until somebody asks for them. */
export const plans = {
  spread: {
    what: 'each server on a rack of its own, for a few that must not fail together',
    strategy: 'spread',
    type: type.general,
    fleet: { sandbox: FleetSize.between(0, 6), production: FleetSize.between(3, 6) },
  },
  partition: {
    what: 'servers in three groups of racks in each zone, for a store that keeps copies',
    strategy: 'partition',
    partitions: 3,
    type: type.general,
    fleet: { sandbox: FleetSize.between(0, 6), production: FleetSize.between(9, 18) },
  },
  cluster: {
    what: 'servers close together in one zone, for computing that talks all the time',
    strategy: 'cluster',
    type: type.computing,
    fleet: { sandbox: FleetSize.between(0, 2), production: FleetSize.between(2, 4) },
  },
  'cluster-held': {
    what: 'the same cluster, with room held for as many servers as it may come to',
    strategy: 'cluster',
    isHeld: true,
    type: type.computing,
    fleet: { sandbox: FleetSize.between(0, 2), production: FleetSize.between(2, 4) },
  },
} as const satisfies Readonly<Record<string, Plan>>;

export type PlanName = keyof typeof plans;
