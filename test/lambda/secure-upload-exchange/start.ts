import type { Context } from 'aws-lambda';
import * as s3 from '@aws-sdk/client-s3';

export const environmentOf = {
  EXCHANGE_BUCKET: 'the-exchange',
  LINK_SECONDS: '900',
  ALLOWED_ORIGINS: 'https://exchange.example.com',
  ACCELERATED: 'false',
  POWERTOOLS_SERVICE_NAME: 'secure-upload-exchange',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

// What Lambda sets for every run, and libraries look at during it: how it was started, and the credentials of its role.
Object.assign(process.env, {
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'the-secret',
  // Logs and metrics go to the console, where tests read them.
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'false',
});

/** A run that has ten seconds. */
export const context = {
  awsRequestId: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
  functionName: 'exchange',
  functionVersion: '7',
  memoryLimitInMB: '512',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:exchange',
  getRemainingTimeInMillis: () => 10_000,
} as Context;

/** A new environment of a function, as Lambda makes one: its modules are loaded afresh, the SDK's classes are the test's. */
export function start(
  file: 'uploads' | 'files' | 'inspect',
  environment: Readonly<Record<string, string | undefined>> = {},
): (event: unknown, run?: Context) => Promise<any> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries({ ...environmentOf, ...environment })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    let module!: { handler: (event: unknown, context: Context) => Promise<any> };
    jest.isolateModules(() => {
      jest.doMock('@aws-sdk/client-s3', () => s3);
      module = require(`../../../lambda/secure-upload-exchange/${file}`);
    });
    return (event, run = context) => module.handler(event, run);
  } finally {
    process.env = before;
  }
}

/** An announcement as S3 sends it to a function; recorded, with the keys put in. */
export const announced = (...keys: readonly string[]) => ({
  Records: keys.map((key) => ({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventTime: '2026-11-21T08:30:00.000Z',
    eventName: 'ObjectCreated:Put',
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'arrivals',
      bucket: { name: 'the-exchange', arn: 'arn:aws:s3:::the-exchange' },
      object: {
        key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
        size: 1024,
        eTag: 'd41d8cd98f00b204e9800998ecf8427e',
        sequencer: '0055AED6DCD90281E5',
      },
    },
  })),
});
