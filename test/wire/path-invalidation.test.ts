import { resolve } from 'node:path';
import { CloudFrontClient, CreateDistributionCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const cloudFront = new CloudFrontClient({
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
let wire: Wire;
let pool: FunctionPool;
let distribution: string;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const made = await cloudFront.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: 'path-invalidation',
        Comment: '',
        Enabled: true,
        Origins: {
          Quantity: 1,
          Items: [{ Id: 'o', DomainName: 'o.example.com', CustomHeaders: { Quantity: 0 }, OriginPath: '' }],
        },
        DefaultCacheBehavior: { TargetOriginId: 'o', ViewerProtocolPolicy: 'https-only' },
      },
    }),
  );
  distribution = made.Distribution!.Id!;
  const name = 'path-invalidation';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'path-invalidation', 'invalidate.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 30,
      environment: { DISTRIBUTION_ID: distribution },
    },
    wire,
  );
});
afterEach(() => wire.clear());
afterAll(async () => {
  pool.stop();
  await wire.stop();
  cloudFront.destroy();
});
const underWay = async () =>
  (await cloudFront.send(new ListInvalidationsCommand({ DistributionId: distribution }))).InvalidationList?.Quantity;

test.each([
  ['nothing goes wrong', () => undefined],
  ['the first call is throttled', throttled],
  ['the first call gets lost', () => lostBefore],
  ['the first answer gets lost', () => answerLost],
] as const)('a wish is one invalidation when %s [edge-invalidate-paths]', async (_, fault) => {
  const before = (await underWay()) ?? 0;
  wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
  expect(await pool.invoke({ paths: ['/images/*'] })).toMatchObject({ result: { id: expect.any(String) } });
  expect(await underWay()).toBe(before + 1);
});

test('rubbish is no invalidation', async () => {
  const before = await underWay();
  expect((await pool.invoke({ paths: ['images'] })).error?.errorMessage).toContain('does not begin with a slash');
  expect(await underWay()).toBe(before);
});
