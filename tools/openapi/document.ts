import type { Properties, Resource, Template } from '../template/stack';
import { authoriserScheme } from './authoriser';

/** What a document says of itself. */
export interface Info {
  readonly title: string;
  readonly version: string;
  readonly contact?: { readonly email: string };
  readonly license?: { readonly name: string };
}

/** A document of OpenAPI 3.0, as far as it is read here. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: Info;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: { readonly type: 'string' };
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-amazon-apigateway-integration'?: Properties;
}

export interface DocumentOptions {
  readonly info?: Partial<Info>;
  /** Whether the integrations and authorisers are in it, so that API Gateway can make the API of it again. */
  readonly integrations?: boolean;
}

type Entry = readonly [id: string, resource: Resource];

/**
 * The contract of a REST API of a template, as OpenAPI 3.0: paths, methods, parameters, bodies and who may call. Nobody has to
 * deploy it for that.
 *
 * @param apiId logical id of the API, where the template has several
 * @throws when the template has no REST API, or several and none is named
 * @claims serverless-openapi
 */
export function openApiOf(
  template: Template,
  { info, integrations = false }: DocumentOptions = {},
  apiId?: string,
): OpenApi {
  const [id, api] = apiOf(template, apiId);
  const all = Object.entries(template.Resources);
  const mine = (type: string): Entry[] =>
    all.filter(([, { Type, Properties }]) => Type === type && refOf(Properties?.RestApiId) === id);
  const pathOf = pathsOf(mine('AWS::ApiGateway::Resource'));
  const paths: Record<string, Record<string, Operation>> = {};
  const schemes: Record<string, unknown> = {};
  for (const [, { Properties: method = {} }] of mine('AWS::ApiGateway::Method')) {
    if (method.HttpMethod === 'OPTIONS') continue;
    const path = pathOf(refOf(method.ResourceId));
    const verb = (method.HttpMethod as string).toLowerCase();
    const name = `${verb} ${path}`;
    const asked = schemesOf(name, method, template, integrations);
    Object.assign(schemes, asked);
    (paths[path] ??= {})[verb] = operation(name, method, Object.keys(asked), integrations);
  }
  const schemas = Object.fromEntries(
    mine('AWS::ApiGateway::Model').map(([model, { Properties }]) => [model, plainSchema(Properties?.Schema as object)]),
  );
  return {
    openapi: '3.0.1',
    info: { title: text(api.Properties?.Description) ?? id, version: '1.0.0', ...info },
    paths,
    components: { schemas, ...(Object.keys(schemes).length > 0 && { securitySchemes: schemes }) },
  };
}

function apiOf({ Resources }: Template, apiId?: string): Entry {
  const apis = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::ApiGateway::RestApi');
  const found = apiId === undefined ? apis : apis.filter(([id]) => id === apiId);
  if (found.length === 1) return found[0];
  const names = apis.map(([id]) => id).join(', ') || 'none';
  throw new Error(
    apiId === undefined
      ? `the template has ${apis.length} REST APIs; ${apis.length === 0 ? 'look at one that has' : `name one with --api: ${names}`}`
      : `the template has no REST API ${apiId}; it has ${names}`,
  );
}

/** The path of a resource, by its logical id; the root where there is none. */
function pathsOf(resources: readonly Entry[]): (id: string | undefined) => string {
  const parts = new Map(resources.map(([id, { Properties }]) => [id, Properties ?? {}]));
  const pathOf = (id: string | undefined): string => {
    const part = id === undefined ? undefined : parts.get(id);
    return part ? `${pathOf(refOf(part.ParentId))}/${part.PathPart as string}` : '';
  };
  return (id) => pathOf(id) || '/';
}

