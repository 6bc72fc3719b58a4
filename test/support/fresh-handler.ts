import type { Context } from 'aws-lambda';

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
  functionName: 'function',
  functionVersion: '7',
  memoryLimitInMB: '512',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:function:live',
  getRemainingTimeInMillis: () => 10_000,
} as Context;

export interface FreshHandler {
  /** Its variables; one that is undefined is not set. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Modules it shares with the test, by name, such as the classes of the SDK that the test has mocked. */
  readonly modules?: Readonly<Record<string, unknown>>;
}

/**
 * A new environment of a function, as Lambda makes one: its modules are loaded afresh.
 *
 * @param file of its code, from `lambda`, without its ending
 */
export function freshHandler(
  file: string,
  { environment = {}, modules = {} }: FreshHandler = {},
): (event: unknown, run?: Context) => Promise<any> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    let module!: { handler: (event: unknown, context: Context) => Promise<any> };
    jest.isolateModules(() => {
      for (const [name, shared] of Object.entries(modules)) jest.doMock(name, () => shared);
      module = require(`../../lambda/${file}`);
    });
    return (event, run = context) => module.handler(event, run);
  } finally {
    process.env = before;
  }
}
