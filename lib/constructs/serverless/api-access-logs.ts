import { Aws, Fn } from 'aws-cdk-lib';
import { FirehoseLogDestination, LogGroupLogDestination, type IAccessLogDestination } from 'aws-cdk-lib/aws-apigateway';
import { Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DeliveryDestination } from '../messaging/delivery-destination';
import { DeliveryPipe } from '../messaging/delivery-pipe';
import { uniqueInAccount } from '../unique-in-account';

/** What access logs give besides the logs. */
export interface BoundAccessLogs {
  readonly destination: IAccessLogDestination;
  /** Calls answered with 4xx other than 429: the callers' doing. Only where the logs can be counted. */
  readonly clientErrors?: IMetric;
  /** Calls answered with 429: over a limit. API Gateway has no such figure of its own. */
  readonly throttled?: IMetric;
}

/** Where an API records its calls, one JSON object each. */
export abstract class ApiAccessLogs {
  /**
   * Into a bucket, by way of Firehose: works in any account as it is, arrives within a minute or so, costs by the gigabyte.
   *
   * @param bucket normally a `LogBucket`
   * @param prefix the folder of this API's records, ending in a slash
   */
  static toBucket(bucket: IBucket, prefix: string): ApiAccessLogs {
    return new BucketLogs(bucket, prefix);
  }

  /**
   * Into a log group of the stack, where calls over a limit and calls refused can be counted and searched at once.
   *
   * API Gateway writes REST access logs to CloudWatch only in an account and region where somebody has set a role for it
   * (`aws apigateway get-account` shows it); elsewhere the deployment fails. No stack should set it, as there is but one.
   */
  static toLogGroup(): ApiAccessLogs {
    return new GroupLogs();
  }

  abstract faults(): (string | false)[];
  /** Sets it up below an API. */
  abstract bind(facade: Construct): BoundAccessLogs;
}

class BucketLogs extends ApiAccessLogs {
  constructor(
    private readonly bucket: IBucket,
    private readonly prefix: string,
  ) {
    super();
  }

  faults(): (string | false)[] {
    return [
      !/^[^/].*\/$/.test(this.prefix) &&
        `accessLogs has the prefix "${this.prefix}"; name a folder that ends in a slash, such as "orders-api/"`,
    ];
  }

  bind(facade: Construct): BoundAccessLogs {
    const { stream } = new DeliveryPipe(facade, 'AccessLogs', {
      destination: DeliveryDestination.bucket(this.bucket, this.prefix),
      description: 'Writes access logs of an API',
      // API Gateway delivers only to a stream of such a name; the stack's own id keeps it unique.
      streamName: `amazon-apigateway-${uniqueInAccount}-${facade.node.addr.slice(-8)}`,
    });
    return { destination: new FirehoseLogDestination(stream) };
  }
}

class GroupLogs extends ApiAccessLogs {
  faults(): [] {
    return [];
  }

  bind(facade: Construct): BoundAccessLogs {
    const { group, ...counted } = countedLogGroup(new Construct(facade, 'AccessLogs'));
    return { destination: new LogGroupLogDestination(group), ...counted };
  }
}

/** A log group for records of calls, and what is counted in it by their `status`. */
export function countedLogGroup(logs: Construct): {
  readonly group: ILogGroup;
  readonly clientErrors: IMetric;
  readonly throttled: IMetric;
} {
  const group = new LogGroup(logs, 'Logs');
  const metricNamespace = Fn.join('/', ['Groundplan', Aws.STACK_NAME]);
  const counted = (id: string, pattern: string): IMetric => {
    new MetricFilter(logs, id, {
      logGroup: group,
      filterPattern: FilterPattern.literal(pattern),
      metricNamespace,
      metricName: id,
      metricValue: '1',
      defaultValue: 0,
    });
    return new Metric({ namespace: metricNamespace, metricName: id, statistic: 'Sum' });
  };
  return {
    group,
    clientErrors: counted('ClientErrors', '{ $.status = "4*" && $.status != "429" }'),
    throttled: counted('Throttled', '{ $.status = "429" }'),
  };
}
