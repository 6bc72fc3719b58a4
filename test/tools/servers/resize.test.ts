import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../../tools/servers';
import { listening } from '../../support/console';

const ec2 = mockClient(EC2Client);
const said = listening();
const id = 'i-0123456789abcdef0';
let machine: Instance;
const regions: (string | undefined)[] = [];
const ask = (...args: readonly string[]) =>
  run(['resize', ...args], (region) => {
    regions.push(region);
    return { ec2: () => new EC2Client({ region: 'eu-west-1' }) };
  });
/** What was changed, in order. */
const changes = () =>
  ec2
    .calls()
    .map(({ args }) => args[0])
    .flatMap((command) => {
      if (command instanceof StopInstancesCommand) return ['stop'];
      if (command instanceof StartInstancesCommand) return ['start'];
      if (command instanceof ModifyInstanceAttributeCommand) return [command.input.InstanceType?.Value];
      return [];
    });
const set = (state: string) => (machine = { ...machine, State: { Name: state as 'running' } });

beforeEach(() => {
  ec2.reset();
  machine = {
    InstanceId: id,
    InstanceType: 't4g.micro',
    Architecture: 'arm64',
    RootDeviceType: 'ebs',
    State: { Name: 'running' },
  };
  ec2.on(DescribeInstancesCommand).callsFake(() => ({ Reservations: [{ Instances: [machine] }] }));
  ec2.on(DescribeInstanceTypesCommand).resolves({
    InstanceTypes: [
      { InstanceType: 't4g.micro', ProcessorInfo: { SupportedArchitectures: ['arm64'] } },
      { InstanceType: 't4g.small', ProcessorInfo: { SupportedArchitectures: ['arm64'] } },
      { InstanceType: 't3.small', ProcessorInfo: { SupportedArchitectures: ['x86_64'] } },
      {
        InstanceType: 'm7gd.large',
        InstanceStorageSupported: true,
        ProcessorInfo: { SupportedArchitectures: ['arm64'] },
      },
    ],
  });
  ec2.on(StopInstancesCommand).callsFake(() => void set('stopped'));
  ec2.on(StartInstancesCommand).callsFake(() => void set('running'));
  ec2.on(ModifyInstanceAttributeCommand).callsFake(({ InstanceType }) => {
    machine = { ...machine, InstanceType: InstanceType.Value };
  });
});

