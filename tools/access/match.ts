import { hasGaps, isGap, kindOf, readGap, split, tokens } from '../template/text';
import { maybe, no, yes, type Answer, type Truth } from './truth';

/** How a pattern is to be read. */
export interface MatchOptions {
  /** Whether `*` and `?` stand for other characters. @default true */
  readonly wildcards?: boolean;
  /** Whether upper and lower case are alike. @default false */
  readonly ignoreCase?: boolean;
  /** Whether a `*` that does not end its segment stays between two colons, as in the `Resource` element. @default false */
  readonly segments?: boolean;
}

/** Marks a character that stands for itself even where wildcards are read; put there by policy variables. */
export const literal = '\uE003';

/**
 * Whether a pattern of a policy covers a value. Gaps in either are honoured: the same gap on both sides is equal, a name that
 * CloudFormation makes up equals nothing else, and where a gap could make the difference the answer is `maybe`.
 *
 * @claims identity-eval-matching
 */
export function matches(pattern: string, value: string, options: MatchOptions = {}): Answer {
  if (pattern === '*' && options.wildcards !== false) return yes;
  if (pattern === value) return yes;
  if (differAtOnce(pattern, value, options)) return no;
  const truth = options.ignoreCase
    ? compare(compiled(pattern.toLowerCase(), options), tokens(value.toLowerCase()))
    : compare(compiled(pattern, options), tokens(value));
  if (truth !== 'maybe') return truth === 'yes' ? yes : no;
  const [left, right] = [flexible(pattern), flexible(value)];
  const odd = [...right.filter((token) => !left.includes(token)), ...left.filter((token) => !right.includes(token))];
  return maybe(...new Set(odd.map(hangsOn)));
}

/** Whether a pattern of an ARN operator (`ArnLike`, `ArnEquals`) covers a value: each of the six parts by itself. */
export function matchesArn(pattern: string, value: string): Answer {
  if (pattern === '*') return yes;
  const [patternParts, valueParts] = [arnParts(pattern), arnParts(value)];
  if (hasGaps(pattern) && patternParts.length !== 6) return matches(pattern, value);
  if (patternParts.length !== 6)
    return maybe(`${pattern} is not a whole ARN, and AWS does not say what it covers then`);
  if (valueParts.length !== 6) return hasGaps(value) ? matches(pattern, value) : no;
  const open: Answer[] = [];
  for (const [i, part] of patternParts.entries()) {
    const answer = matches(part, valueParts[i]);
    if (answer.truth === 'no') return no;
    if (answer.truth === 'maybe') open.push(answer);
  }
  return open.length > 0 ? maybe(...new Set(open.flatMap(({ because }) => because))) : yes;
}

const arns = new Map<string, readonly string[]>();

/** The six parts of an ARN; the last keeps its colons. */
export function arnParts(arn: string): readonly string[] {
  const known = arns.get(arn);
  if (known) return known;
  const parts = split(arn, ':');
  const six = parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
  remember(arns, arn, six);
  return six;
}

/** Keeps what was worked out for a text. The few thousand texts of one app fit; a program that goes on for ever begins again. */
function remember<Value>(known: Map<string, Value>, text: string, value: Value): void {
  if (known.size > 20_000) known.clear();
  known.set(text, value);
}

interface Pattern {
  readonly tokens: readonly string[];
  readonly wildcards: boolean;
  readonly segments: boolean;
  /** Whether the path segment around each token holds a wildcard. */
  readonly loose: readonly boolean[];
}

const patterns = new Map<string, Pattern>();

function compiled(text: string, { wildcards = true, segments = false }: MatchOptions): Pattern {
  const key = `${wildcards ? 'w' : ''}${segments ? 's' : ''} ${text}`;
  const known = patterns.get(key);
  if (known) return known;
  const parts = withLiterals(tokens(text));
  const pattern = { tokens: parts, wildcards, segments, loose: looseness(parts, wildcards) };
  remember(patterns, key, pattern);
  return pattern;
}

/** Whether a plain character differs before the first wildcard or gap; most pairs end here. */
function differAtOnce(pattern: string, value: string, { ignoreCase, wildcards = true }: MatchOptions): boolean {
  const end = Math.min(pattern.length, value.length);
  for (let i = 0; i < end; i++) {
    const [a, b] = [pattern[i], value[i]];
    if (a === b && a < '\uE000') continue;
    if (a >= '\uE000' || b >= '\uE000' || (wildcards && (a === '*' || a === '?'))) return false;
    if (!ignoreCase || a.toLowerCase() !== b.toLowerCase()) return true;
  }
  return false;
}

/** Joins the mark of a literal character with the character. */
function withLiterals(parts: readonly string[]): string[] {
  const marked = parts.indexOf(literal);
  if (marked < 0) return [...parts];
  return [...parts.slice(0, marked), literal + (parts[marked + 1] ?? ''), ...withLiterals(parts.slice(marked + 2))];
}

function looseness(parts: readonly string[], wildcards: boolean): boolean[] {
  const loose = new Array<boolean>(parts.length + 1).fill(false);
  for (let start = 0; start <= parts.length;) {
    let end = start;
    while (end < parts.length && !isSeparator(parts[end])) end++;
    const holds = wildcards && parts.slice(start, end).some((part) => part === '*' || part === '?');
    for (let i = start; i <= end; i++) loose[i] = holds;
    start = end + 1;
  }
  return loose;
}

