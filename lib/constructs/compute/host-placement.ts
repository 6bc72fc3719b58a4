import type { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { HeldCapacity } from './held-capacity';
import type { LicensedHost } from './licensed-host';
import { placementFaults } from './placement-faults';
import type { PlacementPlan } from './placement-plan';

export interface HostPlacementProps {
  /**
   * How far apart instances stand.
   * @default - wherever there is room
   */
  readonly plan?: PlacementPlan;
  /**
   * The partition they stand in, 1 to as many as the plan has.
   * @default - AWS fills partitions evenly
   */
  readonly partition?: number;
  /**
   * Whether other accounts may run on the same hardware: `dedicated` says no, and AWS chooses the hardware at each start.
   * @default - as the network says, which is shared unless it was made otherwise
   */
  readonly tenancy?: 'shared' | 'dedicated';
  /**
   * The host they stand on.
   * @default - none
   */
  readonly host?: LicensedHost;
  /**
   * Whose licence the software of the image runs on: `included` in its price, as with RHEL, SUSE and SQL Server of AWS or the marketplace; your `own`; or `none`.
   * @default none
   */
  readonly licence?: 'none' | 'own' | 'included';
  /**
   * Which held capacity they take: `open` whatever fits, `none` none at all, `reserved only` none but reserved, or one by itself.
   * @default - as AWS does: open
   */
  readonly capacity?: HeldCapacity | 'open' | 'none' | 'reserved only';
}

/**
 * Where instances of a `ComputeTemplate` stand: how far apart, with whom, on which host, in which held capacity.
 *
 * @claims compute-tenancy, compute-placement-partition, compute-dedicated-host-images, compute-capacity-reservation
 */
export class HostPlacement {
  constructor(private readonly props: HostPlacementProps) {}

  /** @param interruption what becomes of spot whose capacity is wanted back; of nothing else */
  faults(type: string, interruption?: string): (string | false | undefined)[] {
    const { plan, partition, tenancy, host, licence = 'none', capacity } = this.props;
    const held = typeof capacity === 'object' ? capacity : undefined;
    return [
      ...placementFaults({
        ...(plan && { strategy: plan.strategy }),
        ...(plan?.partitions !== undefined && { partitions: plan.partitions }),
        ...(partition !== undefined && { partition }),
        ...(tenancy && { tenancy }),
        onHost: host !== undefined,
        type,
        ...(interruption !== undefined && { interruption }),
      }),
      host &&
        tenancy &&
        `placement names a host and the tenancy ${tenancy}; a host is a tenancy of its own, so leave tenancy out`,
      host &&
        host.family !== type.split('.')[0] &&
        `placement names a host of family ${host.family} for ${type}; take a type of that family, or another host`,
      host && licence === 'included' && includedOnHost,
      held &&
        held.instanceType.toString() !== type &&
        `placement takes capacity held for ${held.instanceType.toString()}, not for ${type}; let the types be the same`,
    ];
  }

  /** Whether instances take this capacity. */
  takes(capacity: HeldCapacity): boolean {
    return this.props.capacity === capacity;
  }

  /** Writes it into the data of a launch template. */
  applyTo(template: CfnLaunchTemplate): void {
    const { plan, partition, tenancy, host, capacity } = this.props;
    const placement = {
      ...(plan && { GroupName: plan.groupName }),
      ...(partition !== undefined && { PartitionNumber: partition }),
      ...(tenancy && { Tenancy: tenancy === 'shared' ? 'default' : 'dedicated' }),
      ...(host && { Tenancy: 'host', HostId: host.hostId }),
    };
    if (Object.keys(placement).length > 0) template.addPropertyOverride('LaunchTemplateData.Placement', placement);
    if (capacity === undefined) return;
    template.addPropertyOverride(
      'LaunchTemplateData.CapacityReservationSpecification',
      typeof capacity === 'object'
        ? { CapacityReservationTarget: { CapacityReservationId: capacity.reservationId } }
        : { CapacityReservationPreference: capacity === 'reserved only' ? 'capacity-reservations-only' : capacity },
    );
  }
}

/** Why some images do not start on a host. */
export const includedOnHost =
  'images sold with a licence, such as RHEL, SUSE and SQL Server, do not run on a dedicated host, which is for licences of your own; bring yours, or leave the host out';
