/** The transformations that are known here, of those WAF has. */
export type TransformationName =
  'NONE' | 'LOWERCASE' | 'URL_DECODE' | 'HTML_ENTITY_DECODE' | 'COMPRESS_WHITE_SPACE' | 'REPLACE_COMMENTS';

/** One of a statement's, as a template has it. */
export interface TextTransformation {
  readonly Priority: number;
  readonly Type: string;
}

const entities: Readonly<Record<string, string>> = { quot: '"', nbsp: '\u00a0', lt: '<', gt: '>', amp: '&', apos: "'" };

const transformations: Readonly<Record<TransformationName, (text: string) => string>> = {
  NONE: (text) => text,
  LOWERCASE: (text) => text.toLowerCase(),
  // What is no code stays as it is, instead of failing as decodeURIComponent does.
  URL_DECODE: (text) =>
    text
      .replaceAll('+', ' ')
      .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  HTML_ENTITY_DECODE: (text) =>
    text
      .replace(/&#x([0-9a-f]{1,6});/gi, (_, code: string) => character(Number.parseInt(code, 16)))
      .replace(/&#(\d{1,7});/g, (_, code: string) => character(Number(code)))
      .replace(/&(\w+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole),
  COMPRESS_WHITE_SPACE: (text) => text.replace(/[\f\t\n\r\v\u00a0 ]+/g, ' '),
  REPLACE_COMMENTS: (text) => text.replace(/\/\*.*?(\*\/|$)/gs, ' '),
};

/**
 * A text as a statement compares it: each transformation in the order of its priority.
 *
 * @throws where one is not known here
 */
export const transformed = (text: string, wanted: readonly TextTransformation[]): string =>
  [...wanted]
    .sort((a, b) => a.Priority - b.Priority)
    .reduce((so, { Type }) => {
      const transform = (transformations as Readonly<Record<string, ((text: string) => string) | undefined>>)[Type];
      if (!transform)
        throw new Error(
          `the transformation ${Type} is not known here; known are ${Object.keys(transformations).join(', ')}`,
        );
      return transform(so);
    }, text);

const character = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : '');
