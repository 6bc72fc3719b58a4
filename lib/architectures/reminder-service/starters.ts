import { RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { EventRoute } from '../../constructs/messaging/event-route';
import { RouteTarget } from '../../constructs/messaging/route-target';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { DeviceAction } from '../../constructs/serverless/device-action';
import { DeviceRule } from '../../constructs/serverless/device-rule';
import type { Workflow } from '../../constructs/serverless/workflow';

export interface StartersProps {
  readonly remind: Workflow;
  readonly alarms: AlarmTopic;
}

/** Under which name other programs say on the default bus that a cat wants something. */
export const eventSource = 'groundplan.cats';
/** What happened, in their words. */
export const eventType = 'CatWantsSomething';
/** Where collars of cats publish. */
export const collarTopic = 'cats/+/wants';

/**
 * Two machines that start a reminder without a function between: a program that puts an event on the bus, and the button on the collar of a
 * cat. Each has a role that may start this one machine and nothing else.
 *
 * @claims serverless-workflow-starters
 */
export class Starters extends Construct {
  constructor(scope: Construct, id: string, props: StartersProps) {
    super(scope, id);
    const { remind, alarms } = props;
    const failures = remind.failures!;
    new EventRoute(this, 'Programs', {
      description: 'A program says that a cat wants something',
      alarms,
      failures,
      pattern: { source: [eventSource], 'detail-type': [eventType] },
      targets: [RouteTarget.workflow(remind.machine, { input: RuleTargetInput.fromEventPath('$.detail') })],
    });
    new DeviceRule(this, 'Collars', {
      description: 'The collar of a cat says that it wants something',
      sql: `SELECT topic(2) AS cat, wish, seconds, to FROM '${collarTopic}'`,
      action: DeviceAction.startExecution(remind.machine),
      failures,
    });
  }
}
