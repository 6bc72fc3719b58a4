import { createPrivateKey, createPublicKey } from 'node:crypto';
import * as manager from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:key';
const secrets = mockClient(manager.SecretsManagerClient);
let kept: string;
let handler: (event: unknown) => Promise<void>;
const answers: any[] = [];
let refusals = 0;

beforeAll(() => {
  process.env.POWERTOOLS_DEV = 'true';
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-secrets-manager', () => manager);
    handler = require('../../../lambda/edge-key/make-key').handler;
  });
});
const logged: string[] = [];
beforeEach(() => {
  kept = 'a random word';
  answers.length = 0;
  logged.length = 0;
  refusals = 0;
  secrets.reset();
  secrets.on(manager.GetSecretValueCommand).callsFake(() => ({ SecretString: kept }));
  secrets.on(manager.PutSecretValueCommand).callsFake(({ SecretString }) => {
    kept = SecretString!;
    return {};
  });
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void logged.push(args.join(' ')));
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    if (refusals-- > 0) throw new Error('connection reset');
    answers.push({ url, ...JSON.parse(init!.body as string) });
    return new Response(null, { status: 200 });
  });
});
const told = (RequestType: string, more: object = {}) => ({
  RequestType,
  ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:maker',
  ResponseURL: 'https://answers.example/1',
  StackId: 'the-stack',
  RequestId: 'the-request',
  LogicalResourceId: 'Pair',
  ResourceType: 'Custom::EdgeKeyPair',
  ResourceProperties: { SecretArn: secretArn },
  ...more,
});
const publicOf = (pem: string) => createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' });

describe('the maker of key pairs', () => {
  test('keeps the private half in the secret and tells the public half alone [edge-signing-key-custody]', async () => {
    await handler(told('Create'));
    expect(createPrivateKey(kept).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(answers).toEqual([
      {
        url: 'https://answers.example/1',
        Status: 'SUCCESS',
        PhysicalResourceId: secretArn,
        StackId: 'the-stack',
        RequestId: 'the-request',
        LogicalResourceId: 'Pair',
        Data: { PublicKey: publicOf(kept) },
      },
    ]);
    expect(JSON.stringify([answers, logged])).not.toContain('PRIVATE KEY');
    expect(secrets.commandCalls(manager.PutSecretValueCommand)[0].args[0].input.ClientRequestToken).toBe('the-request');
  });

  test('tells of the same pair when it is asked again, as a key that changed would shut everybody out [edge-signing-key-custody]', async () => {
    await handler(told('Create'));
    const first = kept;
    await handler(told('Create'));
    await handler(told('Update', { PhysicalResourceId: secretArn }));
    expect(kept).toBe(first);
    expect(new Set(answers.map(({ Data }) => Data.PublicKey)).size).toBe(1);
    expect(secrets.commandCalls(manager.PutSecretValueCommand)).toHaveLength(1);
  });

  test('leaves everything as it is when the key goes', async () => {
    await handler(told('Delete', { PhysicalResourceId: secretArn }));
    expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: secretArn }]);
    expect(secrets.calls()).toHaveLength(0);
  });

  test('answers what went wrong, so that nobody waits for an hour, and the deletion of what never was [serverless-untrusted-input]', async () => {
    secrets.on(manager.PutSecretValueCommand).rejects(new Error('no such secret'));
    await handler(told('Create'));
    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'no such secret', PhysicalResourceId: 'never-made' }]);
    await handler(told('Delete', { PhysicalResourceId: 'never-made' }));
    expect(answers[1]).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'never-made' });
    await handler(told('Create', { ResourceProperties: { SecretArn: 'a-name' } }));
    expect(answers[2].Status).toBe('FAILED');
  });

  test('answers again when the first answer was lost, and fails when none gets through', async () => {
    refusals = 2;
    await handler(told('Create'));
    expect(answers).toHaveLength(1);
    refusals = 3;
    await expect(handler(told('Create'))).rejects.toThrow('connection reset');
  });

  test('fails for what CloudFormation did not send [serverless-untrusted-input]', async () => {
    await expect(handler({ RequestType: 'Steal' })).rejects.toThrow();
    expect(secrets.calls()).toHaveLength(0);
  });
});
