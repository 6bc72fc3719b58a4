import { Duration, Token } from 'aws-cdk-lib';
import { Function, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { EndpointType, LambdaIntegration, PassthroughBehavior, type Integration } from 'aws-cdk-lib/aws-apigateway';
import type { ApiEndpoint } from './api-endpoint';

export interface ApiTargetOptions {
  /**
   * How long API Gateway waits, 50 ms to 29 s; no shorter than the function may run, as the caller would get an error for
   * work that is done.
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;
  /**
   * The longest wait AWS has granted this account for regional and private REST APIs, if it raised the quota.
   * @default Duration.seconds(29)
   */
  readonly raisedIntegrationTimeout?: Duration;
}

export interface MappedTargetOptions extends ApiTargetOptions {
  /** A template (VTL) that makes the function's event from the request. */
  readonly request: string;
  /** What the caller gets when the function returns. */
  readonly answer: MappedAnswer;
  /** What the caller gets when the function throws an error whose text matches a pattern, by status code. */
  readonly errors: Readonly<Record<string, { readonly pattern: string; readonly template: string }>>;
}

export interface MappedAnswer {
  /** The status code, 200 to 399. */
  readonly status: number;
  /** A template (VTL) that makes the body from what the function returned. */
  readonly template: string;
}

const shortest = Duration.millis(50);
const longest = Duration.seconds(29);

/** What answers a method. */
export abstract class ApiTarget {
  /** The function gets the request as it is, and what it returns is the answer, status and headers included. */
  static proxy(alias: IAlias, options: ApiTargetOptions = {}): ApiTarget {
    return new Proxy(alias, options);
  }

  /** Templates make the event and the answer, so that the function knows nothing of HTTP. */
  static mapped(alias: IAlias, options: MappedTargetOptions): ApiTarget {
    return new Mapped(alias, options);
  }

  protected constructor(
    readonly alias: IAlias,
    protected readonly options: ApiTargetOptions,
  ) {}

  /** Status codes the method declares; a proxy declares none. */
  abstract readonly statuses: readonly string[];
  abstract bind(): Integration;

  protected get timeout(): Duration {
    return this.options.timeout ?? longest;
  }

  /** What cannot work about it, given from where the API is reached. */
  faults(endpoint: ApiEndpoint): (string | false)[] {
    const { raisedIntegrationTimeout: granted = longest } = this.options;
    // Callers are JavaScript too: a function passes where its alias is meant.
    if (!(this.alias as Partial<IAlias>).aliasName) {
      return [
        `target is ${this.alias.node.path}, a function without an alias, whose newest code would answer at once; give the alias of a SafeRelease`,
      ];
    }
    const behind: unknown = this.alias.version.lambda;
    const runs = behind instanceof Function ? behind.timeout : undefined;
    if (this.timeout.isUnresolved()) return [];
    return [
      millis(granted) > millis(longest) &&
        endpoint.domainType === EndpointType.EDGE &&
        `raisedIntegrationTimeout is ${granted.toHumanString()}, but AWS raises the wait of regional and private APIs only; take one of those, or leave it out`,
      (millis(this.timeout) < millis(shortest) || millis(this.timeout) > millis(granted)) &&
        `timeout is ${this.timeout.toHumanString()}; give 50 millis to ${granted.toHumanString()}${granted === longest ? ', or state in raisedIntegrationTimeout what AWS has granted' : ''}`,
      runs !== undefined &&
        !Token.isUnresolved(runs) &&
        millis(runs) > millis(this.timeout) &&
        `timeout is ${this.timeout.toHumanString()}, but the function may run for ${runs.toHumanString()}; shorten the function's timeout, or its callers get 504 for work that is done`,
    ];
  }
}

class Proxy extends ApiTarget {
  readonly statuses = [];

  constructor(alias: IAlias, options: ApiTargetOptions) {
    super(alias, options);
  }

  bind(): Integration {
    return new LambdaIntegration(this.alias, { proxy: true, allowTestInvoke: false, timeout: this.timeout });
  }
}

class Mapped extends ApiTarget {
  readonly statuses: readonly string[];

  constructor(
    alias: IAlias,
    private readonly mapping: MappedTargetOptions,
  ) {
    super(alias, mapping);
    this.statuses = [String(mapping.answer.status), ...Object.keys(mapping.errors), '502'];
  }

  override faults(endpoint: ApiEndpoint): (string | false)[] {
    const { answer, errors } = this.mapping;
    return [
      ...super.faults(endpoint),
      !(answer.status >= 200 && answer.status < 400) &&
        `answer.status is ${answer.status}; give 200 to 399, and errors for the rest`,
      ...Object.keys(errors).map(
        (status) => !/^[45]\d\d$/.test(status) && `errors has the status ${status}; give one from 400 to 599`,
      ),
    ];
  }

  bind(): Integration {
    const { request, answer, errors } = this.mapping;
    const answered = (statusCode: string, type: string, template: string, selectionPattern?: string) => ({
      statusCode,
      responseTemplates: { 'application/json': template },
      responseParameters: { 'method.response.header.Content-Type': `'${type}'` },
      ...(selectionPattern !== undefined && { selectionPattern }),
    });
    return new LambdaIntegration(this.alias, {
      proxy: false,
      allowTestInvoke: false,
      timeout: this.timeout,
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': request },
      integrationResponses: [
        answered(String(answer.status), 'application/json', answer.template),
        ...Object.entries(errors).map(([status, { pattern, template }]) =>
          answered(status, 'application/problem+json', template, pattern),
        ),
        // Any other error: the text that Lambda would pass on holds a stack.
        answered('502', 'application/problem+json', unusable, '(\\n|.)+'),
      ],
    });
  }
}

const unusable = JSON.stringify({ type: 'about:blank', title: 'Bad Gateway', status: 502 });
const millis = (duration: Duration): number => duration.toMilliseconds();
