import { Rule, Schedule, type IRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { FailureQueue } from '../serverless/failure-queue';
import type { JobTime } from './job-time';
import type { RouteTarget } from './route-target';

export interface ScheduleRuleProps {
  /** What happens, in a sentence without its full stop. */
  readonly description: string;
  /** A calendar in UTC, or a rate: rules know neither time zones nor what happens once. */
  readonly when: JobTime;
  /** Who is told, each by itself: one to five. */
  readonly targets: readonly RouteTarget[];
  /** Where a run waits that could not be handed over. */
  readonly failures: FailureQueue;
}

/**
 * The older form of a `TimedJob`: a rule of the default bus that fires by the clock. For what must be told to several targets at
 * once; it knows no time zones, no windows and nothing that happens once, and other buses do not have it.
 *
 * @claims messaging-schedule-rule
 */
export class ScheduleRule extends Construct {
  readonly rule: IRule;

  constructor(scope: Construct, id: string, { description, when, targets, failures }: ScheduleRuleProps) {
    super(scope, id);
    refuse(this, [
      ...when.faults,
      when.zone !== 'UTC' && `when is in ${when.zone}, but rules count in UTC; write it in UTC, or make a TimedJob`,
      when.isOnce && `when is ${when.expression}, but rules happen again and again; make a TimedJob`,
      targets.length === 0 && 'targets is empty; say who is told',
      targets.length > 5 && `targets has ${targets.length}; a rule takes 5`,
      ...targets.flatMap((target, i) => target.faults().map((fault) => `target ${i + 1} ${fault}`)),
    ]);
    const rule = new Rule(this, 'Rule', { description, schedule: Schedule.expression(when.expression) });
    for (const target of targets) rule.addTarget(target.bind(this, failures.queue));
    this.rule = rule;
  }
}
