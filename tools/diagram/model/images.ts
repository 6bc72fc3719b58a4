import type { Entry } from '../../access/names';
import type { Arrows } from './arrows';
import type { Boxes } from './boxes';
import type { Source } from './source';

interface Distribution {
  readonly SsmParameterConfigurations?: readonly { readonly ParameterName?: unknown }[];
}

/** Arrows from what bakes images to who takes them, by the parameter that holds the newest one's id: no resource has its name. */
export function addImages(arrows: Arrows, source: Source, boxes: Boxes): void {
  const told = source.entries.flatMap((entry) => takenFrom(source, entry));
  for (const writer of source.entries.filter(({ type }) => type === 'AWS::ImageBuilder::DistributionConfiguration'))
    for (const name of writtenBy(source, writer))
      for (const { reader, rule, label } of told.filter(({ parameter }) => parameter === name))
        arrows.add({
          from: boxes.idOf(writer),
          to: boxes.idOf(reader),
          kind: 'event',
          ...(label !== undefined && { label }),
          because: [
            { stack: writer.stack.name, logicalId: writer.logicalId, rule: 'SsmParameterConfigurations' },
            { stack: reader.stack.name, logicalId: reader.logicalId, rule },
          ],
        });
}

function writtenBy(source: Source, entry: Entry): Set<unknown> {
  const { Distributions = [] } = source.properties(entry) as { readonly Distributions?: readonly Distribution[] };
  const parameters = Distributions.flatMap(({ SsmParameterConfigurations = [] }) => SsmParameterConfigurations);
  return new Set(parameters.map(({ ParameterName }) => ParameterName));
}

/** How a resource takes an image. */
interface Taking {
  readonly reader: Entry;
  readonly parameter: unknown;
  readonly rule: string;
  readonly label?: string;
}

/** Launches read the parameter, and rules hear when it changes. */
function takenFrom(source: Source, reader: Entry): Taking[] {
  if (reader.type === 'AWS::EC2::LaunchTemplate') {
    const { LaunchTemplateData } = source.properties(reader) as { readonly LaunchTemplateData?: { ImageId?: unknown } };
    const [, parameter] = /^resolve:ssm:([^:]+)/.exec(String(LaunchTemplateData?.ImageId)) ?? [];
    return parameter === undefined ? [] : [{ reader, parameter, rule: 'ImageId', label: 'image' }];
  }
  if (reader.type !== 'AWS::Events::Rule') return [];
  const { EventPattern } = source.properties(reader) as {
    readonly EventPattern?: { readonly source?: unknown; readonly detail?: { readonly name?: unknown } };
  };
  const names = EventPattern?.detail?.name;
  if (!Array.isArray(EventPattern?.source) || !EventPattern.source.includes('aws.ssm') || !Array.isArray(names))
    return [];
  return names.map((parameter: unknown) => ({ reader, parameter, rule: 'EventPattern' }));
}
