import { Arn, ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnHealthCheck, IHealthCheckRef } from 'aws-cdk-lib/aws-route53';
import type { CheckerRegion } from './checker-regions';
import { alarmFaults, calculatedFaults, endpointFaults, pageFaults } from './health-signal-faults';

export interface EndpointSignalProps {
  /**
   * The name that is asked, and that is told as host. Give it, an address, or both.
   * @default - the address alone
   */
  readonly host?: string;
  /**
   * The public address that is asked. Checkers come over the internet, so that no private one can be reached.
   * @default - what `host` resolves to, each time anew
   */
  readonly address?: string;
  /** @default - 80 for HTTP, 443 for HTTPS; none for TCP, which must be given one */
  readonly port?: number;
  /**
   * What is asked for, beginning with `/`, at most 255 characters. Not for TCP.
   * @default '/health'
   */
  readonly path?: string;
  /**
   * A text of 1 to 255 characters that must stand in the first 5,120 bytes of the body. Not for TCP.
   * @default - the status alone decides
   */
  readonly contains?: string;
  /**
   * How often each checker asks: every 30 seconds, or every 10, which costs extra. It cannot be changed later.
   * @default Duration.seconds(30)
   */
  readonly interval?: Duration;
  /**
   * After how many answers of the other kind in a row a checker changes its mind, 1 to 10.
   * @default 3
   */
  readonly failureThreshold?: number;
  /**
   * From where it is asked, three Regions at least.
   * @default - all eight
   */
  readonly regions?: readonly CheckerRegion[];
  /**
   * Whether the times of the answers are kept as metrics, which costs extra.
   * @default false
   */
  readonly measureLatency?: boolean;
}

export interface AlarmSignalProps {
  /** What is looked at: its metric and threshold. What somebody sets its state to by hand has no effect. */
  readonly alarm: IAlarm;
  /** What holds while the metric has no data. Think of the moment after a deployment, and of a target that is gone. */
  readonly whenMissing: 'healthy' | 'unhealthy' | 'last-known';
}

export interface CalculatedSignalProps {
  /** The checks that count, 1 to 255. */
  readonly children: readonly IHealthCheckRef[];
  /** How many of them must be healthy, 1 to their number. */
  readonly healthyAtLeast: number;
}

type Config = CfnHealthCheck.HealthCheckConfigProperty;

/**
 * What makes a target healthy: that it can be connected to, what it answers, what an alarm sees, or how many other checks say so.
 *
 * @claims edge-health-endpoint, edge-health-string, edge-health-alarm, edge-health-calculated
 */
export class HealthSignal {
  /** A connection, which must stand within ten seconds. */
  static tcp(props: EndpointSignalProps): HealthSignal {
    const { port, path, contains } = props;
    return new HealthSignal(
      () => ({ ...endpoint(props), type: 'TCP', port }),
      () => [
        port === undefined && 'port is not given, and TCP has none of its own; give the one to connect to',
        path !== undefined && `path is ${path}, but TCP only connects; leave it out, or use HealthSignal.http`,
        contains !== undefined &&
          `contains is "${contains}", but TCP reads nothing; leave it out, or use HealthSignal.http`,
        ...endpointFaults(props),
      ],
    );
  }

  /** A page: connected within four seconds, and within two more a status from 200 to 399. */
  static http(props: EndpointSignalProps): HealthSignal {
    return HealthSignal.page('HTTP', 80, props);
  }

  /** The same over TLS. Whether the certificate is valid is not looked at. */
  static https(props: EndpointSignalProps): HealthSignal {
    return HealthSignal.page('HTTPS', 443, props);
  }

  /** What an alarm sees: the way to check what the internet cannot reach. */
  static alarm({ alarm, whenMissing }: AlarmSignalProps): HealthSignal {
    return new HealthSignal(
      () => ({
        type: 'CLOUDWATCH_METRIC',
        alarmIdentifier: { name: alarm.alarmName, region: regionOf(alarm) },
        insufficientDataHealthStatus: { healthy: 'Healthy', unhealthy: 'Unhealthy', 'last-known': 'LastKnownStatus' }[
          whenMissing
        ],
      }),
      () => alarmFaults(alarm),
    );
  }

  /** Other checks: the state of a whole application from those of its parts. */
  static calculated({ children, healthyAtLeast }: CalculatedSignalProps): HealthSignal {
    return new HealthSignal(
      () => ({
        type: 'CALCULATED',
        childHealthChecks: children.map(({ healthCheckRef }) => healthCheckRef.healthCheckId),
        healthThreshold: healthyAtLeast,
      }),
      () => calculatedFaults(children.length, healthyAtLeast),
    );
  }

  private static page(type: 'HTTP' | 'HTTPS', usualPort: number, props: EndpointSignalProps): HealthSignal {
    const { path: resourcePath = '/health', contains: searchString, port = usualPort } = props;
    return new HealthSignal(
      () => ({
        ...endpoint(props),
        type: searchString === undefined ? type : `${type}_STR_MATCH`,
        port,
        resourcePath,
        ...(searchString !== undefined && { searchString }),
        ...(type === 'HTTPS' && { enableSni: true }),
      }),
      () => [...endpointFaults(props), ...pageFaults(resourcePath, searchString)],
    );
  }

  private constructor(
    /** The check's configuration, as the template has it. */
    readonly config: () => Config,
    /** Everything wrong with what was given. */
    readonly faults: () => (string | undefined | false)[],
  ) {}
}

const endpoint = (props: EndpointSignalProps): Omit<Config, 'type'> => ({
  ...(props.host !== undefined && { fullyQualifiedDomainName: props.host }),
  ...(props.address !== undefined && { ipAddress: props.address }),
  requestInterval: (props.interval ?? Duration.seconds(30)).toSeconds(),
  failureThreshold: props.failureThreshold ?? 3,
  measureLatency: props.measureLatency ?? false,
  ...(props.regions && { regions: [...props.regions] }),
});

/** An alarm that is imported by its ARN may be of another Region than the stack that names it. */
const regionOf = (alarm: IAlarm): string =>
  (Token.isUnresolved(alarm.alarmArn) ? undefined : Arn.split(alarm.alarmArn, ArnFormat.COLON_RESOURCE_NAME).region) ??
  Stack.of(alarm).region;
