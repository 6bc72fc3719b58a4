import type { IConstruct } from 'constructs';
import type { Block } from './blocks';
import type { ResourceFact } from './resources';

/** A construct right below the stack, with all that it made. */
export interface PartFact {
  /** Its id; below the stack's name where that is not the main one. */
  readonly name: string;
  /** What it is, where it is a block. */
  readonly block?: Block;
  /** How many resources of which type, `ApiGateway Method`, by type. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The parts that a stack's constructor names, in the order of the template, and what each comes to. */
export function partsOf(
  resources: readonly ResourceFact[],
  scope: IConstruct,
  blocks: ReadonlyMap<string, Block>,
): PartFact[] {
  const byPart = new Map<string, ResourceFact[]>();
  for (const resource of resources) {
    const name = partOf(resource, scope.node.id);
    byPart.set(name, [...(byPart.get(name) ?? []), resource]);
  }
  return [...byPart].map(([name, mine]) => {
    const block = blocks.get(scope.node.tryFindChild(name)?.constructor.name ?? '');
    return { name, ...(block && { block }), counts: countsOf(mine) };
  });
}

function partOf({ path, logicalId }: ResourceFact, main: string): string {
  const [stack, part = logicalId] = path.split('/');
  return stack === main || !path.includes('/') ? part : `${stack}/${part}`;
}

/** `AWS::ApiGateway::Method` as `ApiGateway Method`, and custom resources by their own word. */
const typeInWords = (type: string): string => type.replace(/^AWS::|^Custom::/, '').replaceAll('::', ' ');

function countsOf(resources: readonly ResourceFact[]): Record<string, number> {
  const types = resources.map(({ type }) => typeInWords(type)).sort();
  return Object.fromEntries(
    [...new Set(types)].map((type) => [type, types.filter((one) => one === type).length] as const),
  );
}

/** `2 Lambda Function, SNS Topic`. */
export const countsInWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([type, count]) => (count === 1 ? type : `${count} ${type}`))
    .join(', ');
