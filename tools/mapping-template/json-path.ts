/**
 * The part of a document that a JSONPath names: `$`, `$.name`, `$['name']`, `$.list[0]`, `$.list[*].name`. Nothing where there is none.
 *
 * @throws when the path has anything else, such as filters, which no template here needs
 */
export function look(document: unknown, path: string): unknown {
  const steps = stepsOf(path);
  const star = steps.indexOf('*');
  if (star < 0) return steps.reduce(member, document);
  const list = steps.slice(0, star).reduce(member, document);
  if (typeof list !== 'object' || list === null) return undefined;
  return Object.values(list)
    .map((each) => steps.slice(star + 1).reduce(member, each))
    .filter((each) => each !== undefined);
}

const step = /\.([\w$-]+|\*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\[(\*)\]/y;

function stepsOf(path: string): string[] {
  const steps: string[] = [];
  if (!path.startsWith('$')) throw unknown(path);
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (!found) throw unknown(path);
    steps.push(found[1] ?? found[2] ?? found[3] ?? found[4]);
  }
  if (steps.filter((each) => each === '*').length > 1) throw unknown(path);
  return steps;
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name)
    ? (of as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

const unknown = (path: string): Error =>
  new Error(`the JSONPath ${path} is not understood; write $, .name, ['name'], [0] and one [*]`);
