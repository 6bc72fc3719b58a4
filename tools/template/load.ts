import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createApp } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import { settingsFromContext } from '../../lib/settings';
import { stacksOf } from '../assembly';

/** A CloudFormation template, as JSON. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;
  readonly [section: string]: unknown;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** Properties as written in the template, intrinsic functions and all. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of as many shapes as there are resource types
export type Properties = Readonly<Record<string, any>>;

/** A template under its stack's name. */
export interface NamedTemplate {
  readonly stack: string;
  readonly template: Template;
}

/**
 * The templates a person means by a word: the name of an architecture (synthesised now), a template file, or a `cdk.out`.
 *
 * @param target architecture, file or folder
 * @param settings `profile=production` and the like, for an architecture
 * @throws one error that names the target and says what would do, when there is nothing to read or it is no template
 */
export function loadTemplates(target: string, settings: readonly string[] = []): NamedTemplate[] {
  if (catalogue.some(({ name }) => name === target)) return synthesise(target, settings);
  if (!existsSync(target)) {
    const names = catalogue.map(({ name }) => name).join(', ');
    throw new Error(`${target} is neither an architecture nor a file; the architectures are ${names}`);
  }
  const files = statSync(target).isDirectory()
    ? readdirSync(target)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => join(target, file))
    : [target];
  if (files.length === 0)
    throw new Error(`${target} holds no *.template.json; run npx cdk synth, or name a template file`);
  return files
    .sort()
    .map((file) => ({ stack: basename(file).replace(/(\.template)?\.json$/, ''), template: read(file) }));
}

function synthesise(name: string, settings: readonly string[]): NamedTemplate[] {
  const context = settingsFromContext(
    Object.fromEntries(settings.map((word) => word.split(/=(.*)/s).slice(0, 2))) as Record<string, string>,
  );
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-'));
  const app = createApp(
    { ...context, only: [name] },
    { outdir, gates: false, context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } },
  );
  return stacksOf(app.synth(), name).map(({ stackName, template }) => ({
    stack: stackName,
    template: template as Template,
  }));
}

function read(file: string): Template {
  let template: Partial<Template>;
  try {
    template = JSON.parse(readFileSync(file, 'utf8')) as Partial<Template>;
  } catch (error) {
    throw new Error(
      `${file} is not JSON (${(error as Error).message}); for a YAML template, synthesise it with the CDK or convert it first`,
    );
  }
  const resources = template.Resources;
  if (typeof resources !== 'object' || resources === null) {
    throw new Error(`${file} has no Resources; is it a CloudFormation template?`);
  }
  const typeless = Object.entries(resources).find(([, resource]) => typeof resource?.Type !== 'string');
  if (typeless) throw new Error(`${file}: the resource ${typeless[0]} has no Type; is it a CloudFormation template?`);
  return template as Template;
}

/** A resource's place in the construct tree where the CDK wrote it down, else its logical id. */
export function pathOf(logicalId: string, resource: Resource): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '') : logicalId;
}
