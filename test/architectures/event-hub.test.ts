import fc from 'fast-check';
import { EventHub } from '../../lib/architectures/event-hub/event-hub-stack';
import type { BusEvent } from '../../lib/constructs/messaging/bus-pattern';
import { matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';
import { text } from '../support/decide';
import { FakeBus } from '../support/fake-bus';
import { photo, queued, start, told, World, type HandlerName } from '../lambda/event-hub/world';

const name = 'event-hub';
const template: CfnTemplate = synthesised(name)[name];
const production: CfnTemplate = synthesised(name, { profile: 'production' })[name];

const every = (type: string, of = template) =>
  Object.entries(of.Resources)
    .filter(([, { Type }]) => Type === `AWS::${type}`)
    .map(([id, { Properties = {} }]) => ({ id, ...Properties }) as { id: string } & Record<string, any>);
const only = (type: string, part: string, of = template) => {
  const found = every(type, of).filter(({ id }) => id.startsWith(part));
  expect([part, found.map(({ id }) => id)]).toEqual([part, [expect.any(String)]]);
  return found[0];
};

describe('over one bus', () => {
  const hub = only('Events::EventBus', 'Hub').id;

  test('everything that is routed has a place for what cannot be delivered, and an alarm at each place [messaging-event-target-safety, messaging-dead-letter-everywhere]', () => {
    const rules = every('Events::Rule');
    expect(rules).toHaveLength(6);
    for (const { Targets } of rules)
      for (const { DeadLetterConfig, RetryPolicy } of Targets) {
        expect(text(DeadLetterConfig.Arn)).toMatch(/^<HubFailuresQueue/);
        expect(RetryPolicy).toEqual({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 });
      }
    const watched = every('CloudWatch::Alarm')
      .filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(({ Dimensions }) => text(Dimensions[0].Value));
    for (const place of ['HubFailures', 'IntakeGivenUp', 'IntakeRetriesDeadLetters'])
      expect(watched).toContainEqual(expect.stringMatching(`^<${place}`));
  });

  test('each function that is told keeps what it cannot work, with the error', () => {
    const configs = every('Lambda::EventInvokeConfig');
    expect(configs).toHaveLength(4);
    for (const { DestinationConfig, MaximumRetryAttempts } of configs)
      expect([text(DestinationConfig.OnFailure.Destination), MaximumRetryAttempts]).toEqual([
        expect.stringMatching(/^<HubFailuresQueue/),
        2,
      ]);
  });

  test('services never name each other: each speaks on the bus under its own name [messaging-event-bus]', () => {
    const sends = every('IAM::Policy').flatMap(({ id, PolicyDocument }) =>
      PolicyDocument.Statement.filter(({ Action }: any) => [Action].flat().includes('events:PutEvents')).map(
        ({ Resource, Condition }: any) => [
          id.replace(/Role.*/, ''),
          text(Resource).replace(/[0-9A-F]{8}/, ''),
          Condition.StringEquals['events:source'],
        ],
      ),
    );
    expect(sends.sort()).toEqual([
      ['ClockAnnouncement', '<HubBus.Arn>', 'photos.clock'],
      ['ClockHourly', '<HubBus.Arn>', 'photos.clock'],
      ['IntakeFirstTry', '<HubBus.Arn>', 'photos.intake'],
      ['IntakeNextTry', '<HubBus.Arn>', 'photos.intake'],
      ['UsageClose', '<HubBus.Arn>', 'photos.usage'],
    ]);
  });

  test('only those who bear it hear a replay [messaging-event-archive]', () => {
    const safe = every('Events::Rule').filter(({ Tags = [] }) =>
      Tags.some(({ Key, Value }: any) => Key === 'groundplan:replay-safe' && Value === 'yes'),
    );
    expect(safe.map(({ id }) => id.replace(/Rule.*/, '')).sort()).toEqual(['FeedNews', 'UsageStored']);
    const names = { [only('S3::Bucket', 'IntakePhotos').id]: 'the-photos' };
    const bus = new FakeBus(template, names);
    const event = told('photos.intake', 'upload.stored', {});
    expect(bus.deliveries(hub, event)).toHaveLength(2);
    expect(bus.deliveries(hub, { ...event, 'replay-name': 'again' })).toHaveLength(2);
    const failed = told('photos.intake', 'upload.failed', {});
    expect(bus.deliveries(hub, failed)).toHaveLength(1);
    expect(bus.deliveries(hub, { ...failed, 'replay-name': 'again' })).toEqual([]);
  });

  test('events are kept a week in a sandbox, ninety days in production [messaging-event-archive]', () => {
    const days = [template, production].map((of) => only('Events::Archive', 'Hub', of).RetentionDays);
    expect(days).toEqual([7, 90]);
  });

  test('photos of this bucket alone are taken in; descriptions are none [messaging-event-rule]', () => {
    const bus = new FakeBus(template, { [only('S3::Bucket', 'IntakePhotos').id]: 'the-photos' });
    const heard = (event: object) =>
      bus.deliveries(undefined, event as BusEvent).map(({ target }) => target.replace(/Function.*/, ''));
    expect(heard(photo('a.jpg'))).toEqual(['IntakeFirstTry']);
    expect(heard(photo('a.jpg', { bucket: 'other' }))).toEqual([]);
    const description = photo('a.jpg');
    description.detail.object.key = 'descriptions/a.jpg';
    expect(heard(description)).toEqual([]);
  });
});

const handlers = Object.fromEntries(
  (['intake', 'retry', 'tell', 'count', 'close'] as const).map((one) => [one, start(one)]),
) as Record<HandlerName, ReturnType<typeof start>>;

/** The whole of it in memory: the handlers as they are, the rules of the template, and Lambda and SQS between. */
class Running {
  private readonly bus = new FakeBus(template, { [only('S3::Bucket', 'IntakePhotos').id]: 'the-photos' });
  private readonly hub = only('Events::EventBus', 'Hub').id;
  private readonly functions: readonly [RegExp, HandlerName][] = [
    [/^IntakeFirstTry/, 'intake'],
    [/^FeedTell/, 'tell'],
    [/^UsageCount/, 'count'],
    [/^UsageClose/, 'close'],
  ];
  /** What waits in each queue. */
  readonly queues: Record<string, BusEvent[]> = {};
  private heard = 0;

  constructor(
    private readonly world: World,
    /** How often a delivery is made; EventBridge says once at least. */
    private readonly times: (event: BusEvent) => number = () => 1,
  ) {}

  async arrive(event: object): Promise<void> {
    await this.deliver(undefined, event as BusEvent);
    await this.settle();
  }

  /** What the retry queue holds comes out of it. */
  async wait(): Promise<void> {
    const waiting = this.queues.IntakeRetriesQueue?.splice(0) ?? [];
    for (const event of waiting) await handlers.retry(queued(event));
    await this.settle();
  }

  private async settle(): Promise<void> {
    while (this.heard < this.world.said.length) await this.deliver(this.hub, this.world.said[this.heard++]);
  }

  private async deliver(bus: string | undefined, event: BusEvent): Promise<void> {
    for (const { target } of this.bus.deliveries(bus, event))
      for (let time = 0; time < this.times(event); time++) await this.hand(target, event);
  }

  private async hand(target: string, event: BusEvent): Promise<void> {
    const [, handler] = this.functions.find(([id]) => id.test(target)) ?? [];
    if (handler) await handlers[handler](event);
    else (this.queues[target.replace(/[0-9A-F]{8}$/, '')] ??= []).push(event);
  }
}

describe('a photo without its description', () => {
  const world = new World();
  beforeEach(() => {
    world.reset();
    for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
  });
  const attempts = () =>
    world.said.map(({ 'detail-type': type, detail }) => `${type} ${(detail as { attempt: number }).attempt}`);

  test('is tried three times and then lies among the dead letters [messaging-event-retry-flow]', async () => {
    const running = new Running(world);
    await running.arrive(photo('a.jpg'));
    for (let i = 0; i < 10; i++) await running.wait();
    expect(attempts()).toEqual(['upload.failed 1', 'upload.failed 2', 'upload.failed 3']);
    expect(running.queues.IntakeGivenUpQueue).toHaveLength(1);
    expect(world.items('feed')).toEqual([]);
  });

  test.each([1, 2])(
    'is stored once and told once when it comes after %i tries [messaging-event-retry-flow]',
    async (tries) => {
      const running = new Running(world);
      await running.arrive(photo('a.jpg'));
      for (let i = 1; i < tries; i++) await running.wait();
      world.descriptions.set('descriptions/a.jpg', '{"title":"Sea"}');
      for (let i = 0; i < 10; i++) await running.wait();
      expect(attempts().at(-1)).toBe(`upload.stored ${tries + 1}`);
      expect([world.items('feed').length, world.items('usage').length]).toEqual([1, 1]);
      expect(running.queues.IntakeGivenUpQueue).toBeUndefined();
    },
  );

  test('whatever comes twice, each photo ends once: stored, told and counted, or given up after three tries [messaging-event-retry-flow, messaging-event-archive]', async () => {
    const photos = fc.array(fc.record({ described: fc.constantFrom(0, 1, 2, 3, 9), twice: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(photos, fc.integer({ min: 1, max: 3 }), async (all, times) => {
        world.reset();
        const running = new Running(world, () => times);
        const describe = (round: number) =>
          all.forEach(({ described }, i) => {
            if (described <= round) world.descriptions.set(`descriptions/${i}.jpg`, `{"title":"${i}"}`);
          });
        describe(0);
        for (const [i, { twice }] of all.entries())
          for (let time = 0; time < (twice ? 2 : 1); time++) await running.arrive(photo(`${i}.jpg`));
        for (let round = 1; round < 6; round++) {
          describe(round);
          await running.wait();
        }
        const good = all.filter(({ described }) => described <= 2).length;
        expect([world.items('feed').length, world.items('usage').length]).toEqual([good, good]);
        const givenUp = new Set(
          (running.queues.IntakeGivenUpQueue ?? []).map(({ detail }) => (detail as { id: string }).id),
        );
        expect(givenUp.size).toBe(all.length - good);
      }),
      { numRuns: 25 },
    );
  });
});

describe('by the clock', () => {
  const jobs = (of = template) =>
    every('Scheduler::Schedule', of)
      .map(
        ({ ScheduleExpression, ScheduleExpressionTimezone }) => `${ScheduleExpression} ${ScheduleExpressionTimezone}`,
      )
      .sort();

  test('something happens every hour, every midnight in Berlin, and once [messaging-schedule, serverless-cron]', () => {
    expect(jobs()).toEqual(['at(2038-01-19T03:14:08) UTC', 'cron(0 0 * * ? *) Europe/Berlin', 'rate(1 hour) UTC']);
    expect(only('Scheduler::Schedule', 'ClockMidnight').FlexibleTimeWindow).toEqual({
      Mode: 'FLEXIBLE',
      MaximumWindowInMinutes: 15,
    });
  });

  test('what the jobs put on the bus is what its listeners read [messaging-event-contract]', async () => {
    const world = new World();
    for (const id of ['ClockHourly', 'ClockAnnouncement']) {
      const { Target } = only('Scheduler::Schedule', id);
      const { Source, DetailType } = Target.EventBridgeParameters;
      const input = (Target.Input as string).replaceAll('<aws.scheduler.scheduled-time>', '2026-11-28T09:00:00Z');
      const event = { source: Source, 'detail-type': DetailType, detail: JSON.parse(input) };
      await start(id === 'ClockHourly' ? 'close' : 'tell')(event);
    }
    expect([world.items('usage'), world.items('feed')]).toEqual([
      [{ day: '2026-11-28', entry: 'summary', uploads: 0, bytes: 0 }],
      [
        {
          feed: 'everyone',
          at: expect.stringContaining('2026-11-28T09:00:00Z announced-'),
          text: 'Clocks of 32 bits begin again at 1901',
        },
      ],
    ]);
  });

  test('days may end by a rule of the default bus instead, by the clock of UTC [messaging-schedule-rule]', () => {
    const ruled = synthesised(name, { variant: ['days-by-rule'] })[name];
    expect(jobs(ruled)).toHaveLength(2);
    const { ScheduleExpression, Targets } = only('Events::Rule', 'ClockMidnight', ruled);
    expect(ScheduleExpression).toBe('cron(0 0 * * ? *)');
    expect(Targets[0].InputTransformer).toEqual({
      InputPathsMap: { time: '$.time' },
      InputTemplate: '{"scheduledTime":<time>}',
    });
    expect(Object.keys(EventHub.variants)).toEqual(['days-by-rule']);
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
