import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './carried';
import type { Prepared } from './assembly';
import { withEach, type Sandbox } from './sandbox';
import { describe } from './stack';
import { variablesOf } from './outputs';

/** What a person or a step works in. */
export interface Workplace {
  /** The outputs of the architecture, each by its name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The outputs as variables, and whatever programs need to reach the place the architecture is deployed to. */
  readonly variables: Readonly<Record<string, string>>;
  /** A directory for the files one makes on the way. */
  readonly directory: string;
}

/** @throws where the architecture is not deployed */
export async function workplace(sandbox: Sandbox, prepared: Prepared): Promise<Workplace> {
  const { place } = sandbox;
  const { name } = prepared;
  const stacks = await withEach(sandbox, prepared, async (client, { name: stack }) => {
    const found = await describe(client, stack);
    if (!found) throw new Error(`${stack} is not deployed to ${place.description}; npm run sandbox -- deploy ${name}`);
    return found;
  });
  const directory = join(folder, 'work', name);
  mkdirSync(directory, { recursive: true });
  const outputs = variablesOf(stacks, place.endpoint);
  const taken = Object.keys(outputs).filter((key) => key in process.env || key in place.environment);
  if (taken.length > 0) {
    throw new Error(
      `the output ${taken[0]} of ${name} has the name of a variable of yours; unset it, or start without it`,
    );
  }
  const variables = { ...place.environment, ...(place.endpoint && cliOne), ...(await trust(sandbox)), ...outputs };
  return { outputs, variables, directory };
}

/**
 * Version 1 of the AWS CLI asks AWS itself about queues whatever AWS_ENDPOINT_URL says, unless it is told on the command line.
 * This is how bash hands on a function.
 */
const cliOne = { 'BASH_FUNC_aws%%': '() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }' };

/** What makes programs trust the certificates of an emulator's doors; nothing for a real account. */
async function trust({ place: { endpoint } }: Sandbox): Promise<Record<string, string>> {
  if (endpoint === undefined) return {};
  const answer = await fetch(`${endpoint}/_emulator/ca.pem`).catch(() => undefined);
  const certificate = answer?.ok ? await answer.text() : '';
  if (!certificate.includes('BEGIN CERTIFICATE')) return {};
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `ca-${new URL(endpoint).port}.pem`);
  writeFileSync(file, certificate);
  return { CURL_CA_BUNDLE: file, NODE_EXTRA_CA_CERTS: file, AWS_CA_BUNDLE: file };
}
