import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { resolve } from 'node:path';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const vault = 'private-only-vault';
const shut = 'private-only-shut';
const pools: FunctionPool[] = [];
let wire: Wire;

/** `private-only-network/probe`, told of a vault. */
function probeOf(bucket: string): FunctionPool {
  const pool = new FunctionPool(
    {
      name: 'probe',
      arn: `arn:aws:lambda:${region}:${account}:function:probe`,
      bundle: new HandlerBundle(resolve('lambda', 'private-only-network', 'probe.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: { VAULT_BUCKET: bucket },
    },
    wire,
  );
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  for (const Bucket of [vault, shut]) await aws.s3.send(new CreateBucketCommand({ Bucket }));
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${shut}/*` };
  const onlyThrough = { Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } } };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...deny, ...onlyThrough }] });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: shut, Policy }));
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of pools) pool.stop();
  await wire.stop();
  aws.stop();
});

const stored = async (Key: string) =>
  (await aws.s3.send(new GetObjectCommand({ Bucket: vault, Key }))).Body!.transformToString();

test('a note is written once for the reader, though S3 is busy, the line breaks and an answer is lost', async () => {
  const probe = probeOf(vault);
  const troubles = [throttled, () => lostBefore, () => answerLost];
  for (const [i, trouble] of troubles.entries()) {
    wire.plan = (call, nth) => (nth === 1 ? trouble(call) : undefined);
    const key = `notes/${i}`;
    expect(await probe.invoke({ do: 'write', key, text: `hello ${i}` })).toEqual({ result: { written: key } });
    expect(await stored(key)).toBe(`hello ${i}`);
    expect(await probe.invoke({ do: 'read', key })).toEqual({ result: { text: `hello ${i}` } });
  }
});

test('what S3 refuses is an answer that is not asked for again', async () => {
  const key = 'notes/one';
  const probe = probeOf(shut);
  expect(await probe.invoke({ do: 'write', key, text: 'hello' })).toEqual({ result: { refused: key } });
  expect(await probe.invoke({ do: 'read', key })).toEqual({ result: { refused: key } });
  expect(wire.seen.map(({ operation, status }) => [operation, status])).toEqual([
    ['PutObject', 403],
    ['GetObject', 403],
  ]);
});

test('S3 that stays busy is an error, after three tries', async () => {
  wire.plan = (call) => throttled(call);
  const { error } = await probeOf(vault).invoke({ do: 'read', key: 'notes/0' });
  expect(error).toMatchObject({ errorType: 'SlowDown' });
  expect(wire.seen).toHaveLength(3);
});

test('what is no task never reaches AWS', async () => {
  const { error } = await probeOf(vault).invoke({ do: 'delete', key: 'notes/0' });
  expect(error).toMatchObject({ errorMessage: expect.stringContaining('not a task (do: Invalid input)') });
  expect(wire.seen).toEqual([]);
});
