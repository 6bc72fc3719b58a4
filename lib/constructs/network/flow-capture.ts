import { Annotations, Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  FlowLog,
  FlowLogDestination,
  FlowLogMaxAggregationInterval,
  FlowLogResourceType,
  FlowLogTrafficType,
  type IFlowLog,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IDeliveryStreamRef } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogGroup, type ILogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { LogBucket } from '../storage/log-bucket';

/** Whose packets are recorded: every interface of a VPC, those in a subnet, or one. */
export abstract class FlowSource {
  static vpc(vpc: IVpc): FlowSource {
    return new Source(FlowLogResourceType.fromVpc(vpc), [
      ...vpc.publicSubnets,
      ...vpc.privateSubnets,
      ...vpc.isolatedSubnets,
    ]);
  }
  static subnet(subnet: ISubnet): FlowSource {
    return new Source(FlowLogResourceType.fromSubnet(subnet), [], subnet);
  }
  /** @param networkInterfaceId also of an interface that a managed service put into a subnet */
  static networkInterface(networkInterfaceId: string): FlowSource {
    return new Source(FlowLogResourceType.fromNetworkInterfaceId(networkInterfaceId), []);
  }

  abstract readonly resource: FlowLogResourceType;
  /** Subnets that a capture of this source records. */
  abstract readonly covers: readonly ISubnet[];
  /** The one subnet this source is, if it is one. */
  abstract readonly subnet?: ISubnet;
}

class Source extends FlowSource {
  constructor(
    readonly resource: FlowLogResourceType,
    readonly covers: readonly ISubnet[],
    readonly subnet?: ISubnet,
  ) {
    super();
  }
}

/** Where records go. */
export abstract class FlowDestination {
  /**
   * To a CloudWatch log group of the stack, where they can be searched and alarmed on at once.
   *
   * @param retention how long they are kept; by default as long as the app's profile says
   */
  static logs(retention?: RetentionDays): FlowDestination {
    return new ToLogs(retention);
  }

  /**
   * To a private, encrypted bucket, the cheapest place to keep them.
   *
   * @param expiration after how long a record is deleted; 90 days unless given
   */
  static s3(expiration?: Duration): FlowDestination {
    return new ToBucket(expiration);
  }

  /** To a delivery stream, on the way to another system. */
  static firehose(stream: IDeliveryStreamRef): FlowDestination {
    return new ToFirehose(stream);
  }

  /** Makes what the destination needs, below the capture. */
  abstract bind(capture: Construct): BoundDestination;
}

export interface BoundDestination {
  readonly destination: FlowLogDestination;
  readonly logGroup?: ILogGroup;
  readonly bucket?: IBucket;
  /** How long the bucket keeps a record. */
  readonly expiration?: Duration;
}

class ToLogs extends FlowDestination {
  constructor(private readonly retention?: RetentionDays) {
    super();
  }

  bind(capture: Construct): BoundDestination {
    const logGroup = new LogGroup(capture, 'Logs', {
      ...(this.retention !== undefined && { retention: this.retention }),
    });
    const role = new Role(capture, 'Role', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: {
            'aws:SourceArn': Stack.of(capture).formatArn({
              service: 'ec2',
              resource: 'vpc-flow-log',
              resourceName: '*',
            }),
          },
        },
      }),
    });
    return { destination: FlowLogDestination.toCloudWatchLogs(logGroup, role), logGroup };
  }
}

class ToBucket extends FlowDestination {
  constructor(private readonly expiration = Duration.days(90)) {
    super();
  }

  bind(capture: Construct): BoundDestination {
    const { expiration } = this;
    const { bucket } = new LogBucket(capture, 'Records', { expiration });
    return { destination: FlowLogDestination.toS3(bucket), bucket, expiration };
  }
}

class ToFirehose extends FlowDestination {
  constructor(private readonly stream: IDeliveryStreamRef) {
    super();
  }

  bind(): BoundDestination {
    return { destination: FlowLogDestination.toFirehose(this.stream) };
  }
}

export interface FlowCaptureProps {
  readonly source: FlowSource;
  /** @default FlowDestination.logs() */
  readonly destination?: FlowDestination;
  /**
   * The span one record sums up: 1 or 10 minutes. Hosts on Nitro report each minute whatever is written here.
   * @default Duration.minutes(10)
   */
  readonly aggregation?: Duration;
  /**
   * Why a subnet that its VPC records already is recorded, and paid for, a second time; without a reason one is warned of it.
   * @default - one is warned
   */
  readonly twiceReason?: string;
}

/**
 * Flow logs: who spoke to whom, how much, and whether it was let through. Metadata of every packet, never what is in it, and
 * minutes late. They do not hold traffic with the Amazon resolver, instance metadata (169.254.169.254), the time service
 * (169.254.169.123) or Windows licence activation.
 *
 * @claims network-flow-log-levels, network-flow-log-destinations
 */
export class FlowCapture extends Construct {
  readonly flowLog: IFlowLog;
  /** The log group, where records go to one. */
  readonly logGroup?: ILogGroup;
  /** The bucket, where records go to one. */
  readonly bucket?: IBucket;
  /** How long the bucket keeps a record. */
  readonly expiration?: Duration;
  private readonly source: FlowSource;
  private readonly mayDouble: boolean;

  constructor(scope: Construct, id: string, props: FlowCaptureProps) {
    super(scope, id);
    const { source, destination = FlowDestination.logs(), aggregation = Duration.minutes(10) } = props;
    refuse(this, [
      ![60, 600].includes(aggregation.toSeconds()) &&
        `aggregation is ${aggregation.toHumanString()}; records sum up 1 minute or 10 minutes`,
      props.twiceReason?.trim() === '' && 'twiceReason is empty; say why records are written twice, or leave it out',
    ]);
    this.source = source;
    this.mayDouble = props.twiceReason !== undefined;

    const bound = destination.bind(this);
    this.flowLog = new FlowLog(this, 'FlowLog', {
      resourceType: source.resource,
      destination: bound.destination,
      trafficType: FlowLogTrafficType.ALL,
      maxAggregationInterval:
        aggregation.toSeconds() === 60
          ? FlowLogMaxAggregationInterval.ONE_MINUTE
          : FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
    if (bound.logGroup) this.logGroup = bound.logGroup;
    if (bound.bucket) this.bucket = bound.bucket;
    if (bound.expiration) this.expiration = bound.expiration;
    this.warnOfDoubles();
  }

  /** A record written twice is paid for twice. */
  private warnOfDoubles(): void {
    const captures = this.node.root.node.findAll().filter((one) => one instanceof FlowCapture);
    for (const whole of captures)
      for (const part of captures)
        if (part.source.subnet !== undefined && !part.mayDouble && whole.source.covers.includes(part.source.subnet))
          Annotations.of(part).addWarningV2(
            'groundplan:flowLogsTwice',
            `${part.source.subnet.node.path} is recorded by ${whole.node.path} already, as part of its VPC; leave one of them out, or say in twiceReason why both are wanted`,
          );
  }
}