describe('groundplan servers resize', () => {
  test('tells the steps, and changes nothing without --apply [compute-resize]', async () => {
    expect(await ask(id, 't4g.small', '--region', 'eu-west-1')).toBe(0);
    expect(said.join('\n')).toContain(`${id}, a t4g.micro:\n  1. stop\n  2. make it a t4g.small\n  3. start\n`);
    expect(said.join('\n')).toContain('Nothing was changed; add --apply to do it.');
    expect([changes(), regions.at(-1)]).toEqual([[], 'eu-west-1']);
  });

  test('stops the instance, changes it, and starts it, in this order [compute-resize]', async () => {
    expect(await ask(id, 't4g.small', '--apply')).toBe(0);
    expect(changes()).toEqual(['stop', 't4g.small', 'start']);
    expect(machine).toMatchObject({ InstanceType: 't4g.small', State: { Name: 'running' } });
  });

  test('one that stands still stays so', async () => {
    set('stopped');
    expect(await ask(id, 't4g.small', '--apply', '--json')).toBe(0);
    expect(changes()).toEqual(['t4g.small']);
    expect(JSON.parse(said.join('\n'))).toEqual({
      instance: id,
      from: 't4g.micro',
      to: 't4g.small',
      result: 'done',
      steps: ['make it a t4g.small'],
    });
  });

  test('goes back to the old type where the new one does not start, and says so [compute-resize]', async () => {
    ec2.on(StartInstancesCommand).callsFake(() => {
      if (machine.InstanceType === 't4g.small') throw new Error('there is no capacity for t4g.small');
      set('running');
    });
    expect(await ask(id, 't4g.small', '--apply')).toBe(1);
    expect(changes()).toEqual(['stop', 't4g.small', 'start', 't4g.micro', 'start']);
    expect(machine).toMatchObject({ InstanceType: 't4g.micro', State: { Name: 'running' } });
    expect(said.join('\n')).toBe(
      `${id} does not run as a t4g.small: there is no capacity for t4g.small\nIt runs as a t4g.micro again.`,
    );
  });

  test('starts it as it was where it may not become the new type, and says so [compute-resize]', async () => {
    ec2.on(ModifyInstanceAttributeCommand).rejects(new Error('you are not authorised to modify it'));
    expect(await ask(id, 't4g.small', '--apply')).toBe(1);
    expect(changes()).toEqual(['stop', 't4g.small', 'start']);
    expect(machine).toMatchObject({ InstanceType: 't4g.micro', State: { Name: 'running' } });
    expect(said.join('\n')).toBe(
      `${id} does not run as a t4g.small: you are not authorised to modify it\nIt runs as a t4g.micro again.`,
    );
  });

  describe('where it does not stop in ten minutes', () => {
    beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
    afterEach(() => void jest.useRealTimers());
    const resizedLate = async () => {
      const code = ask(id, 't4g.small', '--apply');
      await jest.advanceTimersByTimeAsync(3_600_000);
      return code;
    };

    test('it is waited for once more and started as it was [compute-resize]', async () => {
      ec2
        .on(StopInstancesCommand)
        .callsFake(() => void set(machine.State?.Name === 'running' ? 'stopping' : 'stopped'));
      expect(await resizedLate()).toBe(1);
      expect(changes()).toEqual(['stop', 'stop', 'start']);
      expect(machine).toMatchObject({ InstanceType: 't4g.micro', State: { Name: 'running' } });
      expect(said.join('\n')).toBe(
        `${id} does not run as a t4g.small: ${id} has not stopped after 10 minutes\nIt runs as a t4g.micro again.`,
      );
    });

    test('it is told how it is started by hand, where that is not enough [compute-resize]', async () => {
      ec2.on(StopInstancesCommand).callsFake(() => void set('stopping'));
      expect(await resizedLate()).toBe(1);
      expect(changes()).toEqual(['stop', 'stop']);
      expect(said.join('\n')).toBe(
        [
          `${id} does not run as a t4g.small: ${id} has not stopped after 10 minutes`,
          `It could not be started again: ${id} has not stopped after 10 minutes`,
          'Start it by hand:',
          `  aws ec2 wait instance-stopped --instance-ids ${id} --region eu-west-1`,
          `  aws ec2 modify-instance-attribute --instance-id ${id} --instance-type Value=t4g.micro --region eu-west-1`,
          `  aws ec2 start-instances --instance-ids ${id} --region eu-west-1`,
        ].join('\n'),
      );
    });
  });

  test('does nothing where it is that type already', async () => {
    expect(await ask(id, 't4g.micro', '--apply')).toBe(0);
    expect(changes()).toEqual([]);
    expect(said.join('\n')).toBe(`${id} is a t4g.micro already.`);
  });

  test.each<[string, string, Partial<Instance>, string]>([
    [
      'the processor is another one',
      't3.small',
      {},
      `t3.small has a processor of x86_64, but ${id} boots for arm64; take a type for arm64, or make a new instance`,
    ],
    [
      'local disks would be lost',
      't4g.small',
      { InstanceType: 'm7gd.large' },
      `m7gd.large has local disks, which lose what they hold when ${id} stops; copy it away and make a new instance`,
    ],
    [
      'a group would replace it',
      't4g.small',
      { Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] },
      `${id} belongs to the Auto Scaling group web, which would replace it as soon as it stops; change its launch template`,
    ],
    [
      'it is on its way',
      't4g.small',
      { State: { Name: 'stopping' } },
      `${id} is stopping; wait until it is running or stopped`,
    ],
    ['there is no such type', 'm9g.large', {}, 'm9g.large is not offered in this Region; take another type'],
    [
      'it is a spot instance',
      't4g.small',
      { InstanceLifecycle: 'spot' },
      `${id} is a spot instance, whose type stays; ask for another one`,
    ],
  ])('fails where %s [compute-resize]', async (_, to, how, fault) => {
    machine = { ...machine, ...how };
    expect(await ask(id, to, '--apply')).toBe(1);
    expect(said.join('\n')).toBe(fault);
    expect(changes()).toEqual([]);
  });

  test('fails where there is no such instance', async () => {
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
    expect(await ask(id, 't4g.small')).toBe(1);
    expect(said.join('\n')).toBe(`there is no instance ${id} in this Region; name another, or give --region`);
  });

  test.each([
    [['web', 't4g.small'], '"web" is no id; write one such as i-0123456789abcdef0'],
    [[id], 'no type is named; the words are: instance, type'],
    [[id, 't4g.small', 'now'], '"now" is one word too many'],
    [[id, 'small'], 'small is no instance type'],
    [[id, 't4g.small', '--region', 'Ireland'], '--region is Ireland; write the code of a Region, such as eu-west-1'],
    [[id, 't4g.small', '--force'], "Unknown option '--force'"],
  ])('fails when the words are %j, and tells all commands', async (words, fault) => {
    expect(await ask(...words)).toBe(2);
    expect(said.join('\n')).toContain(fault);
    expect(said.join('\n')).toContain(
      'groundplan servers resize <instance> <type> [--apply] [--region <code>] [--json]',
    );
  });
});

describe('groundplan servers', () => {
  test.each([
    [[], 'say what to do\n\ngroundplan servers'],
    [['grow'], 'there is nothing called grow to do\n\ngroundplan servers'],
  ])('fails when it is told %j', async (words, beginning) => {
    expect(await run(words)).toBe(2);
    expect(said.join('\n')).toContain(beginning);
    expect(said.join('\n')).toContain('Without --apply nothing is changed, and what would be done is told.');
  });
});
