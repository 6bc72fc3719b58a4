import { fitsPattern, type BusEvent, type BusPattern } from '../../lib/constructs/messaging/bus-pattern';
import type { CfnTemplate } from './architecture';
import { text } from './decide';

/** A target of a rule: what is told, and whether that is a queue. */
export interface Delivery {
  /** Logical id of the function or queue. */
  readonly target: string;
  readonly event: BusEvent;
}

interface Route {
  /** Logical id of the bus; undefined for the default bus. */
  readonly bus?: string;
  readonly pattern: BusPattern;
  readonly targets: readonly string[];
}

/** The buses of a template: which event reaches which targets, as its rules say. */
export class FakeBus {
  private readonly routes: readonly Route[];

  /** @param names of resources that patterns refer to, by logical id */
  constructor(template: CfnTemplate, names: Readonly<Record<string, string>> = {}) {
    this.routes = Object.values(template.Resources)
      .filter(({ Type, Properties }) => Type === 'AWS::Events::Rule' && Properties!.EventPattern !== undefined)
      .map(({ Properties }) => ({
        ...(Properties!.EventBusName !== undefined && { bus: idIn(Properties!.EventBusName) }),
        pattern: JSON.parse(JSON.stringify(Properties!.EventPattern), (_, value: { Ref?: string } | null) =>
          value?.Ref === undefined ? value : names[value.Ref],
        ) as BusPattern,
        targets: (Properties!.Targets as { Arn: unknown }[]).map(({ Arn }) => idIn(Arn)),
      }));
  }

  /** Who is told of an event on a bus; the default bus is undefined. */
  deliveries(bus: string | undefined, event: BusEvent): Delivery[] {
    return this.routes
      .filter((route) => route.bus === bus && fitsPattern(route.pattern, event))
      .flatMap(({ targets }) => targets.map((target) => ({ target, event })));
  }
}

/** `<Queue.Arn>` is the queue. */
const idIn = (value: unknown): string => /^<(\w+)/.exec(text(value))![1];
