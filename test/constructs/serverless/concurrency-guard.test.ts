import { Stack, type App } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { guardConcurrency, type ConcurrencyGuardProps } from '../../../lib/constructs/serverless/concurrency-guard';
import { createApp } from '../../../lib/app';
import { testApp } from '../../support/app';

interface Place {
  readonly account: string;
  readonly region: string;
}
const here = { account: '111122223333', region: 'eu-west-1' };

/** Functions by stack: how many runs each reserves, and where the stack stands. */
function synthesising(
  stacks: Readonly<Record<string, { readonly reserved: readonly (number | undefined)[]; readonly env?: Place }>>,
  props?: ConcurrencyGuardProps,
): () => unknown {
  const app: App = testApp();
  for (const [name, { reserved, env }] of Object.entries(stacks)) {
    const stack = new Stack(app, name, env && { env });
    reserved.forEach((runs, i) => {
      new CfnFunction(stack, `Function${i}`, {
        role: 'arn:aws:iam::111122223333:role/x',
        runtime: 'nodejs24.x',
        handler: 'index.handler',
        code: { zipFile: 'exports.handler = async () => 1' },
        ...(runs !== undefined && { reservedConcurrentExecutions: runs }),
      });
    });
  }
  guardConcurrency(app, props);
  return () => app.synth();
}

describe('ConcurrencyGuard', () => {
  test('900 of the usual 1,000 runs can be reserved, however many functions and stacks share them [serverless-concurrency]', () => {
    const stacks = { Orders: { reserved: [400, undefined, 0] }, Files: { reserved: [500] } };
    expect(synthesising(stacks)).not.toThrow();
  });

  test('fails when all stacks of an app together reserve more than the account can give away [serverless-concurrency]', () => {
    const stacks = { Orders: { reserved: [400, 50] }, Files: { reserved: [500] } };
    expect(synthesising(stacks)).toThrow(
      "The app:\n  950 runs are reserved in the deployer's account and region (450 in Orders, 500 in Files); of the 1000 of the account (accountConcurrency) 100 stay unreserved, so reserve 900 or fewer, or have AWS raise the quota and say so",
    );
    expect(synthesising(stacks, { accountConcurrency: 1050 })).not.toThrow();
  });

  test('fails when anything is reserved in a new account, which has nothing to give away [serverless-concurrency]', () => {
    expect(synthesising({ Files: { reserved: [1] } }, { accountConcurrency: 10 })).toThrow(
      'of the 10 of the account (accountConcurrency) 100 stay unreserved, so reserve 0 or fewer',
    );
    expect(synthesising({ Files: { reserved: [0] } }, { accountConcurrency: 10 })).not.toThrow();
  });

  test('every account and region has runs of its own [serverless-concurrency]', () => {
    const abroad = { ...here, region: 'us-east-1' };
    const elsewhere = { ...here, account: '444455556666' };
    const one = { reserved: [600] };
    expect(
      synthesising({ A: { ...one, env: here }, B: { ...one, env: abroad }, C: { ...one, env: elsewhere } }),
    ).not.toThrow();
    expect(synthesising({ A: { ...one, env: here }, B: { ...one, env: here } })).toThrow(
      '1200 runs are reserved in 111122223333/eu-west-1 (600 in A, 600 in B)',
    );
  });

  test('fails when a function that no block made reserves a negative number of runs [serverless-concurrency]', () => {
    expect(synthesising({ Files: { reserved: [-1] } })).toThrow(
      'Files/Function0:\n  reservedConcurrentExecutions is -1; give a whole number from 0 to 1000000',
    );
  });

  test('fails when the account is said to have no runs', () => {
    expect(() => synthesising({}, { accountConcurrency: 0 })).toThrow(
      'accountConcurrency is 0; give a whole number from 1 to 1000000',
    );
  });

  test('every app of the catalogue is held to what its account has, as the settings say [serverless-concurrency]', () => {
    const app = createApp({ only: ['sandbox-guard'], accountConcurrency: '149' }, { gates: false });
    const stack = app.node.findChild('sandbox-guard') as Stack;
    new CfnFunction(stack, 'Greedy', {
      role: 'arn:aws:iam::111122223333:role/x',
      code: { zipFile: '1' },
      reservedConcurrentExecutions: 50,
    });
    expect(() => app.synth()).toThrow('50 runs are reserved');
  });
});
