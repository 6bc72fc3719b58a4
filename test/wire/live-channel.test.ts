import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { AlarmTopic } from '../../lib/constructs/operations/alarm-topic';
import { ChannelAccess } from '../../lib/constructs/serverless/channel-access';
import { LiveChannel } from '../../lib/constructs/serverless/live-channel';
import { Tickets } from '../../lambda/shared/tickets';
import { templateOf } from '../support/app';
import type { CfnTemplate } from '../support/architecture';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, randomFaults, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let door: FunctionPool;
let authoriser: FunctionPool;
let connections: string;
let tickets: Tickets;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const template = templateOf(
    (stack) =>
      new LiveChannel(stack, 'Channel', {
        description: 'Things as they change',
        access: ChannelAccess.tickets(),
        alarms: new AlarmTopic(stack, 'Alarms'),
      }),
  ).toJSON() as CfnTemplate;
  const stack = await StandIn.make(template, aws, 'channel');
  connections = stack.find('AWS::DynamoDB::GlobalTable', /^ChannelConnections/).name;
  tickets = new Tickets(aws.dynamodb, stack.find('AWS::DynamoDB::GlobalTable', /^ChannelTickets/).name);
  const patient = { timeoutSeconds: 60 };
  door = new FunctionPool(stack.function(/^ChannelDoor/, 'live-channel/door', patient), wire);
  authoriser = new FunctionPool(stack.function(/^ChannelAuthoriser/, 'live-channel/authorise', patient), wire);
});
afterEach(() => wire.clear());
afterAll(async () => {
  door.stop();
  authoriser.stop();
  await wire.stop();
  aws.stop();
});

const asked = (ticket: string) =>
  authoriser.invoke({
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:${region}:${account}:a1b2c3d4e5/live/$connect`,
    queryStringParameters: { ticket },
  });
const effectOf = async (ticket: string) =>
  (await asked(ticket)).result?.policyDocument.Statement[0].Effect as string | undefined;
const said = (routeKey: string, owner: string, connectionId: string) =>
  door.invoke({ requestContext: { routeKey, connectionId, requestId: 'r', authorizer: { principalId: owner } } });
const listed = async () =>
  ((await aws.dynamodb.send(new ScanCommand({ TableName: connections }))).Items ?? [])
    .map(({ owner, connectionId }) => `${owner.S}/${connectionId.S}`)
    .sort();

test('of two who come with one ticket at the same moment one is let in, and the other is not [serverless-websocket-api]', async () => {
  for (let i = 0; i < 5; i += 1) {
    const ticket = await tickets.issue('ada', 30);
    expect((await Promise.all([effectOf(ticket), effectOf(ticket), effectOf(ticket)])).sort()).toEqual([
      'Allow',
      'Deny',
      'Deny',
    ]);
  }
});

test('a ticket lets nobody in twice, whatever is lost on the way; and where the answer is lost it lets in nobody', async () => {
  const ticket = await tickets.issue('ada', 30);
  wire.plan = (call, nth) => (call.operation === 'DeleteItem' && nth === 1 ? answerLost : undefined);
  expect(await effectOf(ticket)).toBe('Deny');
  expect(await effectOf(ticket)).toBe('Deny');
  const other = await tickets.issue('ada', 30);
  wire.clear();
  wire.plan = (call, nth) => (call.operation === 'DeleteItem' && nth === 1 ? lostBefore : undefined);
  expect(await effectOf(other)).toBe('Allow');
  expect(await effectOf(other)).toBe('Deny');
});

test('a ticket ends when the clock has passed its seconds', async () => {
  const ticket = await tickets.issue('ada', 30);
  authoriser.clock = 31_000;
  expect(await effectOf(ticket)).toBe('Deny');
  authoriser.clock = 0;
});

test('a client that DynamoDB turns away is not let in, so that nobody is connected who is not on the list', async () => {
  wire.plan = (call) => (call.operation === 'PutItem' ? throttled(call) : undefined);
  expect((await said('$connect', 'eve', 'c0')).error).toBeDefined();
  expect(await listed()).toEqual([]);
});

test('fifty clients come and go under faults, and the list holds those who stayed', async () => {
  const ids = Array.from({ length: 50 }, (_, i) => `c${String(i).padStart(2, '0')}`);
  const staying = ids.filter((id) => chance.happens(0.4, 'stays', id));
  wire.plan = randomFaults(chance, { throttled: 10, lostBefore: 5, answerLost: 5 }, 2);
  const tried = async (routeKey: string, id: string): Promise<void> => {
    // API Gateway tells of a client that went as often as it takes here, which it does not promise: what is left expires.
    for (let left = 5; left > 0; left -= 1) if (!(await said(routeKey, `owner-${id}`, id)).error) return;
  };
  await Promise.all(
    ids.map(async (id) => {
      await tried('$connect', id);
      if (!staying.includes(id)) await tried('$disconnect', id);
    }),
  );
  expect(await listed()).toEqual(staying.map((id) => `owner-${id}/${id}`));
});
