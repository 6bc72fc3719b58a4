import {
  DescribeInstancesCommand,
  EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { turn } from '../../../lambda/office-hours/turn';

const ec2 = mockClient(EC2Client);
const client = new EC2Client({ region: 'eu-west-1' });
const tag = { key: 'hours', value: 'office' };

/** EC2 as far as the hours see it. */
class Region {
  readonly machines: Instance[] = [];
  readonly refusing = new Set<string>();
  /** Instances that one answer names. */
  page = 100;
  readonly asked: { filters: unknown; token?: string }[] = [];
  readonly orders: string[][] = [];

  constructor() {
    ec2.reset();
    ec2.on(DescribeInstancesCommand).callsFake(({ Filters, NextToken }) => {
      this.asked.push({ filters: Filters, token: NextToken });
      const states = Filters[1].Values as string[];
      const fitting = this.machines.filter(({ State }) => states.includes(State!.Name!));
      const from = Number(NextToken ?? 0);
      const next = from + this.page;
      return {
        Reservations: fitting.slice(from, next).map((machine) => ({ Instances: [machine] })),
        ...(next < fitting.length && { NextToken: String(next) }),
      };
    });
    ec2.on(StopInstancesCommand).callsFake(({ InstanceIds }) => this.become('stopped', InstanceIds));
    ec2.on(StartInstancesCommand).callsFake(({ InstanceIds }) => this.become('running', InstanceIds));
  }

  add(id: string, state: string, more: Instance = {}): void {
    this.machines.push({ InstanceId: id, State: { Name: state as 'running' }, ...more });
  }

  private become(state: 'running' | 'stopped', ids: string[]) {
    this.orders.push(ids);
    const refusing = ids.find((id) => this.refusing.has(id));
    if (refusing !== undefined) throw new Error(`${refusing} is not in a state for it`);
    for (const machine of this.machines) if (ids.includes(machine.InstanceId!)) machine.State = { Name: state };
    return {};
  }

  states(): Record<string, string> {
    return Object.fromEntries(this.machines.map(({ InstanceId, State }) => [InstanceId!, State!.Name!]));
  }
}

let region: Region;
beforeEach(() => (region = new Region()));

describe('office hours', () => {
  test('in the evening the running ones stop, in the morning the stopped ones start, and no others are asked for [compute-start-stop-schedule]', async () => {
    region.add('i-1', 'running');
    region.add('i-2', 'stopped');
    region.add('i-3', 'stopping');
    expect(await turn(client, tag, 'stop')).toEqual({ does: 'stop', instances: ['i-1'], left: [] });
    expect(region.states()).toEqual({ 'i-1': 'stopped', 'i-2': 'stopped', 'i-3': 'stopping' });
    expect(await turn(client, tag, 'start')).toEqual({ does: 'start', instances: ['i-1', 'i-2'], left: [] });
    expect(region.asked.map(({ filters }) => filters)).toEqual([
      [
        { Name: 'tag:hours', Values: ['office'] },
        { Name: 'instance-state-name', Values: ['running'] },
      ],
      [
        { Name: 'tag:hours', Values: ['office'] },
        { Name: 'instance-state-name', Values: ['stopped'] },
      ],
    ]);
  });

  test('every page is read, and many are turned in several calls [compute-start-stop-schedule]', async () => {
    region.page = 40;
    for (let n = 0; n < 120; n++) region.add(`i-${n}`, 'running');
    const { instances } = await turn(client, tag, 'stop');
    expect(instances).toHaveLength(120);
    expect(region.asked.map(({ token }) => token)).toEqual([undefined, '40', '80']);
    expect(region.orders.map((ids) => ids.length)).toEqual([50, 50, 20]);
    expect(new Set(Object.values(region.states()))).toEqual(new Set(['stopped']));
  });

  test('members of a group and spot instances are left alone [compute-start-stop-schedule]', async () => {
    region.add('i-1', 'running', { Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] });
    region.add('i-2', 'running', { InstanceLifecycle: 'spot' });
    expect(await turn(client, tag, 'stop')).toEqual({
      does: 'stop',
      instances: [],
      left: [
        { instance: 'i-1', why: 'the Auto Scaling group web would replace it' },
        { instance: 'i-2', why: 'it is a spot instance' },
      ],
    });
    expect(region.orders).toEqual([]);
  });

  test('one that will not does not hold back the others, and is named', async () => {
    for (const id of ['i-1', 'i-2', 'i-3']) region.add(id, 'running');
    region.refusing.add('i-2');
    await expect(turn(client, tag, 'stop')).rejects.toThrow('cannot stop i-2: i-2 is not in a state for it');
    expect(region.states()).toEqual({ 'i-1': 'stopped', 'i-2': 'running', 'i-3': 'stopped' });
  });

  test('the same run twice has the effect of one', async () => {
    region.add('i-1', 'running');
    await turn(client, tag, 'stop');
    expect(await turn(client, tag, 'stop')).toEqual({ does: 'stop', instances: [], left: [] });
    expect(region.orders).toEqual([['i-1']]);
  });
});
