import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { environmentOf, howToGet, missing } from '../emulator/start';
import { running, start } from './carried';
import { emulatorInDocker } from './docker';

/** Where stacks are deployed to. */
export interface Place {
  /** A real account is guarded; an emulator is not. */
  readonly kind: 'account' | 'emulator';
  /** Which one it is, in one line. */
  readonly description: string;
  /** The emulator's endpoint. @default - AWS's own */
  readonly endpoint?: string;
  /** What programs need in their environment to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Choice {
  /** Takes the carried emulator whatever credentials there are. */
  readonly emulator: boolean;
  /** Starts an emulator where none runs. */
  readonly start: boolean;
  /** The region, where a setting names one. */
  readonly region?: string | undefined;
}

/** How to get something to deploy to, one line for each way. */
const ways = (own: string): string =>
  [
    'There is nothing to deploy to:',
    'give credentials of a sandbox account (aws configure, AWS_PROFILE, ...)',
    'or name an emulator: AWS_ENDPOINT_URL=http://localhost:4566',
    `or let this command start its own: ${own}`,
    'or start one in docker, where many types are missing: docker run --rm -d -p 5000:5000 motoserver/moto:5.2.1',
  ].join('\n  ');

/**
 * The place to deploy to: the emulator that AWS_ENDPOINT_URL names, else the account of the credentials the SDK finds, else the
 * emulator this repository carries, else one that runs in docker.
 *
 * @throws where there is none, with every way to get one
 */
export async function findPlace({ emulator, start: mayStart, region }: Choice): Promise<Place> {
  const named = process.env.AWS_ENDPOINT_URL;
  if (named !== undefined && named !== '' && !emulator) return atEndpoint(named, region);
  if (!emulator && (await hasCredentials())) return account(region);

  const found = await running();
  if (found) return ofEmulator(found.endpoint, `the emulator at ${found.endpoint}, started by a command before`);
  const inDocker = emulator ? undefined : emulatorInDocker();
  if (!mayStart && !inDocker) {
    throw new Error(
      'No sandbox is running: there are no credentials, no AWS_ENDPOINT_URL and no emulator. Deploy first: npm run sandbox -- deploy <name>',
    );
  }
  const why = missing();
  if (mayStart && !why) {
    const { endpoint } = await start();
    return ofEmulator(
      endpoint,
      `the emulator of this repository, started at ${endpoint}; npm run sandbox -- stop ends it`,
    );
  }
  if (inDocker) return ofEmulator(inDocker.endpoint, `${inDocker.image} in docker at ${inDocker.endpoint}`);
  throw new Error(ways(why ?? howToGet));
}

function atEndpoint(endpoint: string, region: string | undefined): Promise<Place> | Place {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : undefined;
  if (host === undefined) throw new Error(`AWS_ENDPOINT_URL is ${endpoint}; give a URL such as http://localhost:4566`);
  // AWS's own regional endpoints are named this way too, and what is there is real.
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(host)) return account(region);
  return ofEmulator(endpoint, `the emulator at ${endpoint}, which AWS_ENDPOINT_URL names`, region);
}

/** An emulator as a place to deploy to. */
export function ofEmulator(endpoint: string, description: string, region?: string): Place {
  const own = environmentOf(endpoint);
  const given = (name: string): string => process.env[name] ?? own[name];
  const where = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? own.AWS_REGION;
  return {
    kind: 'emulator',
    description,
    endpoint,
    environment: {
      ...own,
      AWS_ACCESS_KEY_ID: given('AWS_ACCESS_KEY_ID'),
      AWS_SECRET_ACCESS_KEY: given('AWS_SECRET_ACCESS_KEY'),
      AWS_REGION: where,
      AWS_DEFAULT_REGION: where,
    },
  };
}

async function account(region: string | undefined): Promise<Place> {
  const where = region ?? (await configuredRegion());
  const environment = { AWS_REGION: where, AWS_DEFAULT_REGION: where };
  return { kind: 'account', description: `a real account, in ${where}`, environment };
}

async function configuredRegion(): Promise<string> {
  if (process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION) {
    return (process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION)!;
  }
  try {
    return await new CloudFormationClient({}).config.region();
  } catch {
    throw new Error('There are credentials and no region; give one: -c region=eu-west-1, or AWS_REGION=eu-west-1');
  }
}

async function hasCredentials(): Promise<boolean> {
  try {
    await new STSClient({ region: 'us-east-1' }).config.credentials();
    return true;
  } catch {
    return false;
  }
}

/** Who deploys. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** @throws where the credentials are refused, with the reason */
export async function identityAt(place: Place): Promise<Identity> {
  try {
    const { Account, Arn } = await new STSClient(clientConfig(place)).send(new GetCallerIdentityCommand({}));
    return { account: Account!, arn: Arn! };
  } catch (error) {
    throw new Error(`${place.description} does not say who is asking: ${(error as Error).message}`);
  }
}

/** What an SDK client is made with. */
export function clientConfig({ endpoint, environment }: Place) {
  return {
    region: environment.AWS_REGION,
    ...(endpoint !== undefined && {
      endpoint,
      credentials: { accessKeyId: environment.AWS_ACCESS_KEY_ID, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY },
    }),
  };
}
