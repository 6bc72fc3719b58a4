import { Duration } from 'aws-cdk-lib';
import { Protocol, type HealthCheck } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { probeFaults } from './probe-faults';

export interface ProbeOptions {
  /**
   * 1 to 65,535; needed for what speaks UDP, which no probe does.
   * @default - the traffic port
   */
  readonly port?: number;
  /**
   * Between probes, 5 to 300 seconds and longer than the timeout.
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;
  /**
   * For one answer, 2 to 120 seconds.
   * @default Duration.seconds(5)
   */
  readonly timeout?: Duration;
  /**
   * Good answers in a row until a target gets connections, 2 to 10.
   * @default 2
   */
  readonly healthyAfter?: number;
  /**
   * Bad answers in a row until it gets none, 2 to 10.
   * @default 2
   */
  readonly unhealthyAfter?: number;
}

/**
 * How a Network Load Balancer finds out whether a target is well: by a connection, or by a question in HTTP or HTTPS, whatever the
 * service itself speaks.
 *
 * @claims compute-nlb-health
 */
export class TransportHealth {
  /** That a connection can be opened is enough. It proves that somebody listens, not that the service works. */
  static connection(options: ProbeOptions = {}): TransportHealth {
    return new TransportHealth(Protocol.TCP, options);
  }

  /** A path is to be answered with 200 to 399. */
  static http(path: string, options: ProbeOptions = {}): TransportHealth {
    return new TransportHealth(Protocol.HTTP, options, path);
  }

  /** The same in TLS; the certificate is not verified. */
  static https(path: string, options: ProbeOptions = {}): TransportHealth {
    return new TransportHealth(Protocol.HTTPS, options, path);
  }

  private constructor(
    private readonly protocol: Protocol,
    private readonly options: ProbeOptions,
    private readonly path?: string,
  ) {}

  /** The port it asks on, where it is not the one of the traffic. */
  get port(): number | undefined {
    return this.options.port;
  }

  /** Whether it asks in HTTP or HTTPS. */
  get asks(): boolean {
    return this.path !== undefined;
  }

  faults(): (string | undefined | false)[] {
    return [
      this.path !== undefined &&
        !/^\/\S*$/.test(this.path) &&
        `health asks for ${this.path || '(empty)'}; begin the path with a slash, such as /health`,
      ...probeFaults({ ...this.options, ...this.times }),
    ];
  }

  /** What the target group is told. */
  get check(): HealthCheck {
    const { port, healthyAfter = 2, unhealthyAfter = 2 } = this.options;
    return {
      enabled: true,
      protocol: this.protocol,
      port: port === undefined ? 'traffic-port' : `${port}`,
      ...(this.path !== undefined && { path: this.path, healthyHttpCodes: '200-399' }),
      ...this.times,
      healthyThresholdCount: healthyAfter,
      unhealthyThresholdCount: unhealthyAfter,
    };
  }

  private get times(): { readonly interval: Duration; readonly timeout: Duration } {
    const { interval = Duration.seconds(10), timeout = Duration.seconds(5) } = this.options;
    return { interval, timeout };
  }
}
