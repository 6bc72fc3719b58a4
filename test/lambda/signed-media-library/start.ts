import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as manager from '@aws-sdk/client-secrets-manager';
import { freshHandler } from '../../support/fresh-handler';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const publicKey = createPublicKey(privateKey);
export const guardWord = 'the-word-of-the-guard';
/** What each secret holds. */
export const secretsOf: Readonly<Record<string, string>> = {
  'arn:signing': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'arn:guard': guardWord,
};

export const environmentOf = {
  LIBRARY_ORIGIN: 'https://d111.cloudfront.net',
  SIGNING_SECRET: 'arn:signing',
  KEY_PAIR_ID: 'K1',
  GUARD_SECRET: 'arn:guard',
  SIGNED_SECONDS: '900',
  CLOSED_COUNTRIES: 'AT,CH',
  POWERTOOLS_SERVICE_NAME: 'signed-media-library',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

/** A new environment of the issuer, as Lambda makes one. */
export const start = (environment: Readonly<Record<string, string>> = {}): ((event: unknown) => Promise<any>) =>
  freshHandler('signed-media-library/issue', {
    environment: { ...environmentOf, ...environment },
    modules: { '@aws-sdk/client-secrets-manager': manager },
  });

/** A request as the HTTP API passes it on, of a member by way of the library. */
export function asked(
  route: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  sub: string | null = 'member-1',
): any {
  const [httpMethod, resource] = route.split(' ');
  return {
    resource,
    httpMethod,
    path: resource,
    headers: {
      'Content-Type': 'application/json',
      'X-Origin-Verify': guardWord,
      'CloudFront-Viewer-Country': 'DE',
      'CloudFront-Viewer-Country-Region': 'BE',
      'CloudFront-Viewer-City': 'Berlin',
      'CloudFront-Viewer-Latitude': '52.52',
      'CloudFront-Viewer-Longitude': '13.40',
      ...headers,
    },
    queryStringParameters: null,
    pathParameters: null,
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'r-1',
      identity: { sourceIp: '203.0.113.7' },
      ...(sub !== null && { authorizer: { claims: { sub } } }),
    },
  };
}
