import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Connections } from '../../../lambda/shared/connections';
import { largestPush, push } from '../../../lambda/shared/push';
import { Tickets } from '../../../lambda/shared/tickets';
import { FakeTables } from '../../support/fake-tables';

const tables = new FakeTables({ connections: ['owner', 'connectionId'], tickets: ['ticket'] });
const posts = mockClient(ApiGatewayManagementApiClient);
const start = new Date('2026-11-28T10:00:00Z');
let now = start;
const later = (seconds: number) => (now = new Date(start.getTime() + seconds * 1000));

const dynamodb = new DynamoDBClient({});
const connections = new Connections(dynamodb, 'connections', () => now);
const tickets = new Tickets(dynamodb, 'tickets', () => now);
const pushing = (owner: string, message: unknown) =>
  push(new ApiGatewayManagementApiClient({ endpoint: 'https://x.example/live' }), connections, owner, message);
const gone = new GoneException({ message: 'gone', $metadata: {} });
const sentTo = () => posts.commandCalls(PostToConnectionCommand).map(({ args: [{ input }] }) => input.ConnectionId);

beforeEach(() => {
  now = start;
  tables.reset();
  posts.reset();
  posts.on(PostToConnectionCommand).resolves({});
});

describe('Connections', () => {
  test('each owner has his own, and one that is closed is forgotten, however often [serverless-websocket-api]', async () => {
    await connections.open('ada', 'c1');
    await connections.open('ada', 'c2');
    await connections.open('bob', 'c3');
    await connections.close('ada', 'c1');
    await connections.close('ada', 'c1');
    expect([await connections.of('ada'), await connections.of('bob'), await connections.of('eve')]).toEqual([
      ['c2'],
      ['c3'],
      [],
    ]);
  });

  test('after two hours none is open any more, told or not [serverless-websocket-api]', async () => {
    await connections.open('ada', 'c1');
    later(7199);
    expect(await connections.of('ada')).toEqual(['c1']);
    later(7200);
    expect(await connections.of('ada')).toEqual([]);
  });

  test('a list of several pages is read to its end', async () => {
    tables.client
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ connectionId: 'c1' }], LastEvaluatedKey: { owner: 'ada', connectionId: 'c1' } })
      .resolvesOnce({ Items: [{ connectionId: 'c2' }] });
    expect(await connections.of('ada')).toEqual(['c1', 'c2']);
    expect(tables.client.commandCalls(QueryCommand)[1].args[0].input.ExclusiveStartKey).toEqual({
      owner: 'ada',
      connectionId: 'c1',
    });
  });
});

describe('push', () => {
  test('reaches every connection of the owner and nobody else [serverless-websocket-api]', async () => {
    for (const [owner, id] of [
      ['ada', 'c1'],
      ['ada', 'c2'],
      ['bob', 'c3'],
    ])
      await connections.open(owner, id);
    expect(await pushing('ada', { text: 'milk' })).toEqual({ sent: 2, gone: 0 });
    expect(sentTo()).toEqual(['c1', 'c2']);
    const [{ args }] = posts.commandCalls(PostToConnectionCommand);
    expect(Buffer.from(args[0].input.Data as Uint8Array).toString()).toBe('{"text":"milk"}');
  });

  test('a connection that is gone is forgotten, and the others get theirs [serverless-websocket-api]', async () => {
    await connections.open('ada', 'c1');
    await connections.open('ada', 'c2');
    posts.on(PostToConnectionCommand, { ConnectionId: 'c1' }).rejects(gone);
    expect(await pushing('ada', {})).toEqual({ sent: 1, gone: 1 });
    expect(await connections.of('ada')).toEqual(['c2']);
  });

  test('one that cannot be reached fails the push after the others got theirs, and stays [serverless-websocket-api]', async () => {
    await connections.open('ada', 'c1');
    await connections.open('ada', 'c2');
    posts.on(PostToConnectionCommand, { ConnectionId: 'c1' }).rejects(new Error('LimitExceeded'));
    await expect(pushing('ada', {})).rejects.toThrow('1 of 2 connections could not be reached');
    expect(sentTo()).toEqual(['c1', 'c2']);
    expect(await connections.of('ada')).toEqual(['c1', 'c2']);
  });

  test('a message of 128 KB passes, and one that is larger is refused before anything is sent [serverless-websocket-api]', async () => {
    await connections.open('ada', 'c1');
    expect(await pushing('ada', 'x'.repeat(largestPush - 2))).toEqual({ sent: 1, gone: 0 });
    posts.resetHistory();
    await expect(pushing('ada', 'x'.repeat(largestPush - 1))).rejects.toThrow(
      'the message holds 131073 bytes, and a connection takes 131072',
    );
    expect(sentTo()).toEqual([]);
  });
});

describe('Tickets', () => {
  test('a ticket lets its owner in once, and what the table holds lets nobody in [serverless-websocket-api]', async () => {
    const ticket = await tickets.issue('ada', 30);
    const [{ ticket: kept }] = tables.all('tickets');
    expect(await tickets.redeem(kept as string)).toBeUndefined();
    expect(await tickets.redeem(ticket)).toBe('ada');
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });

  test('a ticket ends after its seconds, whether the table has deleted it or not [serverless-websocket-api]', async () => {
    const [one, other] = [await tickets.issue('ada', 30), await tickets.issue('ada', 30)];
    later(29);
    expect(await tickets.redeem(one)).toBe('ada');
    later(30);
    expect(await tickets.redeem(other)).toBeUndefined();
  });
});
