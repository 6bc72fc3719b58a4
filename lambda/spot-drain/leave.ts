import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  SetInstanceHealthCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isUnknownInstance } from '../shared/group-errors';
import type { InstanceScript } from '../shared/instance-command';
import { patience } from '../shared/patience';

export interface Tools {
  readonly group: string;
  readonly autoScaling: AutoScalingClient;
  readonly balancers: ElasticLoadBalancingV2Client;
  /** Stops the application. */
  readonly script?: InstanceScript;
}

export interface Notice {
  /** The event; its repetition stops nothing a second time. */
  readonly id: string;
  readonly instance: string;
  /** Whether the instance goes in two minutes. Otherwise EC2 only expects that it will. */
  readonly goes: boolean;
}

export interface Outcome {
  readonly outcome: 'drained' | 'left to its group' | 'ignored';
  readonly did: readonly string[];
}

/**
 * Takes an instance out of service. One that goes in two minutes gets no more requests, stops its application and is replaced at
 * once. One that may go gets no more requests where others are well; its group starts another and then takes it.
 *
 * What it does may be done twice. Each of the three is tried even if another fails, since the clock runs.
 *
 * @throws one error with all that failed, so that the next attempt tries again
 * @claims compute-spot-interruption
 */
export async function leave(tools: Tools, { id, instance, goes }: Notice): Promise<Outcome> {
  const { group, autoScaling, script } = tools;
  const { AutoScalingInstances: [member] = [] } = await autoScaling.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [instance] }),
  );
  if (member?.AutoScalingGroupName !== group) return { outcome: 'ignored', did: [] };

  const did: string[] = [];
  const steps: Promise<unknown>[] = [deregister(tools, instance, goes, did)];
  if (goes && script)
    steps.push(
      script.run(instance, id).then((command) => did.push(command ? 'stopped its application' : 'did not reach it')),
    );
  if (goes)
    steps.push(condemn(autoScaling, instance).then((gone) => did.push(gone ? 'was gone' : 'asked for another')));
  const failed = (await Promise.allSettled(steps)).filter((step) => step.status === 'rejected');
  if (failed.length > 0)
    throw new AggregateError(
      failed.map(({ reason }) => reason as Error),
      `${instance}: ${failed.map(({ reason }) => (reason as Error).message).join('; ')}`,
    );
  return { outcome: goes ? 'drained' : 'left to its group', did: did.sort() };
}

/** How long each call is tried; all of them, one after the other, have to fit into a run, and two runs into two minutes. */
export const hurry = { ...patience, maxAttempts: 2 } as const;

/** Connections that are open have the pool's deregistration delay to end in. */
async function deregister(
  { group, autoScaling, balancers }: Tools,
  instance: string,
  goes: boolean,
  did: string[],
): Promise<void> {
  const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
  );
  const from = async (pool: string) => {
    if (!goes && !(await othersAreWell(balancers, pool, instance)))
      return 'kept its requests, as no other instance is healthy';
    await balancers.send(new DeregisterTargetsCommand({ TargetGroupArn: pool, Targets: [{ Id: instance }] }));
    return 'took its requests away';
  };
  did.push(...(await Promise.all((found?.TargetGroupARNs ?? []).map(from))));
}

async function othersAreWell(
  balancers: ElasticLoadBalancingV2Client,
  pool: string,
  instance: string,
): Promise<boolean> {
  const { TargetHealthDescriptions: targets = [] } = await balancers.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: pool }),
  );
  return targets.some(({ Target, TargetHealth }) => Target?.Id !== instance && TargetHealth?.State === 'healthy');
}

/** Has the group replace it now, whatever its age. @returns whether it is gone already */
async function condemn(autoScaling: AutoScalingClient, instance: string): Promise<boolean> {
  try {
    await autoScaling.send(
      new SetInstanceHealthCommand({
        InstanceId: instance,
        HealthStatus: 'Unhealthy',
        ShouldRespectGracePeriod: false,
      }),
    );
    return false;
  } catch (error) {
    if (isUnknownInstance(error)) return true;
    throw error;
  }
}
