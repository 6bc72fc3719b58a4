import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MathExpression, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmBoard } from '../../../lib/constructs/operations/alarm-board';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[][];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
  };
}

/** What a dashboard shows, with what only the deployment knows as `<…>`. */
function shown(make: (stack: Stack, alarms: AlarmTopic) => void): Widget[] {
  const stack = new Stack(new App(), 'app');
  make(stack, new AlarmTopic(stack, 'Alarms'));
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const body = Properties.DashboardBody as string | { 'Fn::Join': [string, unknown[]] };
  const text =
    typeof body === 'string'
      ? body
      : body['Fn::Join'][1].map((one) => (typeof one === 'string' ? one : '<…>')).join('');
  return (JSON.parse(text) as { widgets: Widget[] }).widgets;
}

function watch(scope: Construct, part: string, alarms: AlarmTopic, metricName: string, threshold: number): void {
  const owner = scope.node.tryFindChild(part) ?? new Construct(scope, part);
  const metric = new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: part },
    period: Duration.minutes(5),
  });
  alarms.alarm(owner, metricName, { metric, threshold, evaluationPeriods: 1 });
}
const titles = (widgets: readonly Widget[]) => widgets.map(({ properties }) => properties.title);
const find = (widgets: readonly Widget[], title: string) =>
  widgets.find(({ properties }) => properties.title === title)!.properties;

describe('AlarmBoard', () => {
  test('shows the state of every alarm, what is going on, and each figure with a line for each part and the level of its alarm [serverless-observability]', () => {
    const widgets = shown((stack, alarms) => {
      new AlarmBoard(stack, 'Board', { alarms, more: [new TextWidget({ markdown: 'the business' })] });
      // Also what is made after it.
      watch(stack, 'Orders', alarms, 'Errors', 1);
      watch(stack, 'Invoices', alarms, 'Errors', 1);
      watch(stack, 'Invoices', alarms, 'Duration', 8000);
    });
    expect(titles(widgets)).toEqual(['Alarms', 'Runs of functions', 'Lambda: Duration', 'Lambda: Errors', undefined]);
    expect(find(widgets, 'Alarms').alarms).toHaveLength(3);
    const lines = (title: string) =>
      find(widgets, title).metrics!.map((line) => [...line.slice(0, 4), (line.at(-1) as { label: string }).label]);
    expect(lines('Runs of functions')).toEqual([
      ['AWS/Lambda', 'Invocations', 'FunctionName', 'Orders', 'Orders'],
      ['AWS/Lambda', 'Invocations', 'FunctionName', 'Invoices', 'Invoices'],
    ]);
    expect(lines('Lambda: Errors')).toEqual([
      ['AWS/Lambda', 'Errors', 'FunctionName', 'Orders', 'Orders'],
      ['AWS/Lambda', 'Errors', 'FunctionName', 'Invoices', 'Invoices'],
    ]);
    expect(find(widgets, 'Lambda: Duration').annotations!.horizontal.map(({ value }) => value)).toEqual([8000]);
    expect(widgets.at(-1)!.properties.markdown).toBe('the business');
  });

  test('a formula is called as its alarm is, and two of one kind stand in one graph', () => {
    const widgets = shown((stack, alarms) => {
      for (const part of ['Orders', 'Invoices']) {
        const reads = new Metric({ namespace: 'shop', metricName: part });
        const half = new MathExpression({ expression: 'reads / 2', usingMetrics: { reads } });
        const metric = new MathExpression({ expression: 'SUM([reads, half])', usingMetrics: { reads, half } });
        alarms.alarm(new Construct(stack, part), 'Throttled', { metric, threshold: 1, evaluationPeriods: 1 });
      }
      new AlarmBoard(stack, 'Board', { alarms });
    });
    expect(titles(widgets)).toEqual(['Alarms', 'Throttled']);
    const formulas = find(widgets, 'Throttled').metrics!.flatMap(
      (line) => (line[0] as { expression?: string }).expression ?? [],
    );
    expect(formulas).toEqual(['SUM([reads_0, half_0])', 'reads_0 / 2', 'SUM([reads_1, half_1])', 'reads_1 / 2']);
  });

  test('no widget shows the state of more than a hundred alarms, which is the most it can, and none lies upon another', () => {
    const widgets = shown((stack, alarms) => {
      for (let i = 0; i < 101; i++) watch(stack, `Part${i}`, alarms, 'Errors', 1);
      new AlarmBoard(stack, 'Board', { alarms });
    });
    expect(widgets.flatMap(({ properties }) => properties.alarms?.length ?? [])).toEqual([100, 1]);
    expect(new Set(widgets.map(({ x, y }) => `${x} ${y}`)).size).toBe(widgets.length);
  });

  test('fails where there is nothing to show', () => {
    expect(() => shown((stack, alarms) => void new AlarmBoard(stack, 'Board', { alarms }))).toThrow(
      'app/Alarms has no alarms to show; make some, or leave the board out',
    );
  });
});
