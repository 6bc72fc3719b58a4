import { Duration } from 'aws-cdk-lib';
import { DefaultResult, LifecycleTransition, type CfnLifecycleHook } from 'aws-cdk-lib/aws-autoscaling';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/lifecycle-work/environment';
import { handlerCode } from '../../handlers';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import { hookConsumer } from './compute-guard';
import type { Fleet } from './fleet';
import { grantOnGroup } from './group-grant';
import { InstanceScript, scriptActions } from './instance-script';

export interface LifecycleWorkProps {
  readonly fleet: Fleet;
  /** When instances wait: before they join the group, or before they are terminated. */
  readonly on: 'launch' | 'termination';
  /** Path of the bash file an instance runs meanwhile, as root: warms up, drains, copies logs. It must bear being run twice. */
  readonly script: string;
  /** Who hears of work that could not be asked for. */
  readonly alarms: AlarmTopic;
  /**
   * How long the script may take, 1 second to 30 minutes.
   * @default Duration.minutes(5)
   */
  readonly longest?: Duration;
  /**
   * How long the group waits without a heartbeat, 30 seconds to 2 hours. Longer work is extended by heartbeats.
   * @default Duration.minutes(10)
   */
  readonly heartbeat?: Duration;
  /**
   * What becomes of an instance nobody has answered for.
   * @default - abandon at launch, continue at termination
   */
  readonly defaultResult?: DefaultResult;
  /**
   * How long the agent of an instance is waited for, 30 seconds to 20 minutes.
   * @default - twice the time of a boot at launch, a minute at termination
   */
  readonly reach?: Duration;
}

/**
 * Work between the states of an instance: the group holds it at a hook, a function has it run a script, extends the wait by
 * heartbeats, and lets it go on. An instance that fails its work at launch is abandoned and another one started; one that leaves
 * goes in any case.
 *
 * A hook holds whatever is launched after it was made: the first instances of a new stack are older.
 *
 * @claims compute-asg-lifecycle-hooks, compute-asg-lifecycle-handler
 */
export class LifecycleWork extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: LifecycleWorkProps) {
    super(scope, id);
    const { fleet, on, alarms, longest = Duration.minutes(5), heartbeat = Duration.minutes(10) } = props;
    const leaves = on === 'termination';
    const { reach = leaves ? Duration.minutes(1) : Duration.seconds(2 * fleet.bootTime.toSeconds()) } = props;
    refuse(this, [
      outsideDuration('longest', longest, Duration.seconds(1), Duration.minutes(30)),
      outsideDuration('heartbeat', heartbeat, Duration.seconds(30), Duration.hours(2)),
      outsideDuration('reach', reach, Duration.seconds(30), Duration.minutes(20)),
      reach.toSeconds() + longest.toSeconds() > oneRun.toSeconds() &&
        heartbeat.toSeconds() < betweenRuns.toSeconds() &&
        `heartbeat is ${heartbeat.toHumanString()}, and reach and longest together are more than one run of a function; give ${betweenRuns.toHumanString()} or more, so that the group waits for the next run`,
      reach.toSeconds() + longest.toSeconds() > runs * oneRun.toSeconds() &&
        `reach is ${reach.toHumanString()} and longest ${longest.toHumanString()}, and the ${runs} runs of the function wait for ${runs * oneRun.toMinutes()} minutes together; shorten one, or what ends later is answered by nobody`,
    ]);

    const script = new InstanceScript(this, 'Script', {
      script: props.script,
      longest,
      description: leaves ? 'What an instance does before it goes' : 'What an instance does before it joins',
    });
    const worker = new AppFunction(this, 'Worker', {
      description: leaves ? 'Has instances drain before they go' : 'Has instances warm up before they join',
      code: handlerCode('lifecycle-work', 'act'),
      timeout: Duration.minutes(15),
      unscopedActions: scriptActions,
      environment: {
        [environment.document]: script.documentName,
        [environment.heartbeatSeconds]: `${heartbeat.toSeconds()}`,
        [environment.reachSeconds]: `${reach.toSeconds()}`,
      },
    });
    this.function = worker.function;
    script.grantRun(worker.role, fleet.group);
    grantOnGroup(this, 'MayAnswer', {
      group: fleet.group,
      role: worker.role,
      actions: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
    });
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', {
      function: worker,
      onFailure: AsyncDestination.queue(failures.queue),
    });

    const hook = fleet.group.addLifecycleHook(id, {
      lifecycleTransition: leaves ? LifecycleTransition.INSTANCE_TERMINATING : LifecycleTransition.INSTANCE_LAUNCHING,
      heartbeatTimeout: heartbeat,
      defaultResult: props.defaultResult ?? (leaves ? DefaultResult.CONTINUE : DefaultResult.ABANDON),
    });
    const rule = new Rule(this, 'Waiting', {
      description: `An instance waits at the hook ${id}`,
      eventPattern: {
        source: ['aws.autoscaling'],
        detailType: [`EC2 Instance-${leaves ? 'terminate' : 'launch'} Lifecycle Action`],
        detail: {
          AutoScalingGroupName: [fleet.group.autoScalingGroupName],
          LifecycleHookName: [hook.lifecycleHookName],
        },
      },
      targets: [
        new LambdaFunction(this.function, {
          deadLetterQueue: failures.queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
    (hook.node.defaultChild as CfnLifecycleHook).addMetadata(hookConsumer, rule.node.path);
  }
}

/** What one run of the function can wait for, and how long it may be until the next one. */
const oneRun = Duration.minutes(14);
const betweenRuns = Duration.minutes(5);
/** One, and the two with which Lambda tries again. */
const runs = 3;
