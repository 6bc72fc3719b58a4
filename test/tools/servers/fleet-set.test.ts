import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../../tools/servers';
import { listening } from '../../support/console';

const autoScaling = mockClient(AutoScalingClient);
const said = listening();
const ask = (...args: readonly string[]) =>
  run(['fleet-set', ...args], () => ({ autoScaling: () => new AutoScalingClient({}) }));
const changes = () => autoScaling.commandCalls(SetDesiredCapacityCommand).map(({ args: [{ input }] }) => input);

beforeEach(() => {
  autoScaling.reset();
  autoScaling.on(SetDesiredCapacityCommand).resolves({});
  autoScaling
    .on(DescribeAutoScalingGroupsCommand)
    .resolves({ AutoScalingGroups: [{ MinSize: 1, MaxSize: 4, DesiredCapacity: 2 } as never] });
});

describe('groundplan servers fleet-set', () => {
  test('tells what it would do, and changes nothing without --apply [compute-asg-manual]', async () => {
    expect(await ask('web', '3')).toBe(0);
    expect(said.join('\n')).toContain('web: 2 instances, then 3, of 1 to 4.');
    expect(said.join('\n')).toContain('Nothing was changed; add --apply to do it.');
    expect(changes()).toEqual([]);
  });

  test('sets the number, and waits for a rest that is going on only when told to [compute-asg-manual]', async () => {
    expect(await ask('web', '3', '--apply')).toBe(0);
    expect(await ask('web', '4', '--apply', '--cooldown')).toBe(0);
    expect(changes()).toEqual([
      { AutoScalingGroupName: 'web', DesiredCapacity: 3, HonorCooldown: false },
      { AutoScalingGroupName: 'web', DesiredCapacity: 4, HonorCooldown: true },
    ]);
  });

  test.each(['0', '5'])('fails with %s, outside the bounds of the group [compute-asg-manual]', async (number) => {
    expect(await ask('web', number, '--apply')).toBe(1);
    expect(said.join('\n')).toContain(
      'web has between 1 and 4 instances; give a number between them, or change its bounds in its template',
    );
    expect(changes()).toEqual([]);
  });

  test('does nothing when there are as many already', async () => {
    expect(await ask('web', '2', '--apply', '--json')).toBe(0);
    expect(JSON.parse(said.join('\n'))).toMatchObject({ before: 2, wanted: 2, applied: false });
    expect(changes()).toEqual([]);
  });

  test('fails when there is no such group', async () => {
    autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [] });
    expect(await ask('web', '3')).toBe(1);
    expect(said.join('\n')).toContain('there is no group web in this Region; name another, or give --region');
  });

  test.each([
    [['web'], 'no number is named; the words are: group, number'],
    [['web', '-1'], '1'],
    [['web', 'many'], '"many" is no number of instances; write a whole number from 0'],
  ])('fails with the words %j', async (words, fault) => {
    expect(await ask(...words)).toBe(2);
    expect(said.join('\n')).toContain(fault);
  });
});