/** Truths as numbers, so that `Math.max` is or and `Math.min` is and. */
const [NO, MAYBE, YES] = [0, 1, 2];

/** Compares token by token from the end: `below[j]` tells whether the pattern after `i` covers the value from `j` on. */
function compare(pattern: Pattern, whole: readonly string[]): Truth {
  const { start, end } = commonEnds(pattern, whole);
  const parts = pattern.tokens.slice(0, pattern.tokens.length - end);
  const value = whole.slice(0, whole.length - end);
  const open = value.map(mayBeEmpty);
  const madeUp = value.map(isMadeUp);
  let below = new Uint8Array(value.length + 1);
  below[value.length] = YES;
  for (let j = value.length - 1; j >= 0 && open[j]; j--) below[j] = Math.min(MAYBE, below[j + 1]);
  let row = new Uint8Array(value.length + 1);
  for (let i = parts.length - 1; i >= start; i--) {
    const part = parts[i];
    const star = pattern.wildcards && part === '*';
    const next = pattern.tokens[i + 1] as string | undefined;
    const confined = star && pattern.segments && next !== undefined && next !== ':';
    const partOpen = mayBeEmpty(part);
    for (let j = value.length; j >= start; j--) {
      const rest = j === value.length;
      let truth: number = star ? below[j] : NO;
      if (star && !rest && !(confined && value[j] === ':')) truth = Math.max(truth, row[j + 1]);
      if (!star && !rest && same(part, value[j], pattern.wildcards)) truth = below[j + 1];
      const takesValue = partOpen && !rest && mayHold(part, value[j]) ? row[j + 1] : NO;
      if (partOpen) truth = Math.max(truth, Math.min(MAYBE, Math.max(below[j], takesValue)));
      const takesPart = !rest && open[j] && mayHold(value[j], part) ? below[j] : NO;
      if (!rest && open[j]) truth = Math.max(truth, Math.min(MAYBE, Math.max(takesPart, row[j + 1])));
      // A made-up name may fall under a pattern such as `prod-*`: the name takes characters of the pattern's segment.
      if (!rest && madeUp[j] && pattern.loose[i] && truth === NO && fits(pattern, i, value[j]))
        truth = Math.min(MAYBE, Math.max(below[j], below[j + 1]));
      row[j] = truth;
    }
    [below, row] = [row, below];
  }
  return (['no', 'maybe', 'yes'] as const)[below[start]];
}

function same(part: string, other: string, wildcards: boolean): boolean {
  if (wildcards && part === '?') return !isGap(other);
  return (part.startsWith(literal) ? part.slice(1) : part) === other;
}

/**
 * How many tokens the two have in common at either end, up to the first wildcard: there they cover each other whatever the
 * gaps among them hold.
 */
function commonEnds({ tokens: parts, wildcards }: Pattern, value: readonly string[]): { start: number; end: number } {
  const most = Math.min(parts.length, value.length);
  const alike = (i: number, j: number): boolean => parts[i] === value[j] && !(wildcards && /^[*?]$/.test(parts[i]));
  let start = 0;
  while (start < most && alike(start, start)) start++;
  let end = 0;
  while (end < most - start && alike(parts.length - 1 - end, value.length - 1 - end)) end++;
  return { start, end };
}

/** Whether a gap may hold a character or another gap; a region is a word. */
const mayHold = (open: string, token: string): boolean => kindOf(open) !== 'region' || /^[a-z0-9*?-]$/.test(token);

/** Gaps that may hold any text, nothing included. */
const mayBeEmpty = (token: string): boolean => isGap(token) && !['name', 'account'].includes(kindOf(token));

const isMadeUp = (token: string): boolean => isGap(token) && kindOf(token) === 'name';
const isSeparator = (token: string): boolean => token === ':' || token === '/';

/** Whether the pattern's segment may cover a made-up name, as far as the name's beginning is known. */
function fits({ tokens: parts }: Pattern, i: number, name: string): boolean {
  if (isSeparator(parts[i])) return false;
  const prefix = readGap(name).prefix?.toLowerCase();
  if (prefix === undefined) return true;
  let start = i;
  while (start > 0 && !isSeparator(parts[start - 1])) start--;
  const fixed = parts.slice(
    start,
    parts.findIndex((part, at) => at >= start && (part === '*' || part === '?')),
  );
  if (fixed.some(isGap)) return true;
  const begin = fixed.join('').toLowerCase();
  return begin.startsWith(prefix) || prefix.startsWith(begin);
}

function flexible(text: string): string[] {
  return hasGaps(text) ? tokens(text).filter((token) => isGap(token) && kindOf(token) !== 'account') : [];
}

function hangsOn(token: string): string {
  const { kind, label } = readGap(token);
  switch (kind) {
    case 'any':
      return `it depends on the ${label}`;
    case 'region':
      return 'it depends on the region deployed to';
    case 'name':
      return `it depends on the name CloudFormation makes up for ${label}`;
    case 'account':
    case 'unknown':
      return `the value of ${label} is not in the templates`;
  }
}
