import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { createApp } from '../../lib/app';
import type { Settings } from '../../lib/settings';
import { readAssembly } from '../template/assembly';
import type { Stack } from '../template/stack';
import { resourcesOf, type ResourceFact } from './resources';

/** One architecture in one profile, synthesised. */
export interface Synthesis {
  readonly templates: readonly Stack[];
  readonly resources: readonly ResourceFact[];
  readonly app: App;
  /** Its main stack. */
  readonly scope: IConstruct;
  /** Whether it asked for a name of one's own while it was made. */
  readonly asksForDomain: boolean;
}

/** Synthesises one architecture as a user would, without code bundles and rule packs. */
export function synthesised(name: string, given: Settings): Synthesis {
  const { settings, isAsked } = watched({ ...given, only: [name] });
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-facts-'));
  const context = {
    'aws:cdk:bundling-stacks': [],
    'aws:cdk:enable-path-metadata': true,
    // Pages lead to the line that made a resource.
    [DISABLE_CREATION_STACK_TRACES]: false,
  };
  const app = createApp(settings, { outdir, gates: false, context });
  const assembly = app.synth();
  const templates = readAssembly(assembly.directory);
  return {
    templates,
    resources: resourcesOf(templates, assembly.stacks),
    app,
    scope: app.node.findChild(name),
    asksForDomain: isAsked(),
  };
}

/** Settings that notice when somebody asks for the name they do not have. */
function watched(given: Settings): { readonly settings: Settings; readonly isAsked: () => boolean } {
  let asked = false;
  const settings = Object.defineProperty({ ...given }, 'domainName', {
    enumerable: true,
    get() {
      asked = true;
      return undefined;
    },
  });
  return { settings, isAsked: () => asked };
}
