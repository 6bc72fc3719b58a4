import * as promises from 'node:fs/promises';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { freshHandler } from '../../support/fresh-handler';

export const keyArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf';
const variables = {
  SETTINGS_PATH: '/shop/settings',
  SIGNING_KEY_ARN: keyArn,
  OFFER_MINUTES: '30',
  FLAGS_PATH: '/applications/a/environments/live/configurations/flags',
  POWERTOOLS_SERVICE_NAME: 'live-settings',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
};
const said: string[] = [];

/** Every place where a setting stands, as a test wants it; `'down'` for one that cannot be reached. */
export const places = {
  layer: '{"currency":"EUR"}' as string,
  parameters: {} as Record<string, string> | 'down',
  key: 'first-key' as string,
  flags: {} as object | 'down',
  asked: { parameters: 0, key: 0 },
};

const store = mockClient(ssm.SSMClient);
const vault = mockClient(secrets.SecretsManagerClient);
const down = () => Object.assign(new Error('Service Unavailable'), { name: 'InternalServerError' });

/** All is up, and nobody has changed anything. */
export function allUp(): void {
  Object.assign(places, {
    layer: '{"currency":"EUR"}',
    parameters: { 'rates/road': '120' },
    key: 'first-key',
    flags: { carrier: 'road', surcharge: 0, taking: true },
    asked: { parameters: 0, key: 0 },
  });
  said.length = 0;
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...words: unknown[]) => void said.push(String(words[0])));
  store.reset();
  vault.reset();
  store.on(ssm.GetParametersByPathCommand, { Path: '/shop/settings', Recursive: true }).callsFake(() => {
    places.asked.parameters += 1;
    if (places.parameters === 'down') throw down();
    return {
      Parameters: Object.entries(places.parameters).map(([name, Value]) => ({
        Name: `/shop/settings/${name}`,
        Value,
        Type: 'String',
      })),
    };
  });
  vault.on(secrets.GetSecretValueCommand, { SecretId: keyArn }).callsFake(() => {
    places.asked.key += 1;
    if (places.key === 'down') throw down();
    return { SecretString: places.key };
  });
  jest.spyOn(globalThis, 'fetch').mockImplementation((url) => {
    expect(url).toBe(`http://localhost:2772${variables.FLAGS_PATH}`);
    if (places.flags === 'down') return Promise.reject(new TypeError('fetch failed'));
    return Promise.resolve(new Response(JSON.stringify(places.flags)));
  });
}

/** What was written to the log: lines, and figures among them. */
const lines = (): any[] => said.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
export const logged = (): any[] => lines().filter(({ _aws }) => _aws === undefined);
/** How often settings could not be read, as counted. */
export const unread = (): number =>
  lines()
    .flatMap(({ SettingsUnread = [] }) => SettingsUnread as number | number[])
    .reduce((sum, count) => sum + count, 0);

/** A new environment of a function. */
export function start(
  file: 'quote' | 'accept',
  environment: Readonly<Record<string, string | undefined>> = {},
): (event: unknown) => Promise<any> {
  const handler = freshHandler(`live-settings/${file}`, {
    environment: { ...variables, ...environment },
    modules: {
      '@aws-sdk/client-ssm': ssm,
      '@aws-sdk/client-secrets-manager': secrets,
      'node:fs/promises': {
        ...promises,
        readFile: (path: string) => {
          expect(path).toBe('/opt/settings/house.json');
          return places.layer === 'down' ? Promise.reject(new Error('ENOENT')) : Promise.resolve(places.layer);
        },
      },
    },
  });
  return async (event) => {
    const now = { ...process.env };
    Object.assign(process.env, variables, environment);
    try {
      return await handler(event);
    } finally {
      process.env = now;
    }
  };
}
