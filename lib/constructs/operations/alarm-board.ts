import { Lazy, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  CfnDashboard,
  Column,
  GraphWidget,
  MathExpression,
  Metric,
  Row,
  type Alarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic';

export interface AlarmBoardProps {
  /** Whose alarms it shows: all that report there, also those made later. */
  readonly alarms: AlarmTopic;
  /**
   * What else it shows, such as figures of the business, below the rest.
   * @default - nothing
   */
  readonly more?: readonly IWidget[];
}

/** What is counted where so much is watched: how much came, beside how much of it failed. */
const traffic: Readonly<Record<string, { readonly watched: string; readonly counts: string; readonly title: string }>> =
  {
    'AWS/Lambda': { watched: 'Errors', counts: 'Invocations', title: 'Runs of functions' },
    'AWS/ApiGateway': { watched: '5XXError', counts: 'Count', title: 'Calls of APIs' },
    'AWS/SQS': {
      watched: 'ApproximateNumberOfMessagesVisible',
      counts: 'NumberOfMessagesSent',
      title: 'Messages sent',
    },
  };

/** CloudWatch shows the state of at most so many alarms in one widget. */
const mostAlarms = 100;

/**
 * All that is watched, on one page: the state of every alarm, how much is going on, and below it one graph for each figure, with a
 * line for each part that it is watched of and the level at which its alarm goes off.
 *
 * It follows from the alarms, so that nothing is watched and not shown. A dashboard is billed by the month, beyond the first three
 * of an account.
 *
 * @claims serverless-observability
 */
export class AlarmBoard extends Construct {
  constructor(scope: Construct, id: string, { alarms, more = [] }: AlarmBoardProps) {
    super(scope, id);
    const body = () => {
      const graphs = [...trafficOf(alarms.made), ...figuresOf(alarms.made), ...more];
      const page = new Column(...statesOf(alarms.made), ...inPieces(graphs, 3).map((row) => new Row(...row)));
      page.position(0, 0);
      return Stack.of(this).toJsonString({ widgets: page.toJson() });
    };
    new CfnDashboard(this, 'Dashboard', { dashboardBody: Lazy.string({ produce: body }) });
    this.node.addValidation({
      validate: () =>
        alarms.made.length > 0 ? [] : [`${alarms.node.path} has no alarms to show; make some, or leave the board out`],
    });
  }
}

const statesOf = (alarms: readonly Alarm[]): IWidget[] =>
  inPieces(alarms, mostAlarms).map((some) => {
    const height = 1 + Math.ceil(some.length / 4);
    return new AlarmStatusWidget({ title: 'Alarms', alarms: some, width: 24, height });
  });

/** How much is going on, by service. */
const trafficOf = (alarms: readonly Alarm[]): IWidget[] =>
  Object.entries(traffic).flatMap(([service, { watched, counts, title }]) => {
    const lines = alarms.flatMap((alarm) => {
      const { metric } = alarm;
      if (!(metric instanceof Metric) || metric.namespace !== service || metric.metricName !== watched) return [];
      const { dimensions, period } = metric;
      const label = partOf(alarm);
      return [
        new Metric({
          namespace: service,
          metricName: counts,
          dimensionsMap: dimensions,
          period,
          statistic: 'Sum',
          label,
        }),
      ];
    });
    return lines.length > 0 ? [new GraphWidget({ title, left: lines, width: 8 })] : [];
  });

/** One graph for each figure that is watched; a formula is called as its alarm is. */
function figuresOf(alarms: readonly Alarm[]): IWidget[] {
  const titleOf = ({ metric, node }: Alarm) =>
    metric instanceof Metric ? `${metric.namespace.replace('AWS/', '')}: ${metric.metricName}` : node.id;
  const titles = [...new Set(alarms.map(titleOf))].sort();
  return titles.map((title) => {
    const watching = alarms.filter((alarm) => titleOf(alarm) === title);
    const levels = new Map(watching.map((alarm) => [alarm.toAnnotation().value, alarm]));
    return new GraphWidget({
      title,
      width: 8,
      left: watching.flatMap((alarm, i) => lineOf(alarm, `${i}`)),
      leftAnnotations: [...levels.keys()].map((value) => ({ value, label: 'alarm' })),
    });
  });
}

function lineOf(alarm: Alarm, suffix: string): IMetric[] {
  const { metric } = alarm;
  const label = partOf(alarm);
  if (metric instanceof MathExpression) return [renamed(metric, suffix, label)];
  return metric instanceof Metric ? [metric.with({ label })] : [];
}

/** The same formula, with names that no other in the graph has. */
function renamed(formula: MathExpression, suffix: string, label?: string): MathExpression {
  const { usingMetrics, period } = formula;
  return new MathExpression({
    expression: formula.expression.replace(/\b[a-z]\w*\b/g, (word) =>
      word in usingMetrics ? `${word}_${suffix}` : word,
    ),
    usingMetrics: Object.fromEntries(
      Object.entries(usingMetrics).map(([name, metric]) => [
        `${name}_${suffix}`,
        metric instanceof MathExpression ? renamed(metric, suffix) : metric,
      ]),
    ),
    period,
    ...(label !== undefined && { label }),
  });
}

/** What an alarm watches, by its path in the stack. */
function partOf({ node }: Alarm): string {
  const path = node.scope!.node.path.split('/').slice(1);
  return path.filter((name, i) => name !== 'Alarms' || i < path.length - 1).join('/') || node.id;
}

const inPieces = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
