import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from '../../lib/architecture';
import { catalogue } from '../../lib/catalogue';
import { kept } from './kept';

/** What the tools know by name. The npm package has no architectures: it is built with `no-architectures` in this place. */
export interface Architectures {
  readonly names: readonly string[];
  /** What the catalogue says of each. */
  readonly entries: readonly Omit<Architecture, 'load'>[];
  /** The profiles each can be synthesised in. */
  readonly profiles: readonly string[];
  /** Synthesises one as a user would, without code bundles and rule packs; where it wrote. */
  synthesise(name: string, settings: readonly string[]): string;
}

export const architectures: Architectures = {
  names: catalogue.map(({ name }) => name),
  entries: catalogue,
  get profiles() {
    const { profiles } = require('../../lib/profile') as typeof import('../../lib/profile');
    return Object.keys(profiles);
  },
  synthesise(name, settings) {
    // Loaded when they are wanted: who asks about a template file does not wait for the CDK.
    const { createApp } = require('../../lib/app') as typeof import('../../lib/app');
    const { settingsFromContext } = require('../../lib/settings') as typeof import('../../lib/settings');
    const words = settings.map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]);
    const given = settingsFromContext({ ...Object.fromEntries(words), only: name });
    const make = (outdir: string): void => {
      const context = {
        'aws:cdk:bundling-stacks': [],
        'aws:cdk:enable-path-metadata': true,
        'aws:cdk:disable-asset-staging': true,
      };
      createApp(given, { outdir, gates: false, context }).synth();
    };
    // These two depend on more than the sources: on the time, and on a folder of somebody's.
    if (given.expiresAfter === undefined && given.siteFolder === undefined) return kept([name, ...settings], make);
    const outdir = mkdtempSync(join(tmpdir(), 'groundplan-'));
    make(outdir);
    return outdir;
  },
};
