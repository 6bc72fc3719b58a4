/** `$util` of mapping templates. */
export const utilities = {
  /** As `StringEscapeUtils.escapeJavaScript` of Apache Commons: what is escaped can stand between quotes of either kind. */
  escapeJavaScript: (text: unknown): string =>
    String(text).replace(/[\\"'/]|[^ -~]/g, (character) => escapes[character] ?? unicode(character)),
  parseJson: (text: string): unknown => JSON.parse(text) as unknown,
  urlEncode: (text: unknown): string =>
    encodeURIComponent(String(text))
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
  urlDecode: (text: string): string => decodeURIComponent(text.replaceAll('+', '%20')),
  base64Encode: (text: unknown): string => Buffer.from(String(text)).toString('base64'),
  base64Decode: (text: string): string => Buffer.from(text, 'base64').toString(),
};

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  "'": "\\'",
  '/': '\\/',
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
};
const unicode = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
