import type {
  ALBEvent,
  APIGatewayEventRequestContextV2WithAuthorizer,
  APIGatewayEventRequestContextIAMAuthorizer,
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyEvent,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
  LambdaFunctionURLEventWithIAMAuthorizer,
} from 'aws-lambda';

/*
 * Whole events of the services that wait for an answer, in the shape their documentation gives. The types see to it that no field is
 * missing that always comes.
 */

const body = JSON.stringify({ items: 2 });
const claims = { sub: 'ada', iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ex4mpl3', token_use: 'id' };
const nobody = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** `PUT /orders/{orderId}` at a REST API whose authoriser is a user pool. */
export const restEvent: APIGatewayProxyEvent = {
  resource: '/orders/{orderId}',
  path: '/orders/o-1',
  httpMethod: 'PUT',
  headers: {
    Accept: '*/*',
    Authorization: 'eyJ',
    'Content-Type': 'application/json',
    Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    'User-Agent': 'curl/8.5.0',
    'X-Amzn-Trace-Id': 'Root=1-69298a10-5f2c1d0e3b4a596877665544',
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
  },
  multiValueHeaders: {
    Accept: ['*/*'],
    Authorization: ['eyJ'],
    'Content-Type': ['application/json'],
    Host: ['a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com'],
    'User-Agent': ['curl/8.5.0'],
    'X-Amzn-Trace-Id': ['Root=1-69298a10-5f2c1d0e3b4a596877665544'],
    'X-Forwarded-For': ['203.0.113.7'],
    'X-Forwarded-Port': ['443'],
    'X-Forwarded-Proto': ['https'],
  },
  queryStringParameters: { dry: 'yes' },
  multiValueQueryStringParameters: { dry: ['yes'] },
  pathParameters: { orderId: 'o-1' },
  stageVariables: null,
  requestContext: {
    resourceId: '8d2k1a',
    authorizer: { claims },
    resourcePath: '/orders/{orderId}',
    httpMethod: 'PUT',
    extendedRequestId: 'TrYQbH1ZDoEEj2A=',
    requestTime: '28/Nov/2026:10:15:30 +0000',
    path: '/live/orders/o-1',
    accountId: '111122223333',
    protocol: 'HTTP/1.1',
    stage: 'live',
    domainPrefix: 'a1b2c3d4e5',
    requestTimeEpoch: 1_795_860_930_000,
    requestId: '6e0c1f1e-7a2b-4c55-8f0e-0d2c5b1f9a10',
    identity: { ...nobody, sourceIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
    domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    apiId: 'a1b2c3d4e5',
  },
  body,
  isBase64Encoded: false,
};

/** The same at an HTTP API with payload format 1.0, which may send bodies in Base64. */
export const httpEvent: APIGatewayProxyEvent & { readonly version: '1.0' } = {
  version: '1.0',
  ...restEvent,
  requestContext: {
    accountId: '111122223333',
    apiId: 'f6g7h8i9j0',
    authorizer: { claims, scopes: null },
    domainName: 'f6g7h8i9j0.execute-api.eu-west-1.amazonaws.com',
    domainPrefix: 'f6g7h8i9j0',
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    httpMethod: 'PUT',
    identity: { ...nobody, sourceIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
    path: '/orders/o-1',
    protocol: 'HTTP/1.1',
    requestId: 'JKJaXmPLvHcESHA=',
    requestTime: '28/Nov/2026:10:15:30 +0000',
    requestTimeEpoch: 1_795_860_930_000,
    resourceId: 'PUT /orders/{orderId}',
    resourcePath: '/orders/{orderId}',
    stage: '$default',
  },
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
};

interface Let {
  readonly authorizer: { readonly principalId: string; readonly integrationLatency: number };
  readonly identity: { readonly sourceIp: string };
}

/** A message on the connection of somebody whom the authoriser let in. */
export const socketEvent: APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & Let
> = {
  requestContext: {
    routeKey: 'write',
    authorizer: { principalId: 'ada', integrationLatency: 12 },
    messageId: 'TrYQbccSjoECJMA=',
    eventType: 'MESSAGE',
    extendedRequestId: 'TrYQbH1ZDoEEj2A=',
    requestTime: '28/Nov/2026:10:15:30 +0000',
    messageDirection: 'IN',
    stage: 'live',
    connectedAt: 1_795_860_900_000,
    requestTimeEpoch: 1_795_860_930_000,
    identity: { sourceIp: '203.0.113.7' },
    requestId: 'TrYQbH1ZDoEEj2A=',
    domainName: 'k1l2m3n4o5.execute-api.eu-west-1.amazonaws.com',
    connectionId: 'TrYQbd0sjoECJMA=',
    apiId: 'k1l2m3n4o5',
  },
  body: JSON.stringify({
    action: 'write',
    id: 'q-1',
    path: { orderId: 'o-1' },
    query: { dry: 'yes' },
    body: { items: 2 },
  }),
  isBase64Encoded: false,
};

/** A request at a load balancer whose target group hands over single values. */
export const balancerEvent: ALBEvent = {
  requestContext: {
    elb: {
      targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/orders/6d0ecf831eec9f09',
    },
  },
  httpMethod: 'PUT',
  path: '/orders/o-1',
  queryStringParameters: { dry: 'yes' },
  headers: {
    accept: '*/*',
    'content-type': 'application/json',
    host: 'orders-123578498.eu-west-1.elb.amazonaws.com',
    'user-agent': 'curl/8.5.0',
    'x-amzn-trace-id': 'Root=1-69298a10-5f2c1d0e3b4a596877665544',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
};

const signed: APIGatewayEventRequestContextV2WithAuthorizer<APIGatewayEventRequestContextIAMAuthorizer> = {
  accountId: '111122223333',
  apiId: 'p6q7r8s9t0',
  authorizer: {
    iam: {
      accessKey: 'AKIDEXAMPLE',
      accountId: '111122223333',
      callerId: 'AIDAEXAMPLE',
      cognitoIdentity: null,
      principalOrgId: 'o-a1b2c3d4e5',
      userArn: 'arn:aws:iam::111122223333:user/ada',
      userId: 'AIDAEXAMPLE',
    },
  },
  domainName: 'p6q7r8s9t0.lambda-url.eu-west-1.on.aws',
  domainPrefix: 'p6q7r8s9t0',
  http: {
    method: 'PUT',
    path: '/orders/o-1',
    protocol: 'HTTP/1.1',
    sourceIp: '203.0.113.7',
    userAgent: 'curl/8.5.0',
  },
  requestId: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
  routeKey: '$default',
  stage: '$default',
  time: '28/Nov/2026:10:15:30 +0000',
  timeEpoch: 1_795_860_930_000,
};

/** A signed request at a function's own address. */
export const urlEvent: LambdaFunctionURLEventWithIAMAuthorizer = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/orders/o-1',
  rawQueryString: 'dry=yes',
  headers: {
    accept: '*/*',
    'content-type': 'application/json',
    host: 'p6q7r8s9t0.lambda-url.eu-west-1.on.aws',
    'user-agent': 'curl/8.5.0',
    'x-amzn-trace-id': 'Root=1-69298a10-5f2c1d0e3b4a596877665544',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  queryStringParameters: { dry: 'yes' },
  requestContext: signed,
  body,
  isBase64Encoded: false,
};
