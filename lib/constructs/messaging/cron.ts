/** What one of the six fields may be. */
interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words?: readonly string[];
  /** What it may hold besides numbers, lists, ranges and steps. */
  readonly more?: RegExp;
}

const fields: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of the month', low: 1, high: 31, more: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  {
    name: 'month',
    low: 1,
    high: 12,
    words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  {
    name: 'day of the week',
    low: 1,
    high: 7,
    words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    more: /^(\?|L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$/i,
  },
  { name: 'year', low: 1970, high: 2199 },
];

/**
 * What AWS would refuse about a cron expression, one sentence each. It has six fields, one more than that of Unix, counts the
 * days of the week from Sunday as 1, and one of its two days is a question mark.
 *
 * @claims messaging-schedule
 */
export function cronFaults(expression: string): string[] {
  const given = expression.trim().split(/\s+/);
  if (given.length !== fields.length) {
    const unix = given.length === 5 ? '; the five fields of Unix lack the year, and a ? for one of the two days' : '';
    return [
      `cron is "${expression}", which has ${given.length} fields; write minute hour day month weekday year, such as "30 6 ? * MON-FRI *"${unix}`,
    ];
  }
  const [, , day, , weekday] = given;
  return [
    ...given.flatMap((text, i) => (isField(text, fields[i]) ? [] : [faultOf(expression, text, fields[i])])),
    ...(day !== '?' && weekday !== '?'
      ? [
          `cron is "${expression}", which says both days, ${day} and ${weekday}; write ? for the one that does not count`,
        ]
      : []),
    ...(day === '?' && weekday === '?'
      ? [`cron is "${expression}", which says neither day; write * for one of the two`]
      : []),
  ];
}

const isField = (text: string, field: Field): boolean =>
  (field.more?.test(text) ?? false) || text.split(',').every((part) => isPart(part, field));

/** A number, a range or a star, and a step behind a slash. */
function isPart(part: string, field: Field): boolean {
  const [range, step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, field));
  if (ends.length > 2 || ends.some((end) => !(end >= field.low && end <= field.high))) return false;
  return ends.length === 1 || ends[0] <= ends[1];
}

function numberOf(text: string, { words = [], low }: Field): number {
  if (/^\d+$/.test(text)) return Number(text);
  const at = words.indexOf(text.toUpperCase());
  return at < 0 ? NaN : at + low;
}

function faultOf(expression: string, text: string, { name, low, high, words }: Field): string {
  const named = words ? ` or ${words[0]} to ${words[words.length - 1]}` : '';
  return `cron is "${expression}", whose ${name} is ${text}; write ${low} to ${high}${named}, a list, a range or *`;
}
