import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RestFacade } from '../../constructs/serverless/rest-facade';
import { metricsNamespace, type ReleasedFunction } from '../../constructs/serverless/released-function';
import { service } from './order-functions';

export interface OrdersDashboardProps {
  readonly api: RestFacade;
  readonly functions: Readonly<Record<string, ReleasedFunction>>;
  readonly failures: IQueue;
}

/**
 * Whether the API behaves as expected, on one page: what callers see, what functions do, and what business comes of it.
 *
 * @claims serverless-observability
 */
export class OrdersDashboard extends Construct {
  constructor(scope: Construct, id: string, { api, functions, failures }: OrdersDashboardProps) {
    super(scope, id);
    const each = (metric: (one: ReleasedFunction) => Metric) =>
      Object.entries(functions).map(([label, one]) => metric(one).with({ label }));
    const business = (metricName: string) =>
      new Metric({
        namespace: metricsNamespace,
        metricName,
        dimensionsMap: { service },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      });

    const dashboard = new Dashboard(this, 'Dashboard');
    dashboard.addWidgets(
      new GraphWidget({ title: 'Calls', width: 8, left: [api.metric('Count', { statistic: 'SampleCount' })] }),
      new GraphWidget({
        title: 'Share of calls refused (4xx) and failed (5xx)',
        width: 8,
        left: ['4XXError', '5XXError'].map((figure) => api.metric(figure, { statistic: 'Average' })),
      }),
      new GraphWidget({
        title: 'Latency',
        width: 8,
        left: ['p50', 'p90', 'p99'].map((statistic) => api.metric('Latency', { statistic, label: statistic })),
      }),
    );
    dashboard.addWidgets(
      new GraphWidget({ title: 'Errors of functions', width: 8, left: each(({ alias }) => alias.metricErrors()) }),
      new GraphWidget({
        title: 'Throttles of functions',
        width: 8,
        left: each(({ alias }) => alias.metricThrottles()),
      }),
      new GraphWidget({
        title: 'Time functions take (p99)',
        width: 8,
        left: each(({ alias }) => alias.metricDuration({ statistic: 'p99' })),
      }),
    );
    dashboard.addWidgets(
      new GraphWidget({
        title: 'Business: orders taken, invoices asked for and written',
        width: 16,
        left: ['OrdersTaken', 'InvoicesAskedFor', 'InvoicesWritten'].map(business),
      }),
      new GraphWidget({
        title: 'Requests for invoices that failed',
        width: 8,
        left: [failures.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' })],
      }),
    );
  }
}
