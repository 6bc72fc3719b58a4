/** JSON, as states hand it on. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** An error as a machine knows it: a name to match, and a cause to read. */
export class StatesError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** What cannot be run here, or has no fake: no Catch of the machine may hide it. */
export class Flaw extends Error {}

/** A member, an element, or `*` for all of them. */
type Step = string | number;

/**
 * What a path points to in a document: members, elements, and `[*]` for all of them.
 *
 * @throws StatesError `States.Runtime` when there is nothing, as Step Functions does
 */
export function look(path: string, document: Json, context: Json): Json {
  const found = find(path, path.startsWith('$$') ? context : document);
  if (found === undefined)
    throw new StatesError('States.Runtime', `The path ${path} leads to nothing in ${JSON.stringify(document)}`);
  return found;
}

/** What a path points to, or undefined. */
export function find(path: string, document: Json): Json | undefined {
  const steps = stepsOf(path);
  let found: (Json | undefined)[] = [document];
  for (const step of steps) found = found.flatMap((each) => taken(each, step)).filter((each) => each !== undefined);
  return steps.includes('*') ? (found as Json[]) : found[0];
}

/**
 * A document with a value put at a path of members and elements; members that lack are made.
 *
 * @throws StatesError `States.ResultPathMatchFailure` where something else than an object is in the way
 */
export function put(path: string, document: Json, value: Json): Json {
  return putAt(stepsOf(path), document, value, path);
}

function putAt([step, ...rest]: readonly Step[], place: Json | undefined, value: Json, path: string): Json {
  if (step === undefined) return value;
  if (typeof step === 'number' && isList(place) && step < place.length)
    return place.map((each, index) => (index === step ? putAt(rest, each, value, path) : each));
  if (typeof step === 'string' && (place === undefined || isObject(place)))
    return { ...place, [step]: putAt(rest, place?.[step], value, path) };
  throw new StatesError('States.ResultPathMatchFailure', `${path} fits nowhere into ${JSON.stringify(place)}`);
}

function taken(place: Json | undefined, step: Step): (Json | undefined)[] {
  if (step === '*') return isList(place) ? [...place] : isObject(place) ? Object.values(place) : [];
  if (typeof step === 'number') return isList(place) ? [place.at(step)] : [];
  return isObject(place) && Object.hasOwn(place, step) ? [place[step]] : [];
}

function stepsOf(path: string): Step[] {
  const rest = path.replace(/^\$\$?/, '');
  const pattern = /\.([\p{L}\p{N}_-]+|\*)|\[(-?\d+|\*)\]|\['([^']*)'\]/gu;
  const parts = [...rest.matchAll(pattern)];
  if (!path.startsWith('$') || parts.map(([all]) => all).join('') !== rest)
    throw new Flaw(
      `The path ${path} is more than can be looked up here; use members, elements, and [*], such as $.people[*].name`,
    );
  return parts.map(([, member, element, quoted]) => {
    if (element !== undefined) return element === '*' ? '*' : Number(element);
    return quoted ?? member;
  });
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
