import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTagsForResourceCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../tools/replay';

const events = mockClient(EventBridgeClient);
const client = new EventBridgeClient({});
const now = new Date('2026-11-28T10:00:00Z');
const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/hub';
const ruleArn = (name: string) => `arn:aws:events:eu-west-1:111122223333:rule/hub/${name}`;
let said: string[];
let complaints: string[];
const replayed = () => events.commandCalls(StartReplayCommand).map(({ args }) => args[0].input);
const call = (...args: string[]) => run(args, client, { now, pause: () => Promise.resolve() });

beforeEach(() => {
  events.reset();
  said = [];
  complaints = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void complaints.push(line));
  events.on(DescribeArchiveCommand).resolves({
    ArchiveArn: 'arn:aws:events:eu-west-1:111122223333:archive/kept',
    EventSourceArn: busArn,
    RetentionDays: 30,
    EventCount: 12,
  });
  events
    .on(ListRulesCommand, { EventBusName: 'hub' })
    .resolves({ Rules: [{ Name: 'mail', Arn: ruleArn('mail') }], NextToken: 'more' })
    .on(ListRulesCommand, { EventBusName: 'hub', NextToken: 'more' })
    .resolves({
      Rules: [
        { Name: 'feed', Arn: ruleArn('feed') },
        { Name: 'Events-Archive-kept', Arn: ruleArn('archive'), ManagedBy: 'prod.vhs.events.aws.internal' },
      ],
    });
  events.on(ListTagsForResourceCommand).resolves({ Tags: [] });
  events
    .on(ListTagsForResourceCommand, { ResourceARN: ruleArn('feed') })
    .resolves({ Tags: [{ Key: 'groundplan:replay-safe', Value: 'yes' }] });
  events.on(DescribeReplayCommand).resolvesOnce({ State: 'RUNNING' }).resolves({ State: 'COMPLETED' });
});
afterEach(() => jest.restoreAllMocks());

describe('groundplan replay', () => {
  test('tells what is kept and which rules may hear it again', async () => {
    expect(await call('kept')).toBe(0);
    expect(said).toEqual(['archive: kept', 'kept: 12 events, each for 30 days', 'bus: hub', 'may hear it again: feed']);
  });

  test('tells what it would do, and does it only when told to [messaging-event-archive]', async () => {
    expect(await call('kept', '--rule', 'feed', '--last', '1h')).toBe(0);
    expect(said.slice(3)).toEqual([
      'events: 2026-11-28T09:00:00.000Z to 2026-11-28T10:00:00.000Z',
      'into: feed',
      'Nothing was replayed; add --apply to do it.',
    ]);
    expect(replayed()).toEqual([]);
  });

  test('replays an hour to one rule and waits for the end [messaging-event-archive]', async () => {
    expect(await call('kept', '--rule', 'feed', '--last', '1h', '--apply')).toBe(0);
    expect(replayed()).toEqual([
      {
        ReplayName: `kept-${now.getTime()}`,
        EventSourceArn: 'arn:aws:events:eu-west-1:111122223333:archive/kept',
        EventStartTime: new Date('2026-11-28T09:00:00Z'),
        EventEndTime: now,
        Destination: { Arn: busArn, FilterArns: [ruleArn('feed')] },
      },
    ]);
    expect(said.slice(-2)).toEqual([`replay: kept-${now.getTime()}`, 'state: COMPLETED']);
    expect(events.commandCalls(DescribeReplayCommand)).toHaveLength(2);
  });

  test('replays between two times, and answers in JSON', async () => {
    const times = ['--from', '2026-11-27T00:00:00+01:00', '--to', '2026-11-27T12:00:00Z'];
    expect(await call('kept', '--rule', 'feed', ...times, '--apply', '--json')).toBe(0);
    expect(JSON.parse(said[0])).toMatchObject({
      into: ['feed'],
      events: '2026-11-26T23:00:00.000Z to 2026-11-27T12:00:00.000Z',
      state: 'COMPLETED',
    });
  });

  test('says so when the replay fails', async () => {
    events.on(DescribeReplayCommand).resolves({ State: 'FAILED', StateReason: 'the bus is gone' });
    expect(await call('kept', '--rule', 'feed', '--last', '1d', '--apply')).toBe(1);
    expect(said.slice(-2)).toEqual(['state: FAILED', 'reason: the bus is gone']);
  });
});

describe('refuses', () => {
  test.each([
    [
      'a rule that is not marked [messaging-event-archive]',
      'mail',
      'the rule mail is not marked as bearing events twice (groundplan:replay-safe=yes); rules of this bus that are: feed',
    ],
    ['a rule that is not there', 'post', 'the bus hub has no rule post; rules that may hear replays: feed'],
    [
      'the rule by which the archive itself is filled',
      'Events-Archive-kept',
      'the bus hub has no rule Events-Archive-kept',
    ],
  ])('%s', async (_, rule, message) => {
    expect(await call('kept', '--rule', rule, '--last', '1h', '--apply')).toBe(1);
    expect(complaints.join('\n')).toContain(message);
    expect(replayed()).toEqual([]);
  });

  test('an archive that is not there', async () => {
    events
      .on(DescribeArchiveCommand)
      .rejects(Object.assign(new Error('Archive x does not exist.'), { name: 'ResourceNotFoundException' }));
    expect(await call('x')).toBe(1);
    expect(complaints).toEqual(['ResourceNotFoundException: Archive x does not exist.']);
  });

  test.each<[string, string[], string]>([
    ['no archive', [], 'the archive is missing; its name is an output of the stack'],
    ['two archives', ['a', 'b'], '"b" is one word too many; rules follow --rule'],
    ['no time', ['a', '--rule', 'feed'], 'which events is missing; say --last 1h, or --from and --to'],
    ['no rule', ['a', '--last', '1h'], '--rule is missing; say which rule hears the events again'],
    ['nothing but the will', ['a', '--apply'], '--apply needs --rule and --last, or --from'],
    [
      'an odd span',
      ['a', '--rule', 'b', '--last', 'week'],
      '--last is "week"; write minutes, hours or days, such as 30m, 2h or 1d',
    ],
    [
      'two spans',
      ['a', '--rule', 'b', '--last', '1h', '--to', '2026-11-28T09:00:00Z'],
      '--last does not go with --from or --to; leave one out',
    ],
    [
      'an end alone',
      ['a', '--rule', 'b', '--to', '2026-11-28T09:00:00Z'],
      '--to is given without --from; say where to begin',
    ],
    [
      'a time without a zone',
      ['a', '--rule', 'b', '--from', '2026-11-28'],
      '--from is "2026-11-28"; write a time with its zone, such as 2026-11-28T09:00:00Z',
    ],
    [
      'an end to come',
      ['a', '--rule', 'b', '--from', '2026-11-28T09:00:00Z', '--to', '2027-01-01T00:00:00Z'],
      '--to is 2027-01-01T00:00:00Z, which is still to come; leave it out for now',
    ],
    [
      'a beginning after the end',
      ['a', '--rule', 'b', '--from', '2026-11-28T09:00:00Z', '--to', '2026-11-28T08:00:00Z'],
      '--from is 2026-11-28T09:00:00Z, not before 2026-11-28T08:00:00.000Z; no event lies between',
    ],
    ['a word it does not know', ['a', '--force'], "Unknown option '--force'"],
  ])('%s', async (_, args, message) => {
    expect(await call(...args)).toBe(2);
    expect(complaints[0]).toContain(message);
    expect(complaints[0]).toContain('groundplan replay <archive> --rule');
    expect(events.calls()).toEqual([]);
  });
});
