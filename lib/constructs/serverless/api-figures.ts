import { Duration } from 'aws-cdk-lib';
import type { IStage } from 'aws-cdk-lib/aws-apigateway';
import type { IHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, type IMetric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** What CloudWatch knows of a stage of an API, whatever its kind calls it. */
export interface ApiFigures {
  /** How many calls there were, by the sample count. */
  readonly calls: Metric;
  /** Share of the calls answered with 5xx. */
  readonly serverErrors: IMetric;
  /** Share of the calls answered with 4xx. */
  readonly clientErrors: IMetric;
  /** What one call in a hundred takes at least, in milliseconds. */
  readonly latency: Metric;
}

const period = Duration.minutes(5);

/** A figure of one stage of a REST API, for all its methods together. */
export const stageMetric = (stage: IStage, metricName: string, options: MetricOptions): Metric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiName: stage.restApi.restApiName, Stage: stage.stageName },
    period,
    ...options,
  });

/** Averages of the two kinds of errors are shares: a REST API reports 1 for a call answered so, and 0 for any other. */
export const restFigures = (stage: IStage): ApiFigures => ({
  calls: stageMetric(stage, 'Count', { statistic: 'SampleCount' }),
  serverErrors: stageMetric(stage, '5XXError', { statistic: 'Average' }),
  clientErrors: stageMetric(stage, '4XXError', { statistic: 'Average' }),
  latency: stageMetric(stage, 'Latency', { statistic: 'p99' }),
});

/** An HTTP API reports how many errors there were, and nothing for the calls without. */
export const httpFigures = (stage: IHttpStage): ApiFigures => {
  const calls = stage.metricCount({ statistic: 'SampleCount', period });
  return {
    calls,
    serverErrors: shareOf(stage.metricServerError({ statistic: 'Sum', period }), calls),
    clientErrors: shareOf(stage.metricClientError({ statistic: 'Sum', period }), calls),
    latency: stage.metricLatency({ statistic: 'p99', period }),
  };
};

/** The share of calls that a count of some of them is. */
export const shareOf = (errors: IMetric, calls: IMetric): IMetric =>
  new MathExpression({
    expression: 'IF(calls > 0, FILL(errors, 0) / calls, 0)',
    usingMetrics: { errors, calls },
    period,
  });
