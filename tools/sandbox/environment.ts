import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './carried';
import { prepare } from './assembly';
import { assemblyFolder, withEach, type Sandbox } from './sandbox';
import { describe } from './stack';
import { variablesOf } from './outputs';
import type { Settings } from '../../lib/settings';

/** What a person or a step works in. */
export interface Workplace {
  /** The outputs as variables, and whatever programs need to reach the place the architecture is deployed to. */
  readonly variables: Readonly<Record<string, string>>;
  /** A directory for the files one makes on the way. */
  readonly directory: string;
}

/** @throws where the architecture is not deployed */
export async function workplace(sandbox: Sandbox, name: string, settings: Settings): Promise<Workplace> {
  const { place } = sandbox;
  const prepared = prepare(name, settings, `${assemblyFolder(name)}.names`, false);
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
  return { variables: { ...place.environment, ...(await trust(sandbox)), ...outputs }, directory };
}

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
