/**
 * Whether a line fits a filter pattern of CloudWatch Logs that names the fields between brackets, by the rules of AWS: fields are
 * separated by blanks, a line with another number of them does not fit, and a field may have conditions joined by `&&` and `||`.
 *
 * Numbers compare as numbers, `*` stands for any text. What this does not know is an error, never a guess.
 */
export function fitsFields(pattern: string, line: string): boolean {
  const inner = /^\[(.*)\]$/s.exec(pattern.trim())?.[1];
  if (inner === undefined) throw new Error(`${pattern} does not name fields between brackets`);
  const fields = inner.split(',').map((field) => field.trim());
  const values = line.trim().split(/\s+/);
  return fields.length === values.length && fields.every((field, at) => holds(field, values[at]));
}

function holds(field: string, value: string): boolean {
  if (/^\w+$/.test(field)) return true;
  return field.split('||').some((either) => either.split('&&').every((condition) => compare(condition.trim(), value)));
}

function compare(condition: string, value: string): boolean {
  const [, operator, wanted] = /^\w+\s*(!=|>=|<=|=|>|<)\s*(\S+)$/.exec(condition) ?? [];
  if (operator === undefined) throw new Error(`${condition} is no condition on a field`);
  if (operator === '=') return same(value, wanted);
  if (operator === '!=') return !same(value, wanted);
  if (!/^\d+$/.test(value)) return false;
  const [left, right] = [Number(value), Number(wanted)];
  return { '>': left > right, '<': left < right, '>=': left >= right, '<=': left <= right }[operator]!;
}

function same(value: string, wanted: string): boolean {
  if (/^\d+$/.test(wanted)) return /^\d+$/.test(value) && Number(value) === Number(wanted);
  const text = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${text.join('.*')}$`).test(value);
}
