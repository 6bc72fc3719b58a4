import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  SetInstanceProtectionCommand,
} from '@aws-sdk/client-auto-scaling';
import { mockClient } from 'aws-sdk-client-mock';
import { InstanceMetadata } from '../../../lambda/shared/instance-metadata';
import { GroupMember } from '../../../lambda/worker-tier/group-member';

const scaling = mockClient(AutoScalingClient);
let facts: Record<string, string>;
let token: string;
let server: Server;
let metadata: InstanceMetadata;

beforeEach(async () => {
  scaling.reset();
  scaling.on(SetInstanceProtectionCommand).resolves({});
  scaling.on(CompleteLifecycleActionCommand).resolves({});
  token = 'first';
  facts = { 'instance-id': 'i-0abc', 'tags/instance/aws:autoscaling:groupName': 'workers' };
  server = createServer(({ method, url = '', headers }, answer) => {
    if (url === '/latest/api/token') return answer.writeHead(method === 'PUT' ? 200 : 405).end(token);
    if (headers['x-aws-ec2-metadata-token'] !== token) return answer.writeHead(401).end();
    const fact = facts[url.slice('/latest/meta-data/'.length)];
    return answer.writeHead(fact === undefined ? 404 : 200).end(fact);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  metadata = new InstanceMetadata({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterEach(() => {
  jest.useRealTimers();
  server.closeAllConnections();
  server.close();
});

const found = () => GroupMember.find(new AutoScalingClient({ region: 'eu-west-1' }), metadata, 'drain');

describe('a member of a group', () => {
  test('is protected while it is busy; the group is told when that changes, and then only [messaging-worker-tier]', async () => {
    const member = await found();
    for (const busy of [true, true, false, false]) await member.protect(busy);
    expect(scaling.commandCalls(SetInstanceProtectionCommand).map(({ args }) => args[0].input)).toEqual(
      [true, false].map((ProtectedFromScaleIn) => ({
        AutoScalingGroupName: 'workers',
        InstanceIds: ['i-0abc'],
        ProtectedFromScaleIn,
      })),
    );
  });

  test('asks again to be spared when the group did not hear it', async () => {
    const member = await found();
    scaling.on(SetInstanceProtectionCommand).rejectsOnce(new Error('throttled')).resolves({});
    await expect(member.protect(true)).rejects.toThrow('throttled');
    await member.protect(true);
    expect(scaling.commandCalls(SetInstanceProtectionCommand)).toHaveLength(2);
  });

  test.each([
    ['autoscaling/target-lifecycle-state', 'Terminated', 'its group takes it away'],
    ['spot/instance-action', '{"action": "terminate"}', 'its spot capacity is wanted back'],
  ])('hears that it is to go by %s, once [messaging-worker-loop]', async (path, value, notice) => {
    const member = await found();
    facts['autoscaling/target-lifecycle-state'] = 'InService';
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    const heard: string[] = [];
    const watching = member.watch(new AbortController().signal, (why) => heard.push(why));
    // Answers come over a real connection, in whatever time they need.
    const look = async () => {
      jest.advanceTimersByTime(5000);
      for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
    };
    await look();
    expect(heard).toEqual([]);
    facts[path] = value;
    while (heard.length === 0) await look();
    await watching;
    expect(heard).toEqual([notice]);
  });

  test('stops watching when it is told to', async () => {
    const member = await found();
    const stop = new AbortController();
    const watching = member.watch(stop.signal, () => undefined);
    stop.abort();
    await watching;
  });

  test('tells the group that waits for it that it has drained [messaging-worker-tier]', async () => {
    await (await found()).leave();
    expect(scaling.commandCalls(CompleteLifecycleActionCommand)[0].args[0].input).toEqual({
      AutoScalingGroupName: 'workers',
      LifecycleHookName: 'drain',
      InstanceId: 'i-0abc',
      LifecycleActionResult: 'CONTINUE',
    });
  });
});
