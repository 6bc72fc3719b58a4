import { Token } from 'aws-cdk-lib';
import { HttpIntegration, PassthroughBehavior, type IntegrationOptions } from 'aws-cdk-lib/aws-apigateway';
import type { ApiValue } from './api-value';
import { cached } from './function-target';
import { answerFaults, answersOf, statusesOf, type MappedAnswer, type MappedErrors } from './mapped-answers';
import { waitFaults, waitOf, type ApiTargetOptions, type TargetKind } from './target-kind';

export interface HttpTargetOptions extends ApiTargetOptions {
  /**
   * The method asked with.
   * @default - that of the route
   */
  readonly method?: string;
  /**
   * Query parameters and headers of the request that are handed on, by the name the back end knows them by.
   * @default - none in the mapped form; all in the proxy form
   */
  readonly query?: Readonly<Record<string, ApiValue>>;
  readonly headers?: Readonly<Record<string, ApiValue>>;
}

export interface HttpMappedOptions extends HttpTargetOptions {
  /**
   * A template (VTL) that makes the body.
   * @default - no body
   */
  readonly request?: string;
  /** What the caller gets when the back end answers with a status that no pattern of `errors` matches, and that is not 4xx or 5xx. */
  readonly answer: MappedAnswer;
  /**
   * What the caller gets for statuses that match a pattern, such as `404` or `5\\d\\d`, by the status the caller gets.
   * @default - 502 for every 4xx and 5xx
   */
  readonly errors?: MappedErrors;
}

/** Another web server gets the request as it is, and its answer goes back as it is. */
export const httpProxy = (url: string, method: string, options: HttpTargetOptions): TargetKind => ({
  statuses: [],
  parameters: parametersOf(url, options),
  faults: ({ endpoint }) => [...urlFaults(url), ...valueFaults(options), ...waitFaults(options, endpoint)],
  bind: ({ cacheKey }) =>
    new HttpIntegration(url, {
      proxy: true,
      httpMethod: options.method ?? method,
      options: { timeout: waitOf(options), ...handedOn(url, options), ...cached(cacheKey) },
    }),
});

/** Templates make the request and the answer, so that neither side knows the other's form. */
export const httpMapped = (url: string, method: string, options: HttpMappedOptions): TargetKind => {
  const { answer, errors = {}, request } = options;
  return {
    statuses: statusesOf(answer, errors),
    parameters: parametersOf(url, options),
    faults: ({ endpoint }) => [
      ...urlFaults(url),
      ...valueFaults(options),
      ...waitFaults(options, endpoint),
      ...answerFaults(answer, errors),
    ],
    bind: ({ cacheKey }) =>
      new HttpIntegration(url, {
        proxy: false,
        httpMethod: options.method ?? method,
        options: {
          timeout: waitOf(options),
          passthroughBehavior: PassthroughBehavior.NEVER,
          requestTemplates: { 'application/json': request ?? '' },
          integrationResponses: answersOf(answer, errors, '[45]\\d\\d'),
          ...handedOn(url, options),
          ...cached(cacheKey),
        },
      }),
  };
};

/** `{country}` of the URL is that of the path. */
const pathNames = (url: string): string[] => [...url.matchAll(/\{([A-Za-z0-9]+)\}/g)].map(([, name]) => name);

const parametersOf = (url: string, { query = {}, headers = {} }: HttpTargetOptions): string[] => [
  ...pathNames(url).map((name) => `method.request.path.${name}`),
  ...[...Object.values(query), ...Object.values(headers)].flatMap(({ parameter }) => parameter ?? []),
];

function handedOn(
  url: string,
  { query = {}, headers = {} }: HttpTargetOptions,
): Pick<IntegrationOptions, 'requestParameters'> {
  const requestParameters = Object.fromEntries([
    ...pathNames(url).map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
    ...Object.entries(query).map(([name, { parameter }]) => [`integration.request.querystring.${name}`, parameter!]),
    ...Object.entries(headers).map(([name, { parameter }]) => [`integration.request.header.${name}`, parameter!]),
  ]) as Record<string, string>;
  return Object.keys(requestParameters).length > 0 ? { requestParameters } : {};
}

export const urlFaults = (url: string): (string | false)[] => [
  !Token.isUnresolved(url) &&
    !/^https:\/\/[^/\s]+(\/\S*)?$/.test(url) &&
    `url is ${url}; give one that begins with https://, as what goes over the internet in the clear can be read and changed on the way`,
];

const valueFaults = ({ query = {}, headers = {} }: HttpTargetOptions): (string | false)[] =>
  Object.entries({ ...query, ...headers }).flatMap(([name, { fault, parameter }]) => [
    fault,
    parameter === undefined &&
      `${name} is made of the body or the context; only parameters of the path, query and headers are handed on so`,
  ]);
