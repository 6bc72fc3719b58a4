import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';

/** What happens to a part of a request that is longer than a firewall looks at. */
export type Oversize = 'MATCH' | 'NO_MATCH' | 'CONTINUE';

/** The part of a request that a condition looks at. */
export class RequestPart {
  /** The path, without the query string. */
  static path(): RequestPart {
    return new RequestPart('path', { uriPath: {} });
  }

  /** The query string, without the question mark. */
  static queryString(): RequestPart {
    return new RequestPart('query string', { queryString: {} });
  }

  /** Each argument of the query string by itself. */
  static queryArguments(): RequestPart {
    return new RequestPart('query arguments', { allQueryArguments: {} });
  }

  /** One header, by its name in any case. */
  static header(name: string): RequestPart {
    return new RequestPart(`header ${name}`, { singleHeader: { Name: name.toLowerCase() } }, headerFaults(name));
  }

  /** Each cookie's value. @param oversize what becomes of more than 8 KB of them, or more than 200 */
  static cookies(oversize: Oversize = 'MATCH'): RequestPart {
    return new RequestPart('cookies', {
      cookies: { matchPattern: { all: {} }, matchScope: 'VALUE', oversizeHandling: oversize },
    });
  }

  /**
   * The body. A firewall sees its beginning only: 16 KB, before a load balancer and AppSync 8 KB; the rest goes to the
   * application unseen.
   *
   * @param oversize what becomes of a longer one: it meets the condition, does not, or is judged by its beginning, which lets an
   * attacker put an attack behind enough padding
   */
  static body(oversize: Oversize = 'MATCH'): RequestPart {
    return new RequestPart('body', { body: { oversizeHandling: oversize } });
  }

  /** The method, in capitals. */
  static method(): RequestPart {
    return new RequestPart('method', { method: {} });
  }

  private constructor(
    readonly words: string,
    readonly field: CfnWebACL.FieldToMatchProperty,
    readonly faults: readonly string[] = [],
  ) {}
}

const headerFaults = (name: string): string[] =>
  /^[\w-]{1,64}$/.test(name) ? [] : [`a condition looks at the header "${name}"; give a name such as user-agent`];
