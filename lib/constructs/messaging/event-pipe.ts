import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { PipeSource, PipeTarget } from './pipe-ends';

export interface EventPipeProps {
  /** What it is for, in a sentence; shown in the console. */
  readonly description: string;
  /** What it reads. */
  readonly source: PipeSource;
  /** What it hands events to. */
  readonly target: PipeTarget;
  /**
   * Which records are handed on, as patterns of which one must fit, up to 5; the others cost nothing.
   * @default - all
   */
  readonly filters?: readonly Readonly<Record<string, unknown>>[];
  /**
   * What the target gets: names, and for each where in the record its text stands, such as `$.dynamodb.NewImage.id.S`, or a fixed
   * text. Texts only: a number of an item comes as the text DynamoDB keeps it in.
   * @default - the record as it is
   */
  readonly input?: Readonly<Record<string, string>>;
  /** Where the alarm reports to that goes off when events are not handed on. */
  readonly alarms: AlarmTopic;
}

/**
 * Hands what happens in one place to another, filtered and reshaped, with no function between: the changes of a table become
 * events on a bus, so that an event is told exactly when its change was written (a transactional outbox). At least once: its
 * readers know an event by its id.
 *
 * Every record is tried again and then given up to a queue that somebody hears of, where a pipe left to itself would hold up its
 * stream until the record is forgotten.
 */
export class EventPipe extends Construct {
  readonly role: IRole;
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, props: EventPipeProps) {
    super(scope, id);
    const { source, target, filters = [], input } = props;
    refuse(this, [
      ...source.faults,
      ...target.faults,
      filters.length > 5 && `filters has ${filters.length} patterns; give at most 5, or merge some`,
      ...Object.entries(input ?? {}).map(
        ([name, text]) =>
          (text.startsWith('$') ? !/^\$(\.[\w-]+|\[\d+\])+$/.test(text) : /["\\<>]/.test(text)) &&
          `input has ${name}: ${text}, which is neither a path such as $.dynamodb.NewImage.id.S nor a plain text`,
      ),
    ]);

    const stack = Stack.of(this);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': stack.formatArn({
              service: 'pipes',
              resource: 'pipe',
              resourceName: '*',
              arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
            }),
          },
        },
      }),
    });
    source.grantRead(role);
    target.grantSend(role);
    const logs = new LogGroup(this, 'Logs');
    const pipe = new CfnPipe(this, 'Pipe', {
      description: props.description,
      roleArn: role.roleArn,
      source: source.arn!,
      sourceParameters: {
        ...source.parameters,
        ...(filters.length > 0 && {
          filterCriteria: { filters: filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
        }),
      },
      target: target.arn,
      targetParameters: { ...target.parameters(source.recordId), ...(input && { inputTemplate: templateOf(input) }) },
      logConfiguration: {
        level: 'ERROR',
        cloudwatchLogsLogDestination: { logGroupArn: logs.logGroupArn },
      },
    });
    // What it may do must be there before it reads for the first time.
    pipe.node.addDependency(role);
    this.role = role;
    this.alarm = props.alarms.alarm(this, 'Failing', {
      alarmDescription: `${this.node.path} could not hand on what it read; the reason is in its log.`,
      metric: new Metric({
        namespace: 'AWS/EventBridge/Pipes',
        metricName: 'ExecutionFailed',
        dimensionsMap: { PipeName: pipe.ref },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** A path stands in quotes, between angle brackets: the pipe puts the text in its place, escaped. */
function templateOf(input: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(input).map(([name, text]) => [name, text.startsWith('$') ? `<${text}>` : text])),
  );
}
