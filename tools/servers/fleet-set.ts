import { DescribeAutoScalingGroupsCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import { unchanged, wordsOf, type ServerCommand } from './command';

/**
 * Manual scaling: how many instances a group has from now on, between its minimum and maximum, until a policy or a schedule says otherwise.
 *
 * @claims compute-asg-manual
 */
export const fleetSet: ServerCommand = {
  words: '<group> <number> [--cooldown]',
  purpose: 'set by hand how many instances a group has, between its minimum and its maximum',
  options: { cooldown: { type: 'boolean' } },
  understand: (order) => {
    const [group, text] = wordsOf(order, 'group', 'number');
    if (!/^\d{1,5}$/.test(text)) throw new Error(`"${text}" is no number of instances; write a whole number from 0`);
    const wanted = Number(text);
    const cooldown = order.options.cooldown === true;
    return async ({ autoScaling }) => {
      const client = autoScaling();
      const { AutoScalingGroups: [found] = [] } = await client.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
      );
      if (!found) throw new Error(`there is no group ${group} in this Region; name another, or give --region`);
      const { MinSize: min = 0, MaxSize: max = 0, DesiredCapacity: before = 0 } = found;
      if (wanted < min || wanted > max)
        throw new Error(
          `${group} has between ${min} and ${max} instances; give a number between them, or change its bounds in its template`,
        );
      const facts = { group, before, wanted, min, max, cooldown, applied: order.apply && wanted !== before };
      if (wanted === before) return { words: `${group} has ${before} instances already.`, facts };
      const change = `${group}: ${before} instances, then ${wanted}, of ${min} to ${max}`;
      if (!order.apply)
        return {
          words: `${change}.\nPolicies and schedules may change it again, as soon as they have a reason.\n${unchanged}`,
          facts,
        };
      await client.send(
        new SetDesiredCapacityCommand({
          AutoScalingGroupName: group,
          DesiredCapacity: wanted,
          HonorCooldown: cooldown,
        }),
      );
      return { words: `${change}. Done.`, facts };
    };
  },
};
