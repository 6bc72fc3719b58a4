import {
  CancelSpotInstanceRequestsCommand,
  DescribeSpotInstanceRequestsCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../../tools/servers';
import { listening } from '../../support/console';

const ec2 = mockClient(EC2Client);
const said = listening();
const [id, instance] = ['sir-abcd1234', 'i-0123456789abcdef0'];
const ask = (...args: readonly string[]) => run(['spot-cancel', ...args], () => ({ ec2: () => new EC2Client({}) }));
let state: string;
/** What was changed, in order. */
const changes = () =>
  ec2.calls().flatMap(({ args: [command] }) => {
    if (command instanceof CancelSpotInstanceRequestsCommand) return ['cancel'];
    return command instanceof TerminateInstancesCommand ? ['terminate'] : [];
  });

beforeEach(() => {
  ec2.reset();
  state = 'active';
  ec2.on(DescribeSpotInstanceRequestsCommand).callsFake(() => ({
    SpotInstanceRequests: [{ State: state, InstanceId: instance }],
  }));
  ec2.on(CancelSpotInstanceRequestsCommand).callsFake(() => ((state = 'cancelled'), {}));
  ec2.on(TerminateInstancesCommand).resolves({});
});

describe('groundplan servers spot-cancel', () => {
  test('tells both steps, and does nothing without --apply [compute-spot-request-cancel]', async () => {
    expect(await ask(id)).toBe(0);
    expect(said.join('\n')).toContain(`${id} is active:\n  1. cancel ${id}\n  2. terminate ${instance}\n`);
    expect(said.join('\n')).toContain('Nothing was changed; add --apply to do it.');
    expect(changes()).toEqual([]);
  });

  test('cancels first and terminates then, or the request would start another [compute-spot-request-cancel]', async () => {
    expect(await ask(id, '--apply')).toBe(0);
    expect(changes()).toEqual(['cancel', 'terminate']);
  });

  test.each(['open', 'active', 'disabled'])(
    'cancels a request that is %s [compute-spot-request-cancel]',
    async (is) => {
      state = is;
      await ask(id, '--apply', '--keep');
      expect(changes()).toEqual(['cancel']);
    },
  );

  test.each(['closed', 'cancelled', 'failed'])(
    'cancels none that is %s, and ends its instance all the same [compute-spot-request-cancel]',
    async (is) => {
      state = is;
      await ask(id, '--apply');
      expect(changes()).toEqual(['terminate']);
    },
  );

  test('goes on where it stopped when the second step failed [compute-spot-request-cancel]', async () => {
    ec2.on(TerminateInstancesCommand).rejectsOnce(Object.assign(new Error('busy'), { name: 'RequestLimitExceeded' }));
    expect(await ask(id, '--apply')).toBe(1);
    expect(said.join('\n')).toContain('RequestLimitExceeded: busy');
    expect(await ask(id, '--apply')).toBe(0);
    expect(changes()).toEqual(['cancel', 'terminate', 'terminate']);
  });

  test('is content when the instance is gone, or nothing is left to do', async () => {
    ec2.on(TerminateInstancesCommand).rejects(Object.assign(new Error(), { name: 'InvalidInstanceID.NotFound' }));
    expect(await ask(id, '--apply')).toBe(0);
    expect(await ask(id, '--apply', '--keep')).toBe(0);
    expect(said.join('\n')).toContain(`${id} is cancelled, and there is nothing left to do.`);
  });

  test('fails when there is no such request, or it is none', async () => {
    ec2.on(DescribeSpotInstanceRequestsCommand).resolves({ SpotInstanceRequests: [] });
    expect(await ask(id)).toBe(1);
    expect(said.join('\n')).toContain(`there is no spot request ${id} in this Region; name another, or give --region`);
    expect(await ask(instance)).toBe(2);
    expect(said.join('\n')).toContain(`"${instance}" is no id; write one such as sir-0123456789abcdef0`);
  });
});