function operation(name: string, method: Properties, schemes: readonly string[], integrations: boolean): Operation {
  const declared = Object.entries((method.RequestParameters ?? {}) as Record<string, boolean>).map(
    ([parameter, required]): Parameter => {
      const [, , place, ...rest] = parameter.split('.');
      const where = place === 'querystring' ? 'query' : (place as 'path' | 'header');
      return { name: rest.join('.'), in: where, required, schema: { type: 'string' } };
    },
  );
  // A parameter of the path is one even where the method does not say so.
  const inPath = [...name.matchAll(/\{([^}]+)\}/g)].map(([, each]): Parameter => ({
    name: each,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...declared.filter((each) => each.in !== 'path')];
  const model = refOf((method.RequestModels as Properties | undefined)?.['application/json']);
  const statuses = ((method.MethodResponses ?? []) as Properties[]).map(({ StatusCode }) => String(StatusCode));
  return {
    operationId: name.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string = '') => next.toUpperCase()),
    ...(parameters.length > 0 && { parameters }),
    ...(model !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${model}` } } },
      },
    }),
    responses: Object.fromEntries(
      (statuses.length > 0 ? statuses : ['default']).map((status) => [status, { description: said(status) }]),
    ),
    ...(schemes.length > 0 && { security: [requirement(schemes, method)] }),
    ...(integrations && { 'x-amazon-apigateway-integration': integrationOf(method.Integration as Properties) }),
  };
}

const said = (status: string): string =>
  status === 'default' ? 'whatever the back end answers' : Number(status) < 400 ? 'done' : 'a problem (RFC 9457)';

/** As the extension has it: names begin small, and some are spelt otherwise. */
function integrationOf(integration: Properties): Properties {
  const renamed: Readonly<Record<string, string>> = { IntegrationHttpMethod: 'httpMethod' };
  const entries = Object.entries(integration).map(([name, value]): [string, unknown] => {
    if (name === 'Type') return ['type', (value as string).toLowerCase()];
    if (name === 'IntegrationResponses') return ['responses', responsesOf(value as Properties[])];
    if (name === 'PassthroughBehavior') return ['passthroughBehavior', (value as string).toLowerCase()];
    return [renamed[name] ?? small(name), value];
  });
  return Object.fromEntries(entries);
}

const responsesOf = (responses: readonly Properties[]): Record<string, unknown> =>
  Object.fromEntries(
    responses.map(({ SelectionPattern, ...rest }) => [
      (SelectionPattern as string | undefined) ?? 'default',
      Object.fromEntries(Object.entries(rest).map(([name, value]) => [small(name), value])),
    ]),
  );

/** All that a caller has to show at once; scopes are of tokens, not of keys. */
const requirement = (schemes: readonly string[], { AuthorizationScopes: scopes = [] }: Properties) =>
  Object.fromEntries(schemes.map((each) => [each, each === apiKey ? [] : (scopes as string[])]));

const apiKey = 'api_key';

/** How callers of a method show who they are: none, a key, a signature, what an authoriser looks at, or several of them. */
function schemesOf(
  name: string,
  { ApiKeyRequired: keyed, AuthorizationType: kind, AuthorizerId: id }: Properties,
  { Resources }: Template,
  integrations: boolean,
): Record<string, object> {
  const key = { type: 'apiKey', in: 'header' };
  const keys: Record<string, object> = keyed ? { [apiKey]: { ...key, name: 'x-api-key' } } : {};
  if (kind === 'AWS_IAM')
    return { ...keys, sigv4: { ...key, name: 'Authorization', 'x-amazon-apigateway-authtype': 'awsSigv4' } };
  if (id === undefined) return keys;
  const authoriser = refOf(id) ?? '';
  const properties = Resources[authoriser]?.Properties;
  if (!properties)
    throw new Error(
      `the authoriser of ${name} is not in the template, so that the document would leave it open; export what is deployed with --deployed`,
    );
  return { ...keys, [authoriser]: authoriserScheme(properties, integrations) };
}

/** API Gateway's models name their dialect; OpenAPI has its own. */
const plainSchema = ({ $schema: _, ...schema }: { readonly $schema?: string }): object => schema;
const small = (name: string): string => name[0].toLowerCase() + name.slice(1);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const refOf = (value: unknown): string | undefined => (value as { readonly Ref?: string } | undefined)?.Ref;
