import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { pathOf, type Resource, type Template } from '../template/stack';
import { root } from './root';

/** One resource of a template, and where it comes from. */
export interface ResourceFact {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Its place in the construct tree. */
  readonly path: string;
  /** The line that made it, the nearest one in the architecture's own folder if there is one. */
  readonly source?: { readonly file: string; readonly line: number };
  /** As the template has it. */
  readonly definition: Resource;
}

/** Every resource of a stack. */
export function resourcesOf(stack: CloudFormationStackArtifact): ResourceFact[] {
  const { Resources } = stack.template as Template;
  const sources = sourcesIn(stack);
  return Object.entries(Resources).map(([logicalId, { Metadata: _, ...definition }]) => {
    const source = sources.get(logicalId);
    return {
      stack: stack.stackName,
      logicalId,
      type: definition.Type,
      path: pathOf(logicalId, Resources[logicalId]),
      ...(source && { source }),
      definition,
    };
  });
}

type Source = NonNullable<ResourceFact['source']>;

/** The lines that made the resources, by logical id, as the CDK recorded them. */
function sourcesIn(stack: CloudFormationStackArtifact): ReadonlyMap<string, Source> {
  const traces = new Map(
    stack.findMetadataByType('aws:cdk:creationStack').map(({ path, data }) => [path, data as readonly string[]]),
  );
  // The CDK keeps ten frames of a trace; what stands deeper is shown by the construct it stands in.
  const nearest = (path: string): Source | undefined =>
    path === '' ? undefined : (sourceOf(traces.get(path) ?? []) ?? nearest(path.slice(0, path.lastIndexOf('/'))));
  const sources = stack
    .findMetadataByType('aws:cdk:logicalId')
    .map(({ path, data }): [string, Source | undefined] => [data as string, nearest(path)]);
  return new Map(sources.filter((entry): entry is [string, Source] => entry[1] !== undefined));
}

function sourceOf(trace: readonly string[]): Source | undefined {
  const frames = trace.flatMap((frame) => {
    const [, file, line] = /\((.+):(\d+):\d+\)$/.exec(frame) ?? [];
    if (!file?.startsWith(root)) return [];
    return [{ file: file.slice(root.length + 1).replaceAll('\\', '/'), line: Number(line) }];
  });
  const ours = frames.filter(({ file }) => file.startsWith('lib/') && file !== 'lib/app.ts');
  return ours.find(({ file }) => file.startsWith('lib/architectures/')) ?? ours[0];
}
