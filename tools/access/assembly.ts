import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Stack } from '../template/resolve';
import { loadTemplates, type Template } from '../template/load';
import { AccessError } from './statements';

/** A stack with the construct path of each of its resources, where the assembly tells them. */
export interface NamedStack extends Stack {
  readonly paths?: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

/**
 * The stacks of a cloud assembly, those of stages and nested stacks included.
 *
 * @param directory a `cdk.out`
 * @throws when there is no manifest, or it names no stack
 */
export function readAssembly(directory: string): NamedStack[] {
  const stacks = stacksIn(directory);
  if (stacks.length > 0) return stacks;
  throw new AccessError(`${directory} holds no stack; run npx cdk synth, or name a template file`);
}

/** A template file, named after the file. */
export function readTemplateFile(file: string): NamedStack[] {
  return loadTemplates(file).map(({ stack, template }) => ({ name: stack, template, unnamed: true }));
}

function stacksIn(directory: string): NamedStack[] {
  const manifest = json(join(directory, 'manifest.json')) as { artifacts?: Record<string, Artifact> };
  return Object.entries(manifest.artifacts ?? {}).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly')
      return stacksIn(join(directory, String(artifact.properties?.directoryName)));
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const { templateFile, stackName } = artifact.properties as { templateFile: string; stackName?: string };
    const [account, region] = (artifact.environment ?? '').replace('aws://', '').split('/');
    const stack: NamedStack = {
      name: stackName ?? id,
      template: templateIn(join(directory, templateFile)),
      paths: pathsOf(directory, artifact),
      ...(/^\d{12}$/.test(account ?? '') && { account }),
      ...(region && !region.startsWith('unknown') && { region }),
    };
    return [stack, ...nestedIn(directory, stack)];
  });
}

/** Where in the construct tree each resource was made; the manifest knows even without metadata in the template. */
function pathsOf(directory: string, { metadata, additionalMetadataFile }: Artifact): ReadonlyMap<string, string> {
  const more = additionalMetadataFile && json(join(directory, additionalMetadataFile));
  return new Map(
    Object.entries({ ...metadata, ...(more as Metadata | undefined) }).flatMap(([path, entries]) =>
      entries
        .filter(({ type }) => type === 'aws:cdk:logicalId')
        .map(({ data }) => [String(data), path.replace(/^\//, '')] as const),
    ),
  );
}

function nestedIn(directory: string, parent: NamedStack): NamedStack[] {
  return Object.entries(parent.template.Resources).flatMap(([logicalId, { Type, Metadata }]) => {
    const file = Metadata?.['aws:asset:path'];
    if (Type !== 'AWS::CloudFormation::Stack' || typeof file !== 'string') return [];
    if (!existsSync(join(directory, file))) return [];
    const { account, region, paths } = parent;
    const stack: NamedStack = {
      name: `${parent.name}-${logicalId}`,
      template: templateIn(join(directory, file)),
      nestedIn: { stack: parent.name, logicalId },
      ...(paths && { paths }),
      ...(account !== undefined && { account }),
      ...(region !== undefined && { region }),
    };
    return [stack, ...nestedIn(directory, stack)];
  });
}

/** The CDK writes templates without resources for stacks that only hold rules. */
function templateIn(file: string): Template {
  const template = json(file) as Partial<Template>;
  return { ...template, Resources: template.Resources ?? {} };
}

function json(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new AccessError(`${file} cannot be read; name a cdk.out that npx cdk synth has written`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AccessError(`${basename(file)} is not JSON (${(error as Error).message}); synthesise again`);
  }
}
