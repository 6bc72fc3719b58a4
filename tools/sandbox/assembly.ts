import { rmSync } from 'node:fs';
import { UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { createApp } from '../../lib/app';
import { synthesise } from '../../lib/compliance';
import type { Settings } from '../../lib/settings';
import { stacksOf } from '../assembly';
import type { Stack, Template } from '../template/stack';

/** A synthesised architecture, ready to be deployed. */
export interface Prepared {
  readonly name: string;
  /** The cloud assembly, as `cdk deploy --app` takes it. */
  readonly directory: string;
  readonly stacks: readonly Stack[];
}

/**
 * Synthesises one architecture, rule packs and all, as `npx cdk deploy` would.
 *
 * @param code whether the functions' code is bundled; taking a stack away needs none
 */
export function prepare(name: string, settings: Settings, directory: string, code = true): Prepared {
  rmSync(directory, { recursive: true, force: true });
  const app = createApp(
    { ...settings, only: [name] },
    {
      outdir: directory,
      gates: code,
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
