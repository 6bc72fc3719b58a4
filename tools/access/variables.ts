import { gap } from '../template/text';
import type { RequestContext } from './context';
import { literal } from './match';

/** A pattern with its policy variables replaced; undefined where a variable has no value, so that nothing is matched. */
export function substituted(pattern: string, context: RequestContext): string | undefined {
  if (!pattern.includes('${')) return pattern;
  let unresolved = false;
  const text = pattern.replace(/\$\{([^}]*)\}/g, (_, variable: string) => {
    const [key, fallback] = named(variable);
    if (key === '*' || key === '?' || key === '$') return literal + key;
    const values = context.get(key);
    if (values === undefined) return gap('unknown', key);
    if (values !== null && values.length === 1) return verbatim(values[0]);
    if (fallback !== undefined) return verbatim(fallback);
    unresolved = true;
    return '';
  });
  return unresolved ? undefined : text;
}

/** The key and the default of `key, 'default'`. */
function named(variable: string): [string, string?] {
  const [, key, fallback] = /^\s*([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/.exec(variable) ?? [undefined, variable];
  return [key, fallback];
}

/** Characters of a value stand for themselves, never for others. */
const verbatim = (value: string): string => value.replace(/[*?]/g, (character) => literal + character);
