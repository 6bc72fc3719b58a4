import {
  AttachNetworkInterfaceCommand,
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { failOver } from '../../../lambda/interface-failover/move';

const [active, standby] = ['i-0a', 'i-0b'];
const place = { networkInterface: 'eni-01', hosts: [active, standby], deviceIndex: 1 };
const ec2 = mockClient(EC2Client);
const client = new EC2Client({ region: 'eu-west-1' });
const atOnce = { looks: 3, milliseconds: 0 };
const move = (failed = active) => failOver(client, place, failed, atOnce);

/** EC2 as far as a failover sees it: who holds the interface, and how its hosts are. */
class Region {
  holder: string | undefined = active;
  /** How often it is looked at before a detachment is through. */
  slowness = 0;
  readonly states: Record<string, string> = { [active]: 'stopped', [standby]: 'running' };
  readonly impaired = new Set<string>();
  readonly did: string[] = [];
  private detaching = 0;

  constructor() {
    ec2.reset();
    ec2.on(DescribeNetworkInterfacesCommand).callsFake(() => {
      if (this.detaching > 0 && --this.detaching === 0) this.holder = undefined;
      const status = this.detaching > 0 ? 'detaching' : 'attached';
      return {
        NetworkInterfaces: [
          this.holder === undefined
            ? { Status: 'available' }
            : {
                Status: 'in-use',
                Attachment: { AttachmentId: 'eni-attach-1', InstanceId: this.holder, Status: status },
              },
        ],
      };
    });
    ec2.on(DescribeInstanceStatusCommand).callsFake(({ InstanceIds: [id], IncludeAllInstances }) => {
      if (this.states[id] === undefined) throw named('InvalidInstanceID.NotFound');
      if (!IncludeAllInstances && this.states[id] !== 'running') return { InstanceStatuses: [] };
      const check = { Status: this.impaired.has(id) ? 'impaired' : 'ok' };
      return {
        InstanceStatuses: [
          { InstanceState: { Name: this.states[id] }, InstanceStatus: { Status: 'ok' }, SystemStatus: check },
        ],
      };
    });
    ec2.on(DetachNetworkInterfaceCommand).callsFake(({ AttachmentId, Force }) => {
      this.did.push(`detach ${AttachmentId}${Force ? ' by force' : ''}`);
      if (this.slowness > 0) this.detaching = this.slowness;
      else this.holder = undefined;
      return {};
    });
    ec2.on(AttachNetworkInterfaceCommand).callsFake(({ InstanceId, DeviceIndex }) => {
      if (this.holder !== undefined) throw named('InvalidNetworkInterface.InUse');
      this.did.push(`attach to ${InstanceId} at ${DeviceIndex}`);
      this.holder = InstanceId;
      return { AttachmentId: 'eni-attach-2' };
    });
  }
}

const named = (name: string): Error => Object.assign(new Error(name), { name });
const moved = ['detach eni-attach-1 by force', `attach to ${standby} at 1`];
let region: Region;
beforeEach(() => (region = new Region()));

describe('a failover', () => {
  test('detaches, waits until the interface is free, and attaches it to the standby [network-eni-failover, compute-eni-failover]', async () => {
    region.slowness = 2;
    expect(await move()).toEqual({ outcome: 'moved', holder: standby, why: 'i-0a is stopped' });
    expect(region.did).toEqual(moved);
    expect(region.holder).toBe(standby);
  });

  test('goes back when the standby fails in its turn', async () => {
    await move();
    region.states[active] = 'running';
    region.states[standby] = 'stopping';
    expect(await move(standby)).toEqual({ outcome: 'moved', holder: active, why: 'i-0b is stopping' });
  });

  test.each([
    ['fails its checks', (is: Region) => ((is.states[active] = 'running'), is.impaired.add(active))],
    ['is gone', (is: Region) => delete is.states[active]],
    ['is terminated', (is: Region) => (is.states[active] = 'terminated')],
  ])('moves it when the holder %s [network-eni-failover]', async (why, happen) => {
    happen(region);
    expect(await move()).toEqual({ outcome: 'moved', holder: standby, why: `i-0a ${why}` });
  });

  test('moves nothing a second time, whatever comes twice or late [network-eni-failover, compute-eni-failover]', async () => {
    await move();
    expect(await move()).toEqual({ outcome: 'left alone', holder: standby, why: 'it was not at i-0a any more' });
    expect(region.did).toEqual(moved);
  });

  test('moves nothing when the holder is well after all [network-eni-failover]', async () => {
    region.states[active] = 'running';
    expect(await move()).toEqual({ outcome: 'left alone', holder: active, why: 'i-0a runs, and its checks pass' });
    expect(region.did).toEqual([]);
  });

  test('finishes what a run began that was cut off after detaching [network-eni-failover]', async () => {
    region.holder = undefined;
    region.states[active] = 'running';
    expect(await move()).toEqual({ outcome: 'moved', holder: standby, why: 'i-0a was left without it' });
    expect(region.did).toEqual([`attach to ${standby} at 1`]);
  });

  test('goes on when somebody was faster at either end [network-eni-failover]', async () => {
    ec2.on(DetachNetworkInterfaceCommand).callsFake(() => {
      region.holder = undefined;
      throw named('InvalidAttachmentID.NotFound');
    });
    ec2.on(AttachNetworkInterfaceCommand).callsFake(({ InstanceId }) => {
      region.holder = InstanceId;
      throw named('InvalidNetworkInterface.InUse');
    });
    expect(await move()).toMatchObject({ outcome: 'moved', holder: standby });
  });

  test('is content when another run has attached it while this one waited [network-eni-failover]', async () => {
    ec2.on(DetachNetworkInterfaceCommand).callsFake(() => {
      region.holder = standby;
      return {};
    });
    expect(await move()).toMatchObject({ outcome: 'moved', holder: standby });
    expect(region.did).toEqual([]);
  });

  test('fails when the interface does not come free in time, and the next attempt goes on from there [network-eni-failover, compute-eni-failover]', async () => {
    region.slowness = 5;
    await expect(move()).rejects.toThrow('eni-01 is not free after 3 looks; the next attempt goes on');
    expect(region.did).toEqual(['detach eni-attach-1 by force']);
    expect(await move()).toMatchObject({ outcome: 'moved', holder: standby });
    expect(region.did).toEqual(moved);
  });

  test.each([
    ['stopped', 'i-0b is stopped'],
    ['pending', 'i-0b is pending'],
  ])('fails before it touches anything when the standby is %s [compute-eni-failover]', async (state, why) => {
    region.states[standby] = state;
    await expect(move()).rejects.toThrow(`no instance can take the interface: ${why}`);
    expect(region.did).toEqual([]);
    expect(region.holder).toBe(active);
  });

  test('fails when EC2 refuses, with what EC2 said', async () => {
    ec2.on(DetachNetworkInterfaceCommand).rejects(named('UnauthorizedOperation'));
    await expect(move()).rejects.toThrow('UnauthorizedOperation');
    ec2.on(DetachNetworkInterfaceCommand).callsFake(() => ((region.holder = undefined), {}));
    ec2.on(AttachNetworkInterfaceCommand).rejects(named('AttachmentLimitExceeded'));
    await expect(move()).rejects.toThrow('AttachmentLimitExceeded');
    ec2.on(DescribeInstanceStatusCommand).rejects(named('RequestLimitExceeded'));
    await expect(move()).rejects.toThrow('RequestLimitExceeded');
  });

  test('fails when the instance is none of those that may hold it, or the interface is gone', async () => {
    await expect(move('i-0c')).rejects.toThrow('i-0c does not hold eni-01; i-0a, i-0b may');
    ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [] });
    await expect(move()).rejects.toThrow('there is no interface eni-01');
  });
});

describe('the handler', () => {
  const context = { functionName: 'mover', awsRequestId: '1' } as Context;
  const start = () => {
    Object.assign(process.env, { NETWORK_INTERFACE: 'eni-01', HOSTS: `${active},${standby}`, DEVICE_INDEX: '1' });
    return require('../../../lambda/interface-failover/fail-over') as typeof import('../../../lambda/interface-failover/fail-over');
  };

  test('takes the instance from the event and answers what it did', async () => {
    const { handler } = start();
    expect(await handler({ failed: active }, context)).toMatchObject({ outcome: 'moved', holder: standby });
  });

  test.each([[{}], [null], [{ failed: 7 }]])('fails when the event is %j, before EC2 is asked', async (event) => {
    const { handler } = start();
    await expect(handler(event, context)).rejects.toThrow(
      `the event names no instance in "failed": ${JSON.stringify(event)}`,
    );
    expect(ec2.calls()).toEqual([]);
  });
});
