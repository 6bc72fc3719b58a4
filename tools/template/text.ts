/**
 * Text with gaps: what a template says, with a marker wherever only the deployment will know. Gaps are characters of the
 * private use area around a kind, a label and perhaps a beginning, so that such text stays an ordinary string that can be joined and compared.
 */
export type GapKind =
  /** A name or id CloudFormation makes up; it differs from every other name and from everything written by hand. */
  | 'name'
  /** The account deployed to; it differs from every account written by hand. */
  | 'account'
  /** The region deployed to; it may be any. */
  | 'region'
  /** Whatever the asker left open, such as the key of an object. */
  | 'any'
  /** A parameter without a default, an attribute no table knows, an undecided `Fn::If`. */
  | 'unknown';

export interface Gap {
  readonly kind: GapKind;
  readonly label: string;
  /** What the text is sure to begin with, where CloudFormation makes the name from the stack's. */
  readonly prefix?: string;
}

const opening = '\uE000';
const closing = '\uE001';
const separator = '\uE002';
const gaps = /\uE000([^\uE000\uE001]*)\uE001/gu;

/** Each kind by its letter in the marker. */
const letters: Readonly<Record<GapKind, string>> = { name: 'n', account: 'a', region: 'r', any: 'o', unknown: 'u' };
const kinds = Object.fromEntries(Object.entries(letters).map(([kind, letter]) => [letter, kind as GapKind]));

/** The marker of a gap. Two gaps are the same value when kind and label are the same. */
export function gap(kind: GapKind, label: string, prefix = ''): string {
  return opening + letters[kind] + label.replaceAll(':', '.') + separator + prefix + closing;
}

export const isGap = (token: string): boolean => token.length > 1 && token[0] === opening;

/** The kind of a gap's marker. */
export const kindOf = (token: string): GapKind => kinds[token[1]];

/** What a gap's marker says. */
export function readGap(token: string): Gap {
  const [label, prefix] = token.slice(2, -1).split(separator);
  return { kind: kindOf(token), label, ...(prefix !== '' && { prefix }) };
}

/** The characters and gaps of a text, each gap one token. */
export function tokens(text: string): string[] {
  return text.includes(opening) ? text.match(/\uE000[^\uE001]*\uE001|[^]/gu)! : [...text];
}

/** The gaps in a text. */
export const gapsOf = (text: string): Gap[] =>
  text.includes(opening) ? [...text.matchAll(gaps)].map(([token]) => readGap(token)) : [];

/** Whether anything in a text is left to the deployment. */
export const hasGaps = (text: string): boolean => text.includes(opening);

/** A text for people, gaps in angle brackets. */
export function show(text: string, nameOf: (gap: Gap) => string = ({ label }) => `<${label}>`): string {
  return text.replace(gaps, (token) => nameOf(readGap(token)));
}

/** Cuts a text at a delimiter, never within a gap. */
export function split(text: string, delimiter: string): string[] {
  if (!text.includes(opening)) return text.split(delimiter);
  const held: string[] = [];
  const outside = text.replace(gaps, (token) => `${opening}${held.push(token) - 1}${closing}`);
  // A delimiter of digits could cut the placeholders; no ARN, URL or list is cut at one.
  return outside.split(delimiter).map((part) => part.replace(gaps, (_, index: string) => held[Number(index)]));
}

/** The account and region deployed to, where a stack leaves them open. */
export const anyAccount = gap('account', 'account');
export const anyRegion = gap('region', 'region');
