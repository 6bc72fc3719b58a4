import { Stack } from 'aws-cdk-lib';
import { CfnPlacementGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { mostInZone, type PlacementStrategy } from './placement-faults';

export interface PlacementPlanProps {
  /**
   * `cluster`: close together in one zone, for the fastest network between them; one fault may take all. `spread`: each on a rack of its own, at
   * most seven in a zone. `partition`: groups of racks, any number of instances in each; one fault takes one partition.
   */
  readonly strategy: PlacementStrategy;
  /**
   * How many partitions in each zone, 1 to 7; with `partition` only.
   * @default 7
   */
  readonly partitions?: number;
}

/**
 * How far apart instances stand. A `ComputeTemplate` names it in its `placement`; it costs nothing.
 *
 * A cluster group wants one type, one zone and one launch: who comes later may find no room, unless it is held (`HeldCapacity`).
 *
 * @claims compute-placement-cluster, compute-placement-spread, compute-placement-partition
 */
export class PlacementPlan extends Construct {
  readonly strategy: PlacementStrategy;
  /** How many partitions it has; none but with `partition`. */
  readonly partitions?: number;
  readonly groupName: string;
  readonly groupArn: string;

  constructor(scope: Construct, id: string, { strategy, partitions }: PlacementPlanProps) {
    super(scope, id);
    refuse(this, [
      outsideRange('partitions', partitions, 1, mostInZone),
      partitions !== undefined &&
        strategy !== 'partition' &&
        `partitions is ${partitions} for the strategy ${strategy}, which has none; leave it out, or take partition`,
    ]);
    this.strategy = strategy;
    if (strategy === 'partition') this.partitions = partitions ?? mostInZone;
    const group = new CfnPlacementGroup(this, 'Group', {
      strategy,
      ...(this.partitions !== undefined && { partitionCount: this.partitions }),
    });
    this.groupName = group.ref;
    this.groupArn = Stack.of(this).formatArn({
      service: 'ec2',
      resource: 'placement-group',
      resourceName: group.ref,
    });
  }
}
