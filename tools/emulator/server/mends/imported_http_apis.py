"""moto takes paths and integrations of an HTTP API that is imported, and leaves out who may call, any verb and the route for all else."""

import yaml
from moto.apigatewayv2.models import Api, Route

from mends.imported_apis import ANY, asked_of, is_signed, own_type, schemes_of

_SETTINGS = 'x-amazon-apigateway-authorizer'


def install():
    original = Api.import_api

    def import_api(self, body_str, fail_on_warnings):
        original(self, body_str, fail_on_warnings)
        _complete(self, yaml.safe_load(body_str))

    Api.import_api = import_api


def _complete(api: Api, document: dict):
    schemes = schemes_of(document)
    authorizers = {name: _authorizer(api, name, scheme) for name, scheme in schemes.items() if _SETTINGS in scheme}
    for integration in api.integrations.values():
        # Documents may write aws_proxy; the API itself writes AWS_PROXY.
        integration.integration_type = (integration.integration_type or '').upper()
    routes = {route.route_key: route for route in api.routes.values()}
    for path, operations in (document.get('paths') or {}).items():
        for verb, operation in operations.items():
            route = routes.get(f'{verb.upper()} {path}')
            if not route:
                continue
            if verb == ANY:
                route.route_key = '$default' if path == '/$default' else f'ANY {path}'
            for name, scopes in asked_of(document, operation):
                _ask(route, schemes.get(name) or {}, authorizers.get(name), scopes)
            route.authorization_type = own_type(operation) or route.authorization_type


def _authorizer(api: Api, name: str, scheme: dict):
    given = scheme[_SETTINGS]
    sources = given.get('identitySource') or '$request.header.Authorization'
    return api.create_authorizer(
        auth_creds_arn=given.get('authorizerCredentials'),
        auth_payload_format_version=given.get('authorizerPayloadFormatVersion'),
        auth_result_ttl=given.get('authorizerResultTtlInSeconds'),
        authorizer_type=given['type'].upper(),
        authorizer_uri=given.get('authorizerUri'),
        enable_simple_response=given.get('enableSimpleResponses'),
        identity_source=[one.strip() for one in (sources.split(',') if isinstance(sources, str) else sources)],
        identity_validation_expr=given.get('identityValidationExpression'),
        jwt_config=given.get('jwtConfiguration'),
        name=name,
    )


def _ask(route: Route, scheme: dict, authorizer, scopes: list[str]):
    if authorizer:
        route.authorization_type = 'JWT' if authorizer.authorizer_type == 'JWT' else 'CUSTOM'
        route.authorizer_id = authorizer.id
        route.authorization_scopes = scopes
    elif is_signed(scheme):
        route.authorization_type = 'AWS_IAM'
