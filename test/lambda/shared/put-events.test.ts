import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { entryBytes, largestEntry, putAll, putEvents, type OutgoingEvent } from '../../../lambda/shared/put-events';

const events = mockClient(EventBridgeClient);
const client = new EventBridgeClient({});
const noPause = { pause: () => Promise.resolve() };
const calls = () => events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries!);
const happened = (name: string, more: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  source: 'shop',
  detailType: 'order.placed',
  detail: { name },
  ...more,
});
const named = (event: OutgoingEvent) => (event.detail as { name: string }).name;
const nameIn = ({ Detail }: { Detail?: string }) => (JSON.parse(Detail!) as { name: string }).name;

beforeEach(() => {
  events.reset();
  events.on(PutEventsCommand).resolves({});
});

describe('putEvents', () => {
  test('puts ten entries a call on the bus, each with its source and type [messaging-event-contract]', async () => {
    const all = Array.from({ length: 23 }, (_, i) => happened(`order ${i}`));
    expect(await putEvents(client, 'hub', all)).toEqual([]);
    expect(calls().map((entries) => entries.length)).toEqual([10, 10, 3]);
    expect(calls()[0][0]).toEqual({
      EventBusName: 'hub',
      Source: 'shop',
      DetailType: 'order.placed',
      Detail: '{"name":"order 0"}',
    });
  });

  test('measures what EventBridge measures: source, type, detail, resources in bytes, and 14 for a time [messaging-event-contract]', () => {
    expect(entryBytes({ source: 'größe', detailType: 'a', detail: {} })).toBe(7 + 1 + 2);
    expect(entryBytes({ source: 's', detailType: 't', detail: {}, resources: ['arn:x'], time: new Date(0) })).toBe(
      1 + 1 + 2 + 5 + 14,
    );
  });

  test('calls hold ten entries and the limit at most, in order, and nothing is lost [messaging-event-contract]', async () => {
    const one = fc.nat(200_000).map((size) => happened('x'.repeat(size)));
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 30 }), fc.constantFrom(262_144, largestEntry), async (all, limit) => {
        events.resetHistory();
        expect(await putEvents(client, 'hub', all, { maxEntryBytes: limit })).toEqual([]);
        expect(calls().flat().map(nameIn)).toEqual(all.map(named));
        for (const entries of calls()) {
          expect(entries.length).toBeLessThanOrEqual(10);
          const bytes = entries.reduce(
            (sum, { Source, DetailType, Detail }) => sum + (Source! + DetailType! + Detail!).length,
            0,
          );
          expect(bytes).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('offers again only what failed, and nothing that is the fault of the sender [messaging-event-contract]', async () => {
    events
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 2,
        Entries: [
          { EventId: '1' },
          { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' },
          { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'not yours' },
        ],
      })
      .resolves({ Entries: [{ EventId: '2' }] });
    const untaken = await putEvents(
      client,
      'hub',
      ['a', 'b', 'c'].map((name) => happened(name)),
      noPause,
    );
    expect(untaken.map(({ item, reason }) => [named(item), reason])).toEqual([
      ['c', 'NotAuthorizedForSourceException: not yours'],
    ]);
    expect(calls().map((entries) => entries.map(nameIn))).toEqual([['a', 'b', 'c'], ['b']]);
  });

  test('whatever entries fail and however often, each is taken once or told of [messaging-event-contract]', async () => {
    const outcomes = fc.array(
      fc.array(fc.constantFrom('taken', 'InternalFailure', 'MalformedDetail'), { maxLength: 4 }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(outcomes, async (plan) => {
        const left = plan.map((each) => [...each]);
        const taken: number[] = [];
        events.reset();
        events.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) => ({
          Entries: Entries.map((entry) => {
            const i = Number(nameIn(entry));
            const outcome = left[i].shift() ?? 'taken';
            if (outcome === 'taken') taken.push(i);
            return outcome === 'taken' ? { EventId: 'x' } : { ErrorCode: outcome, ErrorMessage: 'no' };
          }),
        }));
        const untaken = await putEvents(
          client,
          'hub',
          plan.map((_, i) => happened(String(i))),
          noPause,
        );
        const told = untaken.map(({ item }) => Number(named(item)));
        expect([...taken, ...told].sort((a, b) => a - b)).toEqual(plan.map((_, i) => i));
      }),
      { numRuns: 50 },
    );
  });

  test('a call that fails is made again, and what it held is told when it fails for good', async () => {
    events.on(PutEventsCommand).rejects(Object.assign(new Error('no network'), { name: 'TimeoutError' }));
    expect(await putEvents(client, 'hub', [happened('a')], noPause)).toEqual([
      { item: happened('a'), reason: 'TimeoutError: no network', doubtful: true },
    ]);
    expect(calls()).toHaveLength(3);
  });

  test('putAll fails with every reason', async () => {
    events.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'no JSON' }] });
    await expect(putAll(client, 'hub', [happened('a')])).rejects.toThrow(
      '1 of 1 events were not taken:\n  shop order.placed: MalformedDetail: no JSON',
    );
  });

  test('fails before anything is sent, with every event that no bus can take', async () => {
    const wrong = [
      happened('x'.repeat(largestEntry)),
      happened('a', { source: '' }),
      happened('b', { source: 'aws.shop' }),
      happened('c', { detailType: '' }),
      happened('d', { detailType: 'x'.repeat(129) }),
    ];
    await expect(putEvents(client, 'hub', [happened('good'), ...wrong])).rejects.toThrow(
      [
        'events cannot be put:',
        `event 1 holds ${entryBytes(wrong[0])} bytes, and a bus takes 1048576; put the content into a bucket and send its address`,
        'event 2 has no source; say who sends it',
        "event 3 has the source aws.shop; names that begin with aws. are Amazon's, so give one of your own",
        'event 4 has no detailType; say what happened',
        'event 5 has a detailType of 129 characters; give at most 128',
      ].join('\n  '),
    );
    expect(calls()).toEqual([]);
  });
});
