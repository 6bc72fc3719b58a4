import {
  DescribeAutoScalingGroupsCommand,
  SetInstanceHealthCommand,
  type AutoScalingClient,
  type Instance,
} from '@aws-sdk/client-auto-scaling';
import { isUnknownInstance } from '../shared/group-errors';

export interface Settings {
  readonly group: string;
  readonly maxConcurrent: number;
}

/** What became of a report. */
export interface Verdict {
  readonly outcome: 'to be replaced' | 'left alone';
  readonly why: string;
}

/** As many instances as may are replaced already. The report is not wrong, only early. */
export class TooMany extends Error {
  override readonly name = 'TooMany';
}

/**
 * Marks an instance as unhealthy, so that its group replaces it. Not while it is new and may still boot, which its grace period
 * says; not twice; and not while as many as may be are replaced already, since reports that are all wrong would otherwise
 * take the whole group away.
 *
 * @throws TooMany when it has to wait for other replacements
 * @claims compute-asg-custom-health
 */
export async function condemn(
  autoScaling: AutoScalingClient,
  { group, maxConcurrent }: Settings,
  id: string,
): Promise<Verdict> {
  const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
  );
  const { Instances: instances = [] } = found ?? {};
  const ill = instances.find(({ InstanceId }) => InstanceId === id);
  if (!ill) return { outcome: 'left alone', why: `it is no member of ${group}` };
  if (isLeaving(ill)) return { outcome: 'left alone', why: 'it is on its way out' };
  // Whoever leaves is counted, and whoever does not serve yet, its successor for one; together they are what the group lacks.
  const serving = instances.filter(
    (instance) => instance.LifecycleState === 'InService' && !isLeaving(instance),
  ).length;
  const replaced = Math.max(0, (found.DesiredCapacity ?? 0) - serving);
  if (replaced >= maxConcurrent)
    throw new TooMany(`${replaced} instances of ${group} are being replaced, and at most ${maxConcurrent} may be`);
  try {
    await autoScaling.send(
      new SetInstanceHealthCommand({ InstanceId: id, HealthStatus: 'Unhealthy', ShouldRespectGracePeriod: true }),
    );
  } catch (error) {
    if (isUnknownInstance(error)) return { outcome: 'left alone', why: 'it is gone' };
    throw error;
  }
  return { outcome: 'to be replaced', why: 'its group was told' };
}

const isLeaving = ({ HealthStatus, LifecycleState }: Instance): boolean =>
  HealthStatus === 'Unhealthy' || /^(Terminat|Detach)/.test(LifecycleState ?? '');
