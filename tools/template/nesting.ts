import type { Resource, Stack } from './stack';

/**
 * The stacks, each nested one with the resource it is nested in: known from the assembly, from the file the CDK says its
 * template is in, from its name, or because its constructs stand where that resource stands.
 */
export function linked(stacks: readonly Stack[]): Stack[] {
  const found = [...stacks];
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
      if (resource.Type !== 'AWS::CloudFormation::Stack') continue;
      const nestedIn = { stack: stack.name, logicalId };
      if (found.some((one) => one.nestedIn?.stack === stack.name && one.nestedIn.logicalId === logicalId)) continue;
      const at = indexOfNested(found, stack, logicalId, resource);
      if (at >= 0) found[at] = { ...found[at], nestedIn };
    }
  }
  return found;
}

function indexOfNested(stacks: readonly Stack[], outer: Stack, logicalId: string, { Metadata }: Resource): number {
  const free = (one: Stack) => one.name !== outer.name && one.nestedIn === undefined;
  const file = text(Metadata?.['aws:asset:path'])?.replace(/(\.template)?\.json$/, '');
  const byName = stacks.findIndex((one) => free(one) && (one.name === file || one.name === logicalId));
  const [, place] = /^(.+)\.NestedStack\//.exec(text(Metadata?.['aws:cdk:path']) ?? '') ?? [];
  if (byName >= 0 || place === undefined) return byName;
  return stacks.findIndex((one) => free(one) && Object.values(one.template.Resources).some(standsBelow(place)));
}

const standsBelow = (place: string) => (resource: Resource) =>
  text(resource.Metadata?.['aws:cdk:path'])?.startsWith(`${place}/`) ?? false;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
