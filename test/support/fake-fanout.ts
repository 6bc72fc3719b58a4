import { NoticeFilter } from '../../lib/constructs/messaging/filter-policy';
import type { CfnTemplate } from './architecture';
import { FakeQueue, type FakeClock } from './fake-queue';
import { text } from './decide';

/**
 * A topic and its queues as a template has them: filters, visibility, retention and redrive are read from it, so that what
 * is tried here is what would be deployed.
 */
export class FakeFanOut {
  /** Working queues by the id of their subscription. */
  readonly queues: Readonly<Record<string, FakeQueue>>;
  readonly deadLetters: Readonly<Record<string, FakeQueue>>;
  private readonly subscriptions: readonly { queue: FakeQueue; filter?: NoticeFilter }[];

  /** @param topic logical id of the topic */
  constructor(template: CfnTemplate, topic: string, clock: FakeClock, overrides: Partial<FakeQueue['settings']> = {}) {
    const resource = (id: string) => template.Resources[id].Properties!;
    const made = new Map<string, FakeQueue>();
    const queueOf = (id: string): FakeQueue => {
      const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy, DelaySeconds } = resource(id);
      const queue =
        made.get(id) ??
        new FakeQueue(clock, {
          name: id,
          visibility: VisibilityTimeout,
          retention: MessageRetentionPeriod,
          delay: DelaySeconds,
          ...(RedrivePolicy && {
            maxReceiveCount: RedrivePolicy.maxReceiveCount,
            deadLetters: queueOf(idIn(RedrivePolicy.deadLetterTargetArn)),
            ...overrides,
          }),
        });
      made.set(id, queue);
      return queue;
    };
    const subscribed = Object.entries(template.Resources).filter(
      ([, { Type, Properties }]) => Type === 'AWS::SNS::Subscription' && text(Properties!.TopicArn) === `<${topic}>`,
    );
    this.subscriptions = subscribed.map(([, { Properties }]) => ({
      queue: queueOf(idIn(Properties!.Endpoint)),
      ...(Properties!.FilterPolicy && {
        filter:
          Properties!.FilterPolicyScope === 'MessageBody'
            ? NoticeFilter.byBody(Properties!.FilterPolicy)
            : NoticeFilter.byAttributes(Properties!.FilterPolicy),
      }),
    }));
    const byId = (of: (queue: FakeQueue) => FakeQueue) =>
      Object.fromEntries(subscribed.map(([id], i) => [id, of(this.subscriptions[i].queue)]));
    this.queues = byId((queue) => queue);
    this.deadLetters = byId((queue) => queue.settings.deadLetters!);
  }

  /** Delivers one message raw to every queue whose filter it passes. */
  publish(body: unknown): void {
    for (const { queue, filter } of this.subscriptions) {
      if (!filter || filter.accepts({ body })) queue.send(JSON.stringify(body));
    }
  }
}

const idIn = (arn: unknown): string => /^<(\w+)\.Arn>$/.exec(text(arn))![1];
