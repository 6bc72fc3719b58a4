import type { Properties } from '../template/stack';

/** What is no member of the extension, or is written otherwise there. */
const elsewhere = ['RestApiId', 'Name', 'Type', 'AuthType', 'IdentitySource'];

/**
 * The security scheme of an authoriser of a REST API.
 *
 * @param whole with what stands behind it, from which API Gateway makes it again; ARNs are left as the template has them
 */
export function authoriserScheme(authoriser: Properties, whole: boolean): object {
  const { Type: type, AuthType: label, IdentitySource: source } = authoriser as Readonly<Record<string, string>>;
  const kind = type.toLowerCase();
  const place = placeOf(source);
  return {
    type: 'apiKey',
    ...place,
    'x-amazon-apigateway-authtype': label ?? (kind === 'cognito_user_pools' ? kind : 'custom'),
    ...(whole && {
      'x-amazon-apigateway-authorizer': {
        type: kind,
        // The others take it from the header the scheme names.
        ...(kind === 'request' && source !== undefined && { identitySource: source }),
        ...Object.fromEntries(
          Object.entries(authoriser)
            .filter(([name]) => !elsewhere.includes(name))
            .map(([name, value]) => [name[0].toLowerCase() + name.slice(1), value]),
        ),
      },
    }),
  };
}

/** Where callers put what is looked at. "Unused" is what API Gateway wants where that is not one header or parameter. */
function placeOf(source: string | undefined): { readonly in: 'header' | 'query'; readonly name: string } {
  const [, where, name] = /^method\.request\.(header|querystring)\.([^,]+)$/.exec(source ?? '') ?? [];
  return { in: where === 'querystring' ? 'query' : 'header', name: name ?? 'Unused' };
}
