import type { APIGatewayProxyResult } from 'aws-lambda';

interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly apiKeyId?: string;
}

/** A request as API Gateway's REST proxy passes it on; recorded, with the values of the call put in. */
export function request(route: string, { path, query, headers = {}, body, apiKeyId = 'k3y1d' }: Call = {}): any {
  const [httpMethod, resource] = route.split(' ');
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  const sent = {
    Accept: '*/*',
    Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    'User-Agent': 'curl/8.5.0',
    ...(text !== null && { 'Content-Type': 'application/json' }),
    ...headers,
  };
  return {
    resource,
    path: resource.replace(/\{(\w+)\}/g, (_, name: string) => path?.[name] ?? ''),
    httpMethod,
    headers: sent,
    multiValueHeaders: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]])),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query
      ? Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]]))
      : null,
    pathParameters: path ?? null,
    stageVariables: null,
    requestContext: {
      resourceId: '8d2k1a',
      resourcePath: resource,
      httpMethod,
      extendedRequestId: 'TrYQbH1ZDoEEj2A=',
      requestTime: '21/Nov/2026:08:30:00 +0000',
      path: `/live${resource}`,
      accountId: '111122223333',
      protocol: 'HTTP/1.1',
      stage: 'live',
      domainPrefix: 'a1b2c3d4e5',
      requestTimeEpoch: 1_795_249_800_000,
      requestId: '6e0c1f1e-7a2b-4c55-8f0e-0d2c5b1f9a10',
      identity: {
        cognitoIdentityPoolId: null,
        apiKey: 'the-key-itself-which-nobody-must-see',
        apiKeyId,
        sourceIp: '203.0.113.7',
        userAgent: 'curl/8.5.0',
        userArn: null,
        caller: null,
        user: null,
      },
      domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
      apiId: 'a1b2c3d4e5',
    },
    body: text,
    isBase64Encoded: false,
  };
}

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: any;
}

export const read = ({ statusCode, headers, body }: APIGatewayProxyResult): Answer => ({
  status: statusCode,
  headers: headers as Record<string, string>,
  body: JSON.parse(body),
});
