import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Policy, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import {
  LogLevel,
  StateMachine,
  StateMachineType,
  type CfnStateMachine,
  type IStateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { FailureQueue } from './failure-queue';
import { longestExecution, machineFaults, WorkflowKind } from './machine-rules';
import type { MachineDefinition } from './machine-states';
import { parseMachine } from './machine-text';
import type { WorkflowDefinition } from './workflow-definition';

export interface WorkflowProps {
  /** What it is for, in a sentence; stands in the definition. */
  readonly description: string;
  /**
   * How its executions are kept.
   * @default WorkflowKind.STANDARD
   */
  readonly kind?: WorkflowKind;
  /**
   * What it does, step by step. Refused is what cannot end, what leads nowhere, a choice without a default, a task that is not tried
   * again or whose failure nothing catches, and what its kind cannot do.
   */
  readonly definition: WorkflowDefinition;
  /** How long an execution may take: up to a year, an express one up to five minutes. */
  readonly timeout: Duration;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
}

/**
 * A state machine that can be trusted with work: every step written down in a log and traced, a role that may do what its tasks do and
 * nothing else, and no execution that fails unnoticed.
 *
 * A standard one whose execution fails, times out or is stopped leaves its input and error in a queue with an alarm. An express one is
 * remembered by nobody but its log, so it is for callers who wait for the answer; an alarm goes off when one fails.
 *
 * @claims serverless-workflow-kinds, serverless-workflow-states, serverless-workflow-errors, serverless-workflow-services,
 * serverless-workflow-definition, serverless-workflow-role-logs, serverless-workflow-starters
 */
export class Workflow extends Construct {
  readonly machine: IStateMachine;
  readonly kind: WorkflowKind;
  readonly role: IRole;
  readonly logGroup: ILogGroup;
  /** What it does, as it stands in the template; references as `<Name.Arn>`. */
  readonly definition: MachineDefinition;
  /** Where executions lie that failed; an express workflow has none. */
  readonly failures?: FailureQueue;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { kind = WorkflowKind.STANDARD, definition, timeout, alarms } = props;
    const longest = Duration.seconds(longestExecution[kind]);
    refuse(this, [
      outsideDuration(`timeout of an execution of kind ${kind}`, timeout, Duration.seconds(1), longest),
      ...definition.faults,
    ]);

    const logGroup = new LogGroup(this, 'Logs');
    const machine = new StateMachine(this, 'Machine', {
      ...definition.bind(props.description, timeout.toSeconds()),
      stateMachineType: StateMachineType[kind],
      timeout,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: true,
    });
    this.definition = definitionOf(machine);
    refuse(
      this,
      machineFaults(this.definition, {
        kind,
        ...(!timeout.isUnresolved() && { timeout: timeout.toSeconds() }),
      }).map((fault) => `definition: ${fault}`),
    );
    Validations.of(machine.role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason:
        'Setting up the delivery of logs and traces knows no resources, nor does looking at what EC2 has, so that both can be allowed with a wildcard only; every other statement of this role names its resource.',
    });

    this.node.addValidation({ validate: () => wildcardFaults(machine.role) });

    this.machine = machine;
    this.kind = kind;
    this.role = machine.role;
    this.logGroup = logGroup;
    if (kind === WorkflowKind.STANDARD) this.failures = this.keepFailures(alarms);
    else this.alarmOnFailures(alarms);
    this.alarm(
      alarms,
      'ThrottleAlarm',
      'had steps that waited, because the account takes too many at once',
      machine.metricThrottled({ statistic: 'Sum', period: Duration.minutes(5) }),
    );
  }

  /** Lets an identity start it, and nothing else. */
  grantStart(role: IRole): void {
    this.allow(role, 'states:StartExecution');
  }

  /** Lets an identity start it and wait for what comes of it; refused of a standard workflow, which may take a year. */
  grantStartSync(role: IRole): void {
    refuse(this, [
      this.kind === WorkflowKind.STANDARD &&
        'is a standard workflow, for which nobody can wait; grantStart, or make it an express one',
    ]);
    this.allow(role, 'states:StartSyncExecution');
  }

  private allow(role: IRole, action: string): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [this.machine.stateMachineArn] }));
  }

  private keepFailures(alarms: AlarmTopic): FailureQueue {
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new Rule(this, 'Failed', {
      description: `Keeps executions of ${this.node.path} that did not succeed`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [this.machine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [new SqsQueue(failures.queue, { deadLetterQueue: failures.queue })],
    });
    return failures;
  }

  private alarmOnFailures(alarms: AlarmTopic): void {
    const period = Duration.minutes(1);
    const options = { statistic: 'Sum', period };
    const usingMetrics = { failed: this.machine.metricFailed(options), timedOut: this.machine.metricTimedOut(options) };
    this.alarm(
      alarms,
      'FailureAlarm',
      'failed or ran out of time; its log group tells with which input',
      new MathExpression({ expression: 'failed + timedOut', usingMetrics, period }),
    );
  }

  private alarm(alarms: AlarmTopic, id: string, what: string, metric: IMetric): void {
    alarms.alarm(this, id, {
      alarmDescription: `An execution of ${this.node.path} ${what}.`,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** What of the role reaches every resource, besides logs, traces and lists of EC2: some tasks of the CDK bring more than they need. */
function wildcardFaults(role: IRole): string[] {
  const policies = role.node.findAll().filter((child): child is Policy => child instanceof Policy);
  return policies
    .flatMap(({ document }) => (document.toJSON() as { Statement: Statement[] } | undefined)?.Statement ?? [])
    .filter(({ Resource }) => [Resource].flat().includes('*'))
    .flatMap(({ Action }) => [Action].flat())
    .filter((action) => !/^(logs|xray):|^(autoscaling|ec2):Describe/.test(action))
    .map(
      (action) =>
        `${role.node.path} may ${action} on every resource; write the task as a CustomState, and allow the role what it needs by name`,
    );
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

function definitionOf(machine: StateMachine): MachineDefinition {
  const resource = machine.node.defaultChild as CfnStateMachine;
  const { definitionString, definitionSubstitutions = {} } = resource;
  return parseMachine(
    Stack.of(machine).resolve(definitionString),
    Stack.of(machine).resolve(definitionSubstitutions) as Record<string, unknown>,
  );
}
