import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, readTemplate, TemplateError } from './read';
import type { Stack } from './stack';

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

/**
 * The stacks of a cloud assembly, those of stages and nested stacks included. The CDK writes templates without resources for
 * stacks that only hold rules.
 *
 * @param directory a `cdk.out`
 * @throws when there is no manifest, or it names no stack
 */
export function readAssembly(directory: string): Stack[] {
  const stacks = stacksIn(directory);
  if (stacks.length > 0) return stacks;
  throw new TemplateError(`${directory} holds no stack; run npx cdk synth, or name a template file`);
}

function stacksIn(directory: string): Stack[] {
  const manifest = readJson(join(directory, 'manifest.json')) as { artifacts?: Record<string, Artifact> };
  const stacks = Object.entries(manifest.artifacts ?? {}).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly')
      return stacksIn(join(directory, String(artifact.properties?.directoryName)));
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const { templateFile, stackName } = artifact.properties as { templateFile: string; stackName?: string };
    const [account, region] = (artifact.environment ?? '').replace('aws://', '').split('/');
    const places = placesOf(directory, artifact);
    const stack: Stack = {
      name: stackName ?? id,
      template: readTemplate(join(directory, templateFile), { mayBeEmpty: true }),
      paths: pathsIn(places),
      ...(/^\d{12}$/.test(account ?? '') && { account }),
      ...(region && !region.startsWith('unknown') && { region }),
    };
    return [stack, ...nestedIn(directory, stack, places)];
  });
  return [...stacks, ...looseIn(directory, stacks)];
}

/** Where in the construct tree a resource of a stack, or of one nested in it, was made. */
interface Place {
  readonly path: string;
  readonly logicalId: string;
}

/** The places of a stack and of all that is nested in it; the manifest knows them even without metadata in the templates. */
function placesOf(directory: string, { metadata, additionalMetadataFile }: Artifact): Place[] {
  const more = additionalMetadataFile && readJson(join(directory, additionalMetadataFile));
  return Object.entries({ ...metadata, ...(more as Metadata | undefined) }).flatMap(([path, entries]) =>
    entries
      .filter(({ type }) => type === 'aws:cdk:logicalId')
      .map(({ data }) => ({ path: path.replace(/^\//, ''), logicalId: String(data) })),
  );
}

/**
 * The places of one stack by logical id. Stacks nested in each other may use an id twice, so that each takes what stands below its own
 * construct, and not what stands below another inside.
 *
 * @param own the path of the nested stack's construct. @default - the stack around all others
 */
function pathsIn(places: readonly Place[], own?: string): ReadonlyMap<string, string> {
  const isBelow = (path: string, construct: string | undefined) =>
    construct === undefined || path.startsWith(`${construct}/`);
  const inner = places
    .map(({ path }) => nestedAt(path))
    .filter((one) => one !== undefined && one !== own && isBelow(one, own));
  return new Map(
    places
      .filter(({ path }) => isBelow(path, own) && !inner.some((one) => isBelow(path, one)))
      .map(({ path, logicalId }) => [logicalId, path]),
  );
}

/** The construct of the nested stack that a resource at this path stands for; undefined for any other resource. */
const nestedAt = (path: string | undefined): string | undefined =>
  /^(.*)\.NestedStack\/[^/]+\.NestedStackResource$/.exec(path ?? '')?.[1];

/** Templates of nested stacks that no asset metadata leads to; where they belong is seen by their constructs' paths. */
function looseIn(directory: string, stacks: readonly Stack[]): Stack[] {
  const resources = stacks.flatMap(({ template }) => Object.values(template.Resources));
  const ledTo = new Set(resources.map(({ Metadata }) => Metadata?.['aws:asset:path']));
  return readdirSync(directory)
    .filter((file) => file.endsWith('.nested.template.json') && !ledTo.has(file))
    .map((file) => ({ name: file.replace(/\.template\.json$/, ''), template: readTemplate(join(directory, file)) }));
}

function nestedIn(directory: string, parent: Stack, places: readonly Place[]): Stack[] {
  return Object.entries(parent.template.Resources).flatMap(([logicalId, { Type, Metadata }]) => {
    const file = Metadata?.['aws:asset:path'];
    if (Type !== 'AWS::CloudFormation::Stack' || typeof file !== 'string') return [];
    if (!existsSync(join(directory, file))) return [];
    const { account, region, paths } = parent;
    const construct = nestedAt(paths?.get(logicalId));
    const stack: Stack = {
      name: `${parent.name}-${logicalId}`,
      template: readTemplate(join(directory, file), { mayBeEmpty: true }),
      nestedIn: { stack: parent.name, logicalId },
      ...(construct !== undefined && { paths: pathsIn(places, construct) }),
      ...(account !== undefined && { account }),
      ...(region !== undefined && { region }),
    };
    return [stack, ...nestedIn(directory, stack, places)];
  });
}
