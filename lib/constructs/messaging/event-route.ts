import { Duration, Tags } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, type IRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { FailureQueue } from '../serverless/failure-queue';
import { fitsPattern, isBroad, patternFaults, type BusEvent, type BusPattern } from './bus-pattern';
import type { EventHub } from './event-hub';
import { loopThrough } from './event-loop';
import { replaySafeTag } from './replay-safe';
import type { RouteTarget } from './route-target';

export interface EventRouteProps {
  /** Who hears what, in a sentence without its full stop. */
  readonly description: string;
  /** Where the alarm reports to that goes off when a delivery failed for good. */
  readonly alarms: AlarmTopic;
  /**
   * The bus events come from.
   * @default - the default bus of the account, where AWS services tell what happens
   */
  readonly hub?: EventHub;
  /** Which events. */
  readonly pattern: BusPattern;
  /** Who is told, each by itself: one to five. */
  readonly targets: readonly RouteTarget[];
  /**
   * Where events wait that could not be delivered.
   * @default - that of the hub; for the default bus, one of its own
   */
  readonly failures?: FailureQueue;
  /**
   * Events as they come. A pattern that none of them fits is refused.
   * @default - those of the hub
   */
  readonly samples?: readonly BusEvent[];
  /**
   * Why every kind of event of a source is wanted, for a pattern that names nothing but where events come from.
   * @default - such a pattern is refused
   */
  readonly everything?: string;
  /**
   * Why targets bear an event a second time. `groundplan replay` replays to such routes only, and no others hear replays.
   * @default - replayed events pass this route by
   */
  readonly replaySafe?: string;
  /**
   * Why events that come back to this route, by way of what its targets put on the bus, come to an end.
   * @default - a loop is refused
   */
  readonly loopEnds?: string;
}

const mostTargets = 5;

/**
 * Who hears which events: a rule, its targets, and what happens when one of them cannot be reached. Every delivery is tried for a
 * day, up to 185 times, and then waits in a queue with rule, target and reason beside it.
 *
 * @claims messaging-event-rule, messaging-event-target-safety, messaging-event-loop-guard, messaging-event-archive
 */
export class EventRoute extends Construct {
  readonly rule: IRule;
  readonly hub?: EventHub;
  /** What the rule matches: the pattern given, and whether replays are heard. */
  readonly pattern: BusPattern;
  readonly targets: readonly RouteTarget[];
  readonly loopEnds?: string;
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, props: EventRouteProps) {
    super(scope, id);
    const { hub, targets, replaySafe } = props;
    this.hub = hub;
    this.targets = targets;
    this.loopEnds = props.loopEnds;
    this.pattern = replaySafe === undefined ? { ...props.pattern, 'replay-name': [{ exists: false }] } : props.pattern;
    const samples = props.samples ?? hub?.samples ?? [];
    const faults = patternFaults(props.pattern);
    refuse(this, [
      ...faults,
      faults.length === 0 &&
        isBroad(props.pattern) &&
        !props.everything &&
        `pattern names nothing but where events come from, so that every kind of event there would be delivered; name a detail-type, or say in everything why all are wanted`,
      faults.length === 0 &&
        samples.length > 0 &&
        !samples.some((sample) => fitsPattern(props.pattern, sample)) &&
        'pattern fits none of the samples, so this route would never hear anything; correct the pattern or the samples',
      targets.length === 0 && 'targets is empty; say who is told',
      targets.length > mostTargets &&
        `targets has ${targets.length}; a rule takes ${mostTargets}, so make a second route, or one to a topic`,
      ...targets.flatMap((target, i) => target.faults().map((fault) => `target ${i + 1} ${fault}`)),
      ...targets.map(
        ({ eventBusArn }, i) =>
          hub !== undefined &&
          eventBusArn === hub.bus.eventBusArn &&
          `target ${i + 1} is the bus this route listens to, so that every event would come back for ever; give another bus`,
      ),
      replaySafe === '' && 'replaySafe is empty; say why targets bear an event a second time',
    ]);
    const routes = this.node.root.node.findAll().filter((node) => node instanceof EventRoute);
    refuse(this, [loopThrough(this, routes)]);

    const rule = new Rule(this, 'Rule', {
      description: props.description,
      ...(hub && { eventBus: hub.bus }),
      eventPattern: this.pattern,
    });
    this.rule = rule;
    if (replaySafe !== undefined) Tags.of(rule).add(replaySafeTag, 'yes');
    const failures = props.failures ?? hub?.failures ?? new FailureQueue(this, 'Failures', { alarms: props.alarms });
    for (const target of targets) rule.addTarget(target.bind(this, failures.queue));

    this.alarm = props.alarms.alarm(this, 'Alarm', {
      alarmDescription: `An event of ${this.node.path} could not be delivered for good; it waits in ${failures.node.path}, with the reason.`,
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        // Rules of the default bus have no bus in their figures.
        dimensionsMap: { ...(hub && { EventBusName: hub.bus.eventBusName }), RuleName: rule.ruleName },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
