import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import type { ProfileName } from '../../lib/profile';
import { stacksOf } from '../assembly';
import { billOf } from '../bill';
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
export function synthesised(profile: ProfileName): Stacks {
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-readme-'));
  // With their paths, by which the example of use names parts.
  const context = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true };
  const assembly = createApp({ profile }, { outdir, gates: false, context }).synth();
  return new Map(
    catalogue.map(({ name }) => [
      name,
      stacksOf(assembly, name).map((stack) => ({ name: stack.stackName, template: stack.template as Template })),
    ]),
  );
}

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
