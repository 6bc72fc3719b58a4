import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { createApp } from '../../lib/app';
import type { Architecture } from '../../lib/architecture';
import { catalogue } from '../../lib/catalogue';
import type { Acknowledgement, Finding } from '../../lib/compliance';
import type { ProfileName } from '../../lib/profile';
import type { Settings } from '../../lib/settings';
import { AccessModel } from '../access';
import type { Grant } from '../access/matrix';
import { stacksOf } from '../assembly';
import { billOf, type Bill } from '../bill';
import { filesOf } from '../claims';
import { ledgerOf, type Claim } from '../claims/ledger';
import { audit } from '../compliance';
import { NetworkModel } from '../reachability/network-model';
import type { Row } from '../reachability/table';
import { leftovers, type Leftover } from '../teardown/leftovers';
import type { Stack, Template } from '../template/stack';
import { allBlocks, blocksIn, type Block } from './blocks';
import { resourcesOf, type ResourceFact } from './resources';
import { root } from './root';
import { servicesOf } from './services';

export type { Block } from './blocks';
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
  /** What the rule packs found in production. */
  readonly findings: readonly Finding[];
  readonly acknowledgements: readonly Acknowledgement[];
}

export interface ProfileFacts {
  readonly templates: readonly Stack[];
  readonly resources: readonly ResourceFact[];
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

const domain: Settings = {
  domainName: 'www.example.com',
  hostedZoneId: 'Z0123456789ABC',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d',
  // A certificate is of one region, and so a stack with one must be.
  region: 'us-east-1',
};

/** Synthesises everything in both profiles, with all rule packs, and asks every tool. Takes some seconds. */
export function collect(): Facts {
  const { claims } = ledgerOf(filesOf(root));
  const blocks = allBlocks();
  const production = audit();
  const sandbox = quietApp({});
  const [sandboxes, productions] = [sandbox.synth(), production.app.synth()];
  const [unnamed, named] = [{ region: domain.region }, domain].map((settings) => quietApp(settings).synth());

  const architectures = catalogue.map((entry): ArchitectureFacts => {
    const { name, title, purpose } = entry;
    const used = blocksIn(sandbox.node.findChild(name), blocks);
    const own = claims.filter((claim) => isOf(claim, name));
    const profiles = {
      sandbox: profileFacts(entry, 'sandbox', stacksOf(sandboxes, name)),
      production: profileFacts(entry, 'production', stacksOf(productions, name)),
    };
    const text = (assembly: typeof sandboxes) =>
      JSON.stringify(stacksOf(assembly, name).map(({ template }) => template as Template));
    return {
      name,
      title,
      purpose,
      readme: readFileSync(join(root, 'lib', 'architectures', name, 'README.md'), 'utf8').replaceAll('\r\n', '\n'),
      services: servicesOf(profiles.production.resources),
      domains: [...new Set([...used.map((block) => block.domain), ...own.map((claim) => claim.domain)])].sort(),
      blocks: used,
      claims: own,
      claimsOfBlocks: claims.filter((claim) => !own.includes(claim) && isBuiltIn(claim, used)),
      takesDomain: text(unnamed) !== text(named),
      profiles,
      findings: production.byArchitecture.get(name)!,
      acknowledgements: production.report.acknowledgements.filter(({ path }) => path.split('/')[0].startsWith(name)),
    };
  });
  return { architectures, blocks: [...blocks.values()], claims };
}

function quietApp(settings: Settings): App {
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-facts-'));
  return createApp(settings, {
    outdir,
    gates: false,
    context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true },
  });
}

function profileFacts(
  { name, exampleUse }: Architecture,
  profile: ProfileName,
  stacks: readonly CloudFormationStackArtifact[],
): ProfileFacts {
  const templates = stacks.map(({ stackName, template }) => ({ name: stackName, template: template as Template }));
  const model = AccessModel.fromTemplates(templates);
  return {
    templates,
    resources: stacks.flatMap(resourcesOf),
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
  proven.some(({ file }) => file.startsWith(`test/architectures/${name}.`) || file.startsWith(`test/lambda/${name}/`));

const isBuiltIn = ({ built }: Claim, blocks: readonly Block[]): boolean =>
  built.some(({ file }) => blocks.some((block) => block.file === file));
