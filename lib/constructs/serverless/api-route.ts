import { type JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import type { ApiAccess } from './api-access';
import type { ApiTarget } from './api-target';
import type { ApiValue } from './api-value';

/** What answers `POST /orders`, and what a request must look like to get there. */
export interface ApiRoute {
  readonly target: ApiTarget;
  /**
   * What the body must look like, as JSON Schema; `false` for a method that takes none. POST, PUT and PATCH must say.
   * @default - no body
   */
  readonly body?: JsonSchema | false;
  /**
   * Query parameters, and whether they must be there.
   * @default - none
   */
  readonly query?: Readonly<Record<string, boolean>>;
  /**
   * Headers, and whether they must be there.
   * @default - none
   */
  readonly headers?: Readonly<Record<string, boolean>>;
  /**
   * Who may call this one.
   * @default - as the API says
   */
  readonly access?: ApiAccess;
  /**
   * What the answer depends on, where a stage keeps answers: it is kept once for each combination of these, so whatever is left out
   * is answered alike to everybody. An empty list keeps one answer for all.
   * @default - never kept
   */
  readonly cachedBy?: readonly ApiValue[];
}

const withBody = ['POST', 'PUT', 'PATCH'];
const methods = ['GET', 'HEAD', 'DELETE', ...withBody];

/** What cannot be routed. `known` are the routes there are already. */
export function routeFaults(route: string, { body }: ApiRoute, known: ReadonlySet<string>): string[] {
  const [method, path = ''] = route.split(' ');
  return [
    !methods.includes(method) && `has the method ${method}; give one of ${methods.join(', ')}`,
    (route.split(' ').length !== 2 || !/^(\/[A-Za-z0-9._~-]+|\/\{[A-Za-z0-9]+\})+$/.test(path)) &&
      'has no path; write method and path as in GET /orders/{orderId}',
    known.has(route) && 'is there already; give each method of a path one target',
    withBody.includes(method) &&
      body === undefined &&
      'has no body model; give body, a JSON Schema, or false when it takes none',
    !withBody.includes(method) && body && 'has a body model, but API Gateway passes no body with it; leave body out',
  ]
    .filter((fault) => fault !== false && fault !== undefined)
    .map((fault) => `${route} ${fault}`);
}

/** What would give one caller the answer of another, or never an answer kept. */
export function cacheFaults(route: string, access: ApiAccess, cachedBy: readonly ApiValue[] = []): (string | false)[] {
  const [method] = route.split(' ');
  const names = cachedBy.map(({ parameter }) => parameter);
  return [
    method !== 'GET' && `${route}: cachedBy goes with GET only; leave it out`,
    ...cachedBy.map(({ fault }) => fault && `${route}: ${fault}`),
    names.includes(undefined) &&
      `${route}: cachedBy has a part of the body or the context; give parameters of the path, query and headers`,
    access.signed &&
      `${route}: cachedBy would keep nothing, as every signed request has another signature; leave it out, or take another access`,
    access.knowsCaller &&
      !names.includes('method.request.header.Authorization') &&
      `${route}: cachedBy has no ApiValue.header('Authorization'), so that one caller would get the answer of another; add it, or take an access that knows no callers`,
  ];
}

/** Parameters of a request by their names in API Gateway, and whether they must be there. */
export const parametersOf = (
  { query = {}, headers = {}, cachedBy = [] }: ApiRoute,
  read: readonly string[],
): Record<string, boolean> => ({
  ...Object.fromEntries([...read, ...cachedBy.map(({ parameter }) => parameter!)].map((name) => [name, isPath(name)])),
  ...prefixed('method.request.querystring', query),
  ...prefixed('method.request.header', headers),
});

const isPath = (name: string): boolean => name.startsWith('method.request.path.');
const prefixed = (prefix: string, names: Readonly<Record<string, boolean>>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(names).map(([name, required]) => [`${prefix}.${name}`, required]));
