import { CfnCapacityReservation, type InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { hourlyCostFault, outsideRange, refuse } from '../faults';
import type { PlacementPlan } from './placement-plan';

export interface HeldCapacityProps {
  readonly instanceType: InstanceType;
  /** The zone it is held in. */
  readonly availabilityZone: string;
  /** How many instances, 1 to 1,000. */
  readonly count: number;
  /**
   * When it ends by itself.
   * @default - when the stack is deleted
   */
  readonly until?: Date;
  /**
   * Whether any instance of the type and zone may take it; otherwise only those whose template names it.
   * @default false
   */
  readonly open?: boolean;
  /**
   * The cluster group it is held in, so that who comes later still finds room there.
   * @default - anywhere in the zone
   */
  readonly plan?: PlacementPlan;
  /** Why instances are paid for that may not run, in a sentence. */
  readonly acceptHourlyCost: string;
}

/**
 * Room for so many instances of a type in one zone, held until it is given back. It is billed like instances that run, used or not, and gives no discount of
 * its own: regional reserved instances and Savings Plans discount it as they do instances.
 *
 * @claims compute-capacity-reservation, compute-placement-cluster-capacity
 */
export class HeldCapacity extends Construct {
  readonly reservationId: string;
  readonly instanceType: InstanceType;
  readonly availabilityZone: string;
  readonly until?: Date;

  constructor(scope: Construct, id: string, props: HeldCapacityProps) {
    super(scope, id);
    const { instanceType, availabilityZone, count, until, open = false, plan } = props;
    refuse(this, [
      outsideRange('count', count, 1, 1000, 'instances'),
      plan &&
        plan.strategy !== 'cluster' &&
        `plan is a ${plan.strategy} group, and capacity is held in cluster groups only; leave it out`,
      hourlyCostFault(props.acceptHourlyCost, 'capacity', 'start instances when they are needed'),
    ]);
    const reservation = new CfnCapacityReservation(this, 'Reservation', {
      availabilityZone,
      instanceType: instanceType.toString(),
      instanceCount: count,
      instancePlatform: 'Linux/UNIX',
      instanceMatchCriteria: open ? 'open' : 'targeted',
      endDateType: until ? 'limited' : 'unlimited',
      ...(until && { endDate: until.toISOString() }),
      ...(plan && { placementGroupArn: plan.groupArn }),
    });
    this.reservationId = reservation.attrId;
    this.instanceType = instanceType;
    this.availabilityZone = availabilityZone;
    if (until) this.until = until;
  }
}
