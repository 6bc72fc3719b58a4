import { Duration } from 'aws-cdk-lib';
import { GraphWidget, Metric, Stats, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { RestFacade } from '../../constructs/serverless/rest-facade';
import { metricsNamespace } from '../../constructs/serverless/released-function';
import { service } from './order-functions';

/** What no alarm watches and everybody wants to see: how long most callers wait, and what business comes of it. */
export const orderFigures = (api: RestFacade): IWidget[] => [
  new GraphWidget({
    title: 'Latency of most calls',
    width: 8,
    left: ['p50', 'p90', 'p99'].map((statistic) => api.metric('Latency', { statistic, label: statistic })),
  }),
  new GraphWidget({
    title: 'Business: orders taken, invoices asked for and written',
    width: 16,
    left: ['OrdersTaken', 'InvoicesAskedFor', 'InvoicesWritten'].map(
      (metricName) =>
        new Metric({
          namespace: metricsNamespace,
          metricName,
          dimensionsMap: { service },
          statistic: Stats.SUM,
          period: Duration.minutes(5),
        }),
    ),
  }),
];
