import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture, Subject } from '../../lib/architecture';
import { catalogue } from '../../lib/catalogue';
import type { Acknowledgement, Finding } from '../../lib/compliance';
import type { ProfileName } from '../../lib/profile';
import { variantsOf } from '../../lib/variants';
import { AccessModel } from '../access';
import type { Grant } from '../access/matrix';
import { billOf, type Bill } from '../bill';
import { filesOf } from '../claims';
import { ledgerOf, type Claim } from '../claims/ledger';
import { NetworkModel } from '../reachability/network-model';
import type { Row } from '../reachability/table';
import { leftovers, type Leftover } from '../teardown/leftovers';
import type { Stack } from '../template/stack';
import { allBlocks, blocksIn, type Block } from './blocks';
import { acknowledgementsOf, findingsIn } from './findings';
import { partsOf, type PartFact } from './parts';
import type { ResourceFact } from './resources';
import { root } from './root';
import { servicesOf } from './services';
import { synthesised, type Synthesis } from './synthesis';

export type { Block } from './blocks';
export { countsInWords, type PartFact } from './parts';
export type { ResourceFact } from './resources';
export { root } from './root';

/** Everything the repository knows about itself, derived from templates, code and tests. */
export interface Facts {
  readonly architectures: readonly ArchitectureFacts[];
  readonly blocks: readonly Block[];
  readonly claims: readonly Claim[];
}

export interface ArchitectureFacts {
  readonly name: string;
  readonly title: string;
  readonly subject: Subject;
  readonly purpose: string;
  /** Its README, in Markdown. */
  readonly readme: string;
  /** AWS services in its templates, `S3`, most resources first. */
  readonly services: readonly string[];
  /** Domains of its blocks and of the claims it proves itself. */
  readonly domains: readonly string[];
  /** The blocks it is made of. */
  readonly blocks: readonly Block[];
  /** The claims that its own code builds or its own tests prove. */
  readonly claims: readonly Claim[];
  /** The claims that its blocks build besides. */
  readonly claimsOfBlocks: readonly Claim[];
  /** Whether a name of one's own changes anything. */
  readonly takesDomain: boolean;
  readonly profiles: Readonly<Record<ProfileName, ProfileFacts>>;
  readonly variants: readonly VariantFacts[];
  /** The findings that were accepted, each with its reason. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** What all rule packs find in production; asking takes a second where nobody has asked since it last changed. */
  readonly findings: () => readonly Finding[];
}

/** What a variant of it costs a month when nobody calls it. */
export interface VariantFacts {
  readonly name: string;
  readonly what: string;
  readonly monthly: Readonly<Record<ProfileName, string>>;
}

export interface ProfileFacts {
  readonly templates: readonly Stack[];
  readonly resources: readonly ResourceFact[];
  /** What its constructor names, and what that comes to. */
  readonly parts: readonly PartFact[];
  /** Who can reach whom. */
  readonly reach: readonly Row[];
  /** Who may do what. */
  readonly access: readonly PrincipalFacts[];
  /** What stays after a destroy, or stands in its way. */
  readonly leftovers: readonly Leftover[];
  /** What it costs a month. */
  readonly bill: Bill;
}

export interface PrincipalFacts {
  readonly name: string;
  readonly grants: readonly Grant[];
}

const profileNames: readonly ProfileName[] = ['sandbox', 'production'];

/**
 * Synthesises architectures in both profiles and asks every tool about them: half a second for each.
 *
 * @param only names of architectures; all of them unless given
 * @param onBegun told the name of each as its turn comes
 */
export function collect(only?: readonly string[], onBegun: (name: string) => void = () => {}): Facts {
  const { claims } = ledgerOf(filesOf(root));
  const blocks = allBlocks();
  const productions = new Map<string, Synthesis>();
  const architectures = catalogue
    .filter(({ name }) => only?.includes(name) ?? true)
    .map((entry) => {
      onBegun(entry.name);
      const sandbox = synthesised(entry.name, { profile: 'sandbox' });
      const production = synthesised(entry.name, { profile: 'production' });
      productions.set(entry.name, production);
      // All at once for the first that asks, as the packs take longer to begin than to judge.
      const findings = () => findingsIn(productions).get(entry.name)!;
      return { ...factsOf(entry, { sandbox, production }, claims, blocks), findings };
    });
  return { architectures, blocks: [...blocks.values()], claims };
}

function factsOf(
  entry: Architecture,
  { sandbox, production }: Readonly<Record<ProfileName, Synthesis>>,
  claims: readonly Claim[],
  blocks: ReadonlyMap<string, Block>,
): Omit<ArchitectureFacts, 'findings'> {
  const { name, title, subject, purpose } = entry;
  const used = blocksIn(sandbox.scope, blocks);
  const own = claims.filter((claim) => isOf(claim, name));
  return {
    name,
    title,
    subject,
    purpose,
    readme: readFileSync(join(root, 'lib', 'architectures', name, 'README.md'), 'utf8').replaceAll('\r\n', '\n'),
    services: servicesOf(production.resources),
    domains: [...new Set([...used.map((block) => block.domain), ...own.map((claim) => claim.domain)])].sort(),
    blocks: used,
    claims: own,
    claimsOfBlocks: claims.filter((claim) => !own.includes(claim) && isBuiltIn(claim, used)),
    takesDomain: sandbox.asksForDomain,
    profiles: {
      sandbox: profileFacts(entry, 'sandbox', sandbox, blocks),
      production: profileFacts(entry, 'production', production, blocks),
    },
    variants: Object.entries(variantsOf(entry)).map(([variant, { what }]) => ({
      name: variant,
      what,
      monthly: Object.fromEntries(
        profileNames.map((profile) => {
          const { templates } = synthesised(name, { profile, variant: [variant] });
          return [profile, billOf(templates, { name, profile }).monthly];
        }),
      ) as Record<ProfileName, string>,
    })),
    acknowledgements: acknowledgementsOf(production),
  };
}

function profileFacts(
  { name, exampleUse }: Architecture,
  profile: ProfileName,
  { templates, resources, scope }: Synthesis,
  blocks: ReadonlyMap<string, Block>,
): ProfileFacts {
  const model = AccessModel.fromTemplates(templates);
  return {
    templates,
    resources,
    parts: partsOf(resources, scope, blocks),
    reach: NetworkModel.fromTemplates(templates).table(),
    access: model.principals().map(({ display, actors, entry }) => ({
      name: actors.length === 0 ? display : actors.join(', '),
      grants: model.matrix(`${entry.stack.name}/${entry.logicalId}`),
    })),
    leftovers: leftovers(templates),
    bill: billOf(templates, { name, profile, use: exampleUse }),
  };
}

/** Whether a claim is built or proven by an architecture itself rather than by one of its blocks. */
const isOf = ({ built, proven }: Claim, name: string): boolean =>
  built.some(({ file }) => file.startsWith(`lib/architectures/${name}/`)) ||
  proven.some(({ file }) => isTestOf(file, name));

/** Whether a file tests an architecture itself, or a function of its own. */
export const isTestOf = (file: string, name: string): boolean =>
  file.startsWith(`test/architectures/${name}.`) || file.startsWith(`test/lambda/${name}/`);

const isBuiltIn = ({ built }: Claim, blocks: readonly Block[]): boolean =>
  built.some(({ file }) => blocks.some((block) => block.file === file));
