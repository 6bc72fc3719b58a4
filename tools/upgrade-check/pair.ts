import { textTable } from '../table';
import { loadTemplates } from '../template/load';
import type { Stack, Template } from '../template/stack';
import { changesOf, type ResourceChange } from './compare';
import { normalised } from './release';

/** A change, and the stack it is in. */
export type StackChange = ResourceChange & { readonly stack: string };

/**
 * What an update from some templates to others would do. One template on each side are one stack, whatever they are called; else
 * stacks are told by their names, and one that is gone takes all it has with it.
 */
export function between(before: readonly Stack[], after: readonly Stack[]): StackChange[] {
  const isPair = before.length === 1 && after.length === 1;
  const partner = ({ name }: Stack, among: readonly Stack[]) =>
    isPair ? among[0] : among.find((other) => other.name === name);
  const kept = before.flatMap((stack) => found(stack.name, stack, partner(stack, after)));
  const fresh = after.filter((stack) => partner(stack, before) === undefined);
  return [...kept, ...fresh.flatMap((stack) => found(stack.name, undefined, stack))];
}

const nothing: Template = { Resources: {} };

function found(stack: string, old: Stack | undefined, now: Stack | undefined): StackChange[] {
  const [from, to] = [old, now].map((one) => normalised(one?.template ?? nothing));
  return changesOf(from, to).map((change) => ({ stack, ...change }));
}

/** Prints what an update from the first template to the second would do; 1 when it would destroy or leave data behind. */
export function compareTwo(before: string, after: string): number {
  let all: StackChange[];
  try {
    all = between(loadTemplates(before), loadTemplates(after));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  if (all.length === 0) {
    console.log('Nothing changes.');
    return 0;
  }
  const rows = [...all]
    .sort((a, b) => Number(b.destructive) - Number(a.destructive))
    .map(({ stack, path, type, impact, destructive }) => [stack, path, type, impact, destructive ? 'holds data' : '']);
  console.log(textTable([['stack', 'resource', 'type', 'what the update does', ''], ...rows]));
  const lost = all.filter(({ destructive }) => destructive).length;
  if (lost === 0) return 0;
  const whose = lost === 1 ? 'A resource that holds data' : `${lost} resources that hold data`;
  console.error(`${whose} would be replaced, deleted or left behind; keep logical ids and immutable properties`);
  return 1;
}
