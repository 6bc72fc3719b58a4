import { catalogue } from '../../lib/catalogue';
import { profiles } from '../../lib/profile';
import { AccessModel } from '../access';
import { check } from '../access/checks';
import { judged, proofs } from '../proofs';
import { NetworkModel } from '../reachability/network-model';
import { leftovers } from '../teardown/leftovers';
import { loadTemplates } from '../template/load';
import type { Resource, Stack } from '../template/stack';
import { changes } from '../upgrade-check/compare';
import { normalised, type Release } from '../upgrade-check/release';

/** Seconds of CPU of one tool, once over the catalogue and once for each size of one growing template. */
export interface Figures {
  readonly tool: string;
  readonly catalogue: number;
  readonly growing: readonly number[];
}

/** How many copies of one architecture the growing template holds. */
export const sizes = [16, 32, 64] as const;

/** What each command does with templates once they are read, less what it prints. */
const tools: Readonly<Record<string, (name: string, stacks: readonly Stack[]) => unknown>> = {
  reach: (_, stacks) => NetworkModel.fromTemplates(stacks).table(),
  access: (_, stacks) => {
    const model = AccessModel.fromTemplates(stacks);
    const roles = model.principals().map(({ entry }) => `${entry.stack.name}/${entry.logicalId}`);
    return [roles.map((role) => model.matrix(role)), check(model)];
  },
  proofs: (name, stacks) => proofs.map((proof) => judged(proof, name, stacks)),
  teardown: (_, stacks) => leftovers(stacks),
  'upgrade-check': (name, stacks) => changes(releaseOf(name, stacks, 'before'), releaseOf(name, stacks, 'after')),
};

/**
 * Runs every tool over the whole catalogue, and over templates of growing size, in this process. Synthesis, and the data that a
 * tool reads once (the specification of resources, the published actions), are not counted.
 */
export function measureProofs(): Figures[] {
  const templates = catalogue.map(({ name }) => ({ name, stacks: loadTemplates(name) }));
  const [seed] = templates.filter(({ name }) => name === 'three-tier-web');
  return Object.entries(tools).map(([tool, use]) => {
    use('tiny', [{ name: 'tiny', template: { Resources: tiny } }]);
    const whole = cpuOf(() => templates.forEach(({ name, stacks }) => use(name, stacks)));
    const growing = sizes.map((size) => {
      const stacks = [copies(seed.stacks[0], size)];
      return cpuOf(() => use('growing', stacks));
    });
    return { tool, catalogue: whole, growing };
  });
}

/** One of each kind of thing, so that the data behind the tools is loaded. */
const tiny: Record<string, Resource> = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Bucket: { Type: 'AWS::S3::Bucket' },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [
        {
          PolicyName: 'Read',
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] },
        },
      ],
    },
  },
};

/** A template that holds another several times over, each copy with logical ids of its own. */
function copies({ name, template }: Stack, count: number): Stack {
  const ids = Object.keys(template.Resources);
  const quoted = new RegExp(`(["{])(${ids.join('|')})(?=["}.])`, 'g');
  const text = JSON.stringify(template.Resources);
  const all = Array.from({ length: count }, (_, i) =>
    Object.entries(JSON.parse(text.replace(quoted, `$1$2Copy${i}`)) as Record<string, Resource>),
  );
  return { name, template: { ...template, Resources: Object.fromEntries(all.flat()) } };
}

function releaseOf(name: string, stacks: readonly Stack[], version: string): Release {
  const templates = Object.fromEntries(
    stacks.map(({ name: stack, template }) => [stack, { ...normalised(template), Description: version }]),
  );
  const byProfile = Object.fromEntries(Object.keys(profiles).map((profile) => [profile, templates]));
  return { version, templates: { [name]: byProfile as unknown as Release['templates'][string] } };
}

function cpuOf(work: () => unknown): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}
