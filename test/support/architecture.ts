import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { createApp, type AppOptions } from '../../lib/app';
import type { ProfileName } from '../../lib/profile';
import type { Settings } from '../../lib/settings';
import { kept } from '../../tools/template/kept';

/** One synthesised template. */
export interface CfnTemplate {
  readonly Resources: Readonly<Record<string, CfnTemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;
  readonly [section: string]: unknown;
}
export interface CfnTemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, any>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: any;
}

/**
 * The templates of an architecture by stack name, synthesised as a user would but without bundling and rule packs. What another test
 * has synthesised from the same sources is read, unless there are options.
 */
export function synthesised(
  name: string,
  settings: Settings = {},
  options: AppOptions = {},
): Record<string, CfnTemplate> {
  const make = (outdir: string): Record<string, CfnTemplate> => {
    const context = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true, ...options.context };
    const app = createApp({ ...settings, only: [name] }, { gates: false, outdir, ...options, context });
    const stacks = app.synth().stacksRecursively;
    return Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.template as CfnTemplate]));
  };
  const depends = settings.expiresAfter !== undefined || settings.siteFolder !== undefined;
  if (depends || Object.keys(options).length > 0) return make(mkdtempSync(join(tmpdir(), 'groundplan-')));

  const folder = kept(['templates', name, JSON.stringify(settings)], (outdir) => {
    writeFileSync(join(outdir, 'templates.json'), JSON.stringify(make(join(outdir, 'assembly'))));
    rmSync(join(outdir, 'assembly'), { recursive: true });
  });
  return JSON.parse(readFileSync(join(folder, 'templates.json'), 'utf8')) as Record<string, CfnTemplate>;
}

/** The template of an architecture's main stack, for assertions. */
export function architecture(name: string, settings: Settings = {}, options: AppOptions = {}): Template {
  return Template.fromJSON(synthesised(name, settings, options)[name]);
}

/** Holds an architecture's templates against its snapshots, one per profile, with asset hashes masked. */
export function matchesItsSnapshots(name: string): void {
  test.each<ProfileName>(['sandbox', 'production'])('the %s templates are the ones last reviewed', (profile) => {
    expect(masked(synthesised(name, { profile }))).toMatchSnapshot();
  });
}

/** Hashes of assets, and of versions made of them, change with every edit of the code; the snapshot is about the rest. */
function masked(templates: Record<string, CfnTemplate>): unknown {
  return JSON.parse(
    JSON.stringify(templates)
      .replace(/\b[0-9a-f]{64}\b/g, '<asset>')
      .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version>'),
  );
}
