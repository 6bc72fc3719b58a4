import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as documents from '@aws-sdk/lib-dynamodb';

export const environmentOf = {
  ORDERS_TABLE: 'the-orders',
  CUSTOMER_INDEX: 'byCustomer',
  ORDER_DAYS: '400',
  DOCUMENT_BUCKET: 'the-documents',
  LINK_SECONDS: '900',
  INVOICE_WRITER: 'arn:aws:lambda:eu-west-1:111122223333:function:writer:live',
  IDEMPOTENCY_TABLE: 'the-requests',
  IDEMPOTENCY_EXPIRY_SECONDS: '172800',
  POWERTOOLS_SERVICE_NAME: 'orders-api',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

// What Lambda sets for every run, and libraries look at during it: how it was started, and the credentials of its role.
Object.assign(process.env, {
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'the-secret',
  AWS_SESSION_TOKEN: 'the-token',
  // Logs and metrics go to the console, where tests read them.
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'false',
});

/** A run that has ten seconds. */
export const context = {
  awsRequestId: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
  functionName: 'orders',
  functionVersion: '7',
  memoryLimitInMB: '512',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:orders:live',
  getRemainingTimeInMillis: () => 10_000,
} as Context;

type Handler = (event: unknown, context: Context) => Promise<any>;

/** A new environment of a function, as Lambda makes one: its modules are loaded afresh, the SDK's classes are the test's. */
export function start(
  file: 'orders' | 'attachments' | 'invoices' | 'write-invoice',
  environment: Readonly<Record<string, string | undefined>> = {},
): (event: unknown, run?: Context) => Promise<any> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries({ ...environmentOf, ...environment })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    let module!: { handler: Handler };
    jest.isolateModules(() => {
      jest.doMock('@aws-sdk/client-dynamodb', () => dynamodb);
      jest.doMock('@aws-sdk/client-lambda', () => lambda);
      jest.doMock('@aws-sdk/client-s3', () => s3);
      jest.doMock('@aws-sdk/lib-dynamodb', () => documents);
      module = require(`../../../lambda/orders-api/${file}`);
    });
    return (event, run = context) => module.handler(event, run);
  } finally {
    process.env = before;
  }
}

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

/** Everything that must never reach a caller. */
export const secrets =
  /the-orders|the-requests|the-documents|the-key-itself|the-secret|111122223333|arn:aws|node_modules|\.ts:\d|\.js:\d|at \w+ \(|byCustomer|DynamoDB|dynamodb|Exception/;

/** What a function wrote to its log and its metrics since `listen` was called. */
export class Output {
  private readonly lines: string[] = [];

  listen(): void {
    this.lines.length = 0;
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void this.lines.push(String(args[0])));
  }

  get logs(): any[] {
    return this.objects.filter(({ level }) => level !== undefined);
  }

  /** Values by name. */
  get metrics(): Record<string, any> {
    return Object.assign({}, ...this.objects.filter(({ _aws }) => _aws !== undefined));
  }

  private get objects(): any[] {
    return this.lines.flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }
}
