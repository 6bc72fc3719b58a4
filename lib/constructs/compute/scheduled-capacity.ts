import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { HeldCapacity } from './held-capacity';
import { OfficeHours, OfficeServers } from './office-hours';
import type { LaunchedInstance } from './launched-instance';
import type { WorkingHours } from './working-hours';

export interface ScheduledCapacityProps {
  /** Room for the servers; it says until when. */
  readonly capacity: HeldCapacity;
  /** Servers whose template takes that capacity. */
  readonly servers: readonly LaunchedInstance[];
  /** When they run. */
  readonly hours: WorkingHours;
  /** Where it is told that a start or a stop was given up. */
  readonly alarms: AlarmTopic;
}

/**
 * Servers that run in fixed hours for a limited time, and surely find room: capacity that ends on a day, and office hours that end with it. It takes the
 * place of scheduled reserved instances, which AWS no longer sells.
 *
 * What is held is billed in all hours; what only has to be cheap in some is left to `OfficeHours` alone.
 *
 * @claims compute-scheduled-capacity
 */
export class ScheduledCapacity extends Construct {
  readonly hours: OfficeHours;

  constructor(scope: Construct, id: string, { capacity, servers, hours, alarms }: ScheduledCapacityProps) {
    super(scope, id);
    const { until } = capacity;
    refuse(this, [
      until === undefined &&
        `capacity ${capacity.node.path} has no end, so that it would be paid after the hours are over; give it until`,
      ...servers.map(
        (server) =>
          server.template.placement?.takes(capacity) !== true &&
          `${server.node.path} does not take ${capacity.node.path}; name it as capacity in the placement of its template`,
      ),
    ]);
    this.hours = new OfficeHours(this, 'Hours', {
      of: OfficeServers.named(...servers),
      hours,
      ...(until && { until }),
      alarms,
    });
  }
}
