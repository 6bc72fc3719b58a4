import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { flagReader } from '../shared/flags';
import { loadConfig } from '../shared/load-config';
import { patience } from '../shared/patience';
import { secret } from '../shared/secret';
import { variables } from '../shared/variables';
import { environment, flagDefaults, unreadMetric } from './environment';
import { NotOurs } from './offer';
import { shape, sourcesAt } from './settings';

const { settingsPath, signingKey } = variables(environment);
const parameters = new SSMProvider({ awsSdkV3Client: new SSMClient(patience) });
const secrets = new SecretsProvider({ awsSdkV3Client: new SecretsManagerClient(patience) });

export const logger = new Logger();
const metrics = new Metrics();

/** Whatever cannot be read or used is told and counted, and the function goes on with what it knew. */
function unread(source: string, cause: unknown): void {
  logger.warn('settings not read', { source, error: cause as Error });
  metrics.addMetric(unreadMetric, MetricUnit.Count, 1);
}

/** Settings that change with releases, deployments, or a parameter: read anew after half a minute. */
export const settings = loadConfig({
  shape,
  sources: sourcesAt({
    file: '/opt/settings/house.json',
    parametersPath: settingsPath,
    parameters: (path) => parameters.getMultiple(path, { forceFetch: true, recursive: true }),
  }),
  timeToLive: 30_000,
  report: {
    unknown: (source, keys) => logger.warn('settings nobody reads', { source, keys }),
    failed: unread,
  },
});

/** Settings that change while everything runs. */
export const flags = flagReader<{ carrier: string; surcharge: number; taking: boolean }>({
  defaults: flagDefaults,
  failed: (cause) => unread('flags', cause),
});

/** What offers are signed with. */
export const key = secret(
  async () => {
    const found = await secrets.get(signingKey, { forceFetch: true });
    if (typeof found !== 'string' || found === '') throw new Error(`the secret ${signingKey} holds no text`);
    return found;
  },
  { timeToLive: 60_000, isRefused: (cause) => cause instanceof NotOurs },
);

/** Runs one event, with its figures at the end, whatever becomes of it. */
export async function counted<T>(context: Context, work: () => Promise<T>): Promise<T> {
  logger.addContext(context);
  try {
    return await work();
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
