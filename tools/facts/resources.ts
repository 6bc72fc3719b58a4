import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { pathOf, type Resource, type Stack } from '../template/stack';
import { root } from './root';

/** One resource of a template, and where it comes from. */
export interface ResourceFact {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Its place in the construct tree. */
  readonly path: string;
  /** The line that made it, the nearest one in the architecture's own folder if there is one. */
  readonly source?: Source;
  /** As the template has it. */
  readonly definition: Resource;
}

interface Source {
  readonly file: string;
  readonly line: number;
}

/** Every resource of some templates, and the line that made it as the CDK recorded it in the assembly. */
export function resourcesOf(
  templates: readonly Stack[],
  artifacts: readonly CloudFormationStackArtifact[],
): ResourceFact[] {
  const traces = new Map(
    artifacts
      .flatMap((artifact) => artifact.findMetadataByType('aws:cdk:creationStack'))
      .map(({ path, data }) => [path.replace(/^\//, ''), data as readonly string[]]),
  );
  // The CDK keeps ten frames of a trace; what stands deeper is shown by the construct it stands in.
  const nearest = (path: string): Source | undefined =>
    sourceOf(traces.get(path) ?? []) ??
    (path.includes('/') ? nearest(path.slice(0, path.lastIndexOf('/'))) : undefined);
  return templates.flatMap(({ name, template: { Resources } }) =>
    Object.entries(Resources).map(([logicalId, { Metadata, ...definition }]) => {
      const path = pathOf(logicalId, Resources[logicalId]);
      const given = Metadata?.['aws:cdk:path'];
      const source = nearest(typeof given === 'string' ? given : path);
      return { stack: name, logicalId, type: definition.Type, path, ...(source && { source }), definition };
    }),
  );
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
