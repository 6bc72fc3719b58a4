import { join } from 'node:path';
import type { Command } from '../program';
import type { Stack } from '../template/stack';

export interface Wish {
  readonly architecture: string;
  /** `profile=production` and the like. */
  readonly settings: readonly string[];
  /** A function by its logical id or a part of its path; all of an API where none is given. */
  readonly function?: string;
  /** Where the API is to be, on this machine. */
  readonly port: number;
}

/** The commands that run a function or an API on this machine, by SAM from the template of the CDK, in their order. */
export interface Plan {
  readonly synthesise: Command;
  readonly run: Command;
}

/** What the CDK makes for deployments, which nobody calls on a machine of their own. */
const helpers = /\/Custom::|\/AWS[0-9a-f]{32}\//;

/** @throws when there is no such function, more than one, or no API */
export function planned(wish: Wish, stacks: readonly Stack[]): Plan {
  const { architecture, settings, port } = wish;
  const folder = join('.cache', 'local', architecture);
  const synthesise = ['npx', 'cdk', 'synth', '--exclusively', architecture, '--quiet', '--output', folder];
  const found = wish.function === undefined ? apiIn(stacks) : functionIn(stacks, wish.function);
  const template = ['--template', join(folder, `${found.stack}.template.json`)];
  return {
    synthesise: [...synthesise, ...settings.flatMap((setting) => ['-c', setting])],
    run:
      found.logicalId === undefined
        ? ['sam', 'local', 'start-api', ...template, '--port', `${port}`]
        : ['sam', 'local', 'invoke', ...template, '--event', '-', found.logicalId],
  };
}

interface Found {
  readonly stack: string;
  /** Of the function; none for an API, of which SAM takes all there is. */
  readonly logicalId?: string;
}

function functionIn(stacks: readonly Stack[], wanted: string): Found {
  const all = stacks.flatMap(({ name, template, paths }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([logicalId]) => ({ stack: name, logicalId, path: `/${paths?.get(logicalId) ?? logicalId}/` }))
      .filter(({ path }) => !helpers.test(path)),
  );
  const found = all.filter(({ logicalId, path }) => logicalId === wanted || path.includes(`/${wanted}/`));
  if (found.length === 1) return found[0];
  const names = (found.length === 0 ? all : found).map(({ path }) => path.slice(1, -1));
  if (names.length === 0) throw new Error('there is no function here; take another architecture');
  const fault = found.length === 0 ? `there is no function ${wanted}` : `${wanted} is more than one function`;
  throw new Error(`${fault}; give a part of one of ${names.join(', ')}`);
}

function apiIn(stacks: readonly Stack[]): Found {
  const found = stacks.find(({ template }) =>
    Object.values(template.Resources).some(({ Type }) =>
      ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'].includes(Type),
    ),
  );
  if (!found) throw new Error('there is no API here; name a function with --function');
  return { stack: found.name };
}
