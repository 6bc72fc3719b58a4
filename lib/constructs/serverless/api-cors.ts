import { Duration, Token } from 'aws-cdk-lib';
import { Cors, type CorsOptions } from 'aws-cdk-lib/aws-apigateway';
import { outsideDuration } from '../faults';

/** Which pages of other origins may call an API from a browser. */
export interface ApiCors {
  /** `https://shop.example.com`, one or more, or `*` alone for any. Functions must be told the same, as they answer too. */
  readonly origins: readonly string[];
  /**
   * Whether browsers send cookies and HTTP authentication along; refused with the origin `*`.
   * @default false
   */
  readonly allowCredentials?: boolean;
  /**
   * Headers a page may send.
   * @default - Content-Type, Authorization, Idempotency-Key, X-Api-Key and those of signed requests
   */
  readonly headers?: readonly string[];
  /**
   * For how long a browser remembers the answer, 0 to 24 hours.
   * @default Duration.hours(1)
   */
  readonly maxAge?: Duration;
}

const anybody = '*';

/** What browsers or API Gateway would not make sense of. */
export function corsFaults({ origins, allowCredentials = false, maxAge }: ApiCors): (string | false | undefined)[] {
  return [
    origins.length === 0 && 'cors.origins is empty; name the origins, or leave cors out',
    origins.includes(anybody) &&
      origins.length > 1 &&
      `cors.origins is ${origins.join(', ')}; give * alone, or the origins by name`,
    origins.includes(anybody) &&
      allowCredentials &&
      'cors.origins is * and allowCredentials is true, which browsers refuse; name the origins, or leave credentials out',
    ...origins
      .filter(
        (origin) =>
          origin !== anybody && !Token.isUnresolved(origin) && !/^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin),
      )
      .map((origin) => `cors.origins has ${origin}; give scheme and host alone, such as https://shop.example.com`),
    outsideDuration('cors.maxAge', maxAge, Duration.seconds(0), Duration.hours(24)),
  ];
}

/** The preflight of every resource. */
export const preflight = ({
  origins,
  allowCredentials = false,
  headers,
  maxAge = Duration.hours(1),
}: ApiCors): CorsOptions => ({
  allowOrigins: [...origins],
  allowMethods: Cors.ALL_METHODS,
  allowHeaders: [...(headers ?? [...Cors.DEFAULT_HEADERS, 'Idempotency-Key'])],
  allowCredentials,
  maxAge,
});

/**
 * Headers that let a page read the problems API Gateway answers with. Its answers know no condition: with one origin they name
 * it; with several they mirror the caller's, without credentials, which gives nothing away, as these texts are the same for
 * everybody.
 */
export function problemCorsHeaders({ origins, allowCredentials = false }: ApiCors): Record<string, string> {
  const [origin, ...more] = origins;
  if (more.length > 0) return { 'Access-Control-Allow-Origin': 'method.request.header.Origin', Vary: "'Origin'" };
  return {
    'Access-Control-Allow-Origin': `'${origin}'`,
    ...(allowCredentials && { 'Access-Control-Allow-Credentials': "'true'" }),
  };
}
