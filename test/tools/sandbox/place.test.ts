import { findPlace } from '../../../tools/sandbox/place';

const before = { ...process.env };
const choice = { emulator: false, start: false };
beforeEach(() => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) delete process.env[name];
});
afterAll(() => void Object.assign(process.env, before));

test('AWS_ENDPOINT_URL names an emulator, whatever credentials there are', async () => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: 'http://localhost:4566',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 's',
  });
  const place = await findPlace(choice);
  expect(place).toMatchObject({ kind: 'emulator', endpoint: 'http://localhost:4566' });
  expect(place.description).toBe('the emulator at http://localhost:4566, which AWS_ENDPOINT_URL names');
  expect(place.environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'key', AWS_REGION: 'us-east-1' });
});

test.each([
  'https://cloudformation.eu-west-1.amazonaws.com',
  'https://sts.cn-north-1.amazonaws.com.cn',
  'https://s3.api.aws',
])('%s is AWS itself, and guarded as such', async (endpoint) => {
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-west-1' });
  expect((await findPlace(choice)).kind).toBe('account');
});

test('credentials mean a real account, in the region the settings name', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' });
  expect(await findPlace(choice)).toEqual({
    kind: 'account',
    description: 'a real account, in eu-west-1',
    environment: { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
  });
  expect((await findPlace({ ...choice, region: 'eu-central-1' })).environment.AWS_REGION).toBe('eu-central-1');
});

test('fails when AWS_ENDPOINT_URL is no address, with what it is', async () => {
  process.env.AWS_ENDPOINT_URL = 'localhost';
  await expect(findPlace(choice)).rejects.toThrow(
    'AWS_ENDPOINT_URL is localhost; give a URL such as http://localhost:4566',
  );
});
