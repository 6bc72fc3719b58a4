import { isIP } from 'node:net';
import { Duration, Token } from 'aws-cdk-lib';
import { OriginProtocolPolicy, OriginSslPolicy, type IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IConstruct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { OriginGuard } from './origin-guard';

/** How a distribution waits for an origin. */
export interface OriginPatience {
  /**
   * How long it waits for an answer, and between two packets of one, 1 to 120 seconds.
   * @default Duration.seconds(30)
   */
  readonly readTimeout?: Duration;
  /**
   * How long it keeps a silent connection, 1 to 120 seconds.
   * @default Duration.seconds(5)
   */
  readonly keepaliveTimeout?: Duration;
}

export interface CustomOriginProps extends OriginPatience {
  /** The name of the web server in public DNS: a load balancer's, an instance's, an API's, anybody's; never an address. */
  readonly domainName: string;
  /**
   * The secret that is sent with every request.
   * @default - none: it answers whoever asks
   */
  readonly guard?: OriginGuard;
  /**
   * Whether requests go to it in plain HTTP, where it has no certificate that the world trusts.
   * @default false
   */
  readonly allowPlainOriginLeg?: boolean;
  /**
   * A folder of it that paths are looked for in, such as `/live`.
   * @default - none
   */
  readonly path?: string;
}

/**
 * Any web server that CloudFront reaches by a public name, inside AWS or not. The way to it is a connection of its own: TLS 1.2,
 * with a certificate that the world trusts for that name, unless a plain one is asked for.
 *
 * @claims edge-custom-origin, edge-two-tls-legs
 */
export function customOrigin(scope: IConstruct, props: CustomOriginProps): IOrigin {
  const { domainName, guard, allowPlainOriginLeg = false, path } = props;
  refuse(scope, [
    isIP(domainName) !== 0 &&
      `domainName is ${domainName}, an address, which CloudFront does not take; give a name in public DNS`,
    !Token.isUnresolved(domainName) &&
      isIP(domainName) === 0 &&
      !/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i.test(domainName) &&
      `domainName is ${domainName}; give the name alone, such as origin.example.com, without protocol, port and path`,
    path !== undefined &&
      !/^\/\S*[^/\s]$/.test(path) &&
      `path is ${path || '(empty)'}; begin it with a slash, and end it without one`,
    ...patienceFaults(props),
  ]);
  return new HttpOrigin(domainName, {
    protocolPolicy: allowPlainOriginLeg ? OriginProtocolPolicy.HTTP_ONLY : OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    ...(guard && { customHeaders: guard.headers }),
    ...(path !== undefined && { originPath: path }),
    ...patienceOf(props),
  });
}

export const patienceOf = ({ readTimeout, keepaliveTimeout }: OriginPatience): OriginPatience => ({
  ...(readTimeout && { readTimeout }),
  ...(keepaliveTimeout && { keepaliveTimeout }),
});

export const patienceFaults = ({ readTimeout, keepaliveTimeout }: OriginPatience): (string | undefined)[] => [
  outsideDuration('readTimeout', readTimeout, Duration.seconds(1), Duration.seconds(120)),
  outsideDuration('keepaliveTimeout', keepaliveTimeout, Duration.seconds(1), Duration.seconds(120)),
];
