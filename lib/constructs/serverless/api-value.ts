/**
 * A part of a request, and how it gets into another format without breaking out of it: what a caller sends may hold quotes,
 * angle brackets and ampersands, and none of them may end a string, an element or a parameter.
 */
export class ApiValue {
  /** `{orderId}` of the path. */
  static path(name: string): ApiValue {
    return new ApiValue(`$!input.params().path.get('${name}')`, `method.request.path.${name}`, [name]);
  }

  /** `?limit=` of the query; empty where it is not there. */
  static query(name: string): ApiValue {
    return new ApiValue(`$!input.params().querystring.get('${name}')`, `method.request.querystring.${name}`, [name]);
  }

  /** A header, written as callers write it; empty where it is not there. */
  static header(name: string): ApiValue {
    return new ApiValue(`$!input.params().header.get('${name}')`, `method.request.header.${name}`, [name]);
  }

  /** A member of the JSON body, such as `items.count`; empty where it is not there. */
  static body(member: string): ApiValue {
    return new ApiValue(`$!input.path('$.${member}')`, undefined, member.split('.'));
  }

  /** What API Gateway knows of the request, such as `requestId`, `requestTimeEpoch` or `identity.sourceIp`. */
  static context(name: string): ApiValue {
    return new ApiValue(`$!context.${name}`, undefined, name.split('.'));
  }

  private constructor(
    private readonly text: string,
    /** The parameter of the method it is, which the method has to declare. */
    readonly parameter: string | undefined,
    private readonly names: readonly string[],
  ) {}

  /** A name that could not be one. */
  get fault(): string | false {
    const wrong = this.names.find((name) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name));
    return wrong !== undefined && `"${wrong}" is no name of a parameter; use letters, digits, hyphens and underscores`;
  }

  /** Template text for a JSON string, with its quotes. */
  get json(): string {
    return `"${escaped(`"${this.text}"`)}"`;
  }

  /** Template text for a JSON string in a document that is itself a JSON string, with its quotes. */
  get jsonWithin(): string {
    return `\\"${escaped(escaped(`"${this.text}"`))}\\"`;
  }

  /** Template text for the content of an XML element, without characters that XML cannot hold. */
  get xml(): string {
    const escapes = [
      ['[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]', ''],
      ['&', '&amp;'],
      ['<', '&lt;'],
      ['>', '&gt;'],
    ];
    const replaced = escapes.map(([found, by]) => `.replaceAll("${found}","${by}")`).join('');
    return `#set($value = "${this.text}")$value${replaced}`;
  }
}

/**
 * Template text that makes the value of an expression fit to stand between the quotes of a JSON string. What API Gateway offers
 * for it escapes for JavaScript: it writes \' for an apostrophe, which JSON does not know.
 */
export const escaped = (expression: string): string => `$util.escapeJavaScript(${expression}).replaceAll("\\\\'","'")`;
