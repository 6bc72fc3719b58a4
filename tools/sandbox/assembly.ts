import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { createApp } from '../../lib/app';
import { synthesise } from '../../lib/compliance';
import type { Settings } from '../../lib/settings';
import { stacksOf } from '../assembly';
import { folder } from './carried';
import type { Stack, Template } from '../template/stack';

/** A synthesised architecture, ready to be deployed. */
export interface Prepared {
  readonly name: string;
  /** The cloud assembly, as `cdk deploy --app` takes it. */
  readonly directory: string;
  readonly stacks: readonly Stack[];
}

export interface PrepareOptions {
  /** Whether the functions' code is bundled; taking a stack away needs none. @default true */
  readonly code?: boolean;
  /** Whether the rule packs are run. @default - where code is bundled */
  readonly gates?: boolean;
}

/**
 * Synthesises one architecture, rule packs and all, as `npx cdk deploy` would.
 */
export function prepare(name: string, settings: Settings, directory: string, options: PrepareOptions = {}): Prepared {
  const { code = true, gates = code } = options;
  rmSync(directory, { recursive: true, force: true });
  const app = createApp(
    { ...settings, only: [name] },
    {
      outdir: directory,
      gates,
      context: {
        'aws:cdk:enable-path-metadata': true,
        'aws:cdk:enable-asset-metadata': true,
        ...(!code && { 'aws:cdk:bundling-stacks': [] }),
      },
    },
  );
  synthesise(app);
  const stacks = stacksOf(app.synth(), name).map(({ stackName, template, environment }) => ({
    name: stackName,
    template: template as Template,
    ...(environment.region !== UNKNOWN_REGION && { region: environment.region }),
  }));
  return { name, directory, stacks };
}

/** The stacks of an architecture, to be found again: without code, and without touching what was deployed. */
export const named = (name: string, settings: Settings): Prepared =>
  prepare(name, settings, `${assemblyFolder(name)}.names`, { code: false });

/** Where the assembly of an architecture is kept between commands. */
export const assemblyFolder = (name: string): string => join(folder, 'assemblies', name);
