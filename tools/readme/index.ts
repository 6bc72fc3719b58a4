import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Big from 'big.js';
import { createApp } from '../../lib/app';
import type { Architecture } from '../../lib/architecture';
import { catalogue } from '../../lib/catalogue';
import type { ProfileName } from '../../lib/profile';
import type { Settings } from '../../lib/settings';
import { variantsOf } from '../../lib/variants';
import { stacksOf } from '../assembly';
import { billOf } from '../bill';
import { inDollars } from '../bill/money';
import { costSection } from '../bill/section';
import { markdownTable } from '../table';
import type { Stack, Template } from '../template/stack';
import { filled } from './filled';

/** The stacks of every architecture in one profile. */
export type Stacks = ReadonlyMap<string, readonly Stack[]>;

/**
 * Writes what is generated into README.md and into the README of each architecture.
 *
 * @param args `--check` to compare with the files instead of writing them
 */
export function run(args: readonly string[]): number {
  const profiles = { sandbox: synthesised('sandbox'), production: synthesised('production') };
  const pages = [
    { file: 'README.md', part: 'architectures', text: table(profiles.sandbox) },
    ...catalogue.map(({ name }) => ({
      file: join('lib', 'architectures', name, 'README.md'),
      part: 'cost',
      text: cost(name, profiles),
    })),
    ...catalogue
      .filter((architecture) => Object.keys(variantsOf(architecture)).length > 0)
      .map((architecture) => ({
        file: join('lib', 'architectures', architecture.name, 'README.md'),
        part: 'variants',
        text: variants(architecture),
      })),
  ];
  const stale = pages.filter(({ file, part, text }) => {
    const before = readFileSync(file, 'utf8');
    const after = filled(file, before, part, text);
    if (before === after) return false;
    if (!args.includes('--check')) writeFileSync(file, after);
    return true;
  });
  if (!args.includes('--check')) return 0;
  for (const { file, part } of stale)
    console.error(`${file}: the part between <!-- ${part} --> is stale; run npm run readme and commit it`);
  return stale.length === 0 ? 0 : 1;
}

/** Every architecture, synthesised in one go. */
export function synthesised(profile: ProfileName, settings: Settings = {}): Stacks {
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-readme-'));
  // With their paths, by which the example of use names parts.
  const context = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true };
  const assembly = createApp({ ...settings, profile }, { outdir, gates: false, context }).synth();
  return new Map(
    wanted(settings).map(({ name }) => [
      name,
      stacksOf(assembly, name).map((stack) => ({ name: stack.stackName, template: stack.template as Template })),
    ]),
  );
}

const wanted = ({ only }: Settings) => catalogue.filter(({ name }) => only?.includes(name) ?? true);

/** One line an architecture: what it is for, and the size of its sandbox. */
export function table(stacks: Stacks): string {
  const rows = catalogue.map(({ name, purpose }) => {
    const resources = stacks.get(name)!.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0);
    return [`[\`${name}\`](lib/architectures/${name}/README.md)`, purpose, resources];
  });
  return markdownTable([['architecture', 'purpose', 'resources'], ...rows]);
}

/** The figures of one architecture's Cost part. */
export function cost(name: string, profiles: Readonly<Record<ProfileName, Stacks>>): string {
  const use = catalogue.find((entry) => entry.name === name)?.exampleUse;
  const bill = (profile: ProfileName) => billOf(profiles[profile].get(name)!, { name, profile, use });
  return costSection(name, { sandbox: bill('sandbox'), production: bill('production') });
}

/** One line a variant: what it changes, its size, and what it costs when nobody calls it. */
export function variants(architecture: Architecture): string {
  const { name } = architecture;
  const rows = Object.entries(variantsOf(architecture)).map(([variant, { what }]) => {
    const stacks = (profile: ProfileName) => synthesised(profile, { only: [name], variant: [variant] }).get(name)!;
    const monthly = (profile: ProfileName) => inDollars(new Big(billOf(stacks(profile), { name, profile }).monthly));
    return [`\`${variant}\``, what, monthly('sandbox'), monthly('production')];
  });
  return [
    markdownTable([['`-c variant=`', 'what', 'sandbox', 'production'], ...rows]),
    '',
    'The last two columns are US dollars a month when nobody calls, as above.',
  ].join('\n');
}
