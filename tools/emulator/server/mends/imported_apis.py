"""moto takes paths and integrations of an API that is imported, and leaves out who may call, what is asked for, and what holds for the whole API."""

import json

from moto.apigateway.models import APIGatewayBackend, Method, RestAPI
from moto.apigateway.utils import ApigwAuthorizerIdentifier

_PLACES = {'query': 'querystring', 'header': 'header', 'path': 'path'}
ANY = 'x-amazon-apigateway-any-method'
_SCHEMAS = '#/components/schemas/'


def install():
    original = APIGatewayBackend.put_rest_api
    original_integration = APIGatewayBackend._build_integration_args

    def put_rest_api(self, function_id, api_doc, fail_on_warnings, mode='merge'):
        document = {**api_doc, 'paths': {path: _verbs(each) for path, each in api_doc['paths'].items()}}
        api = original(self, function_id, document, fail_on_warnings, mode)
        _complete(api, document, anew=mode == 'overwrite')
        return api

    def _build_integration_args(self, integration):
        # Documents write aws_proxy, and so does SAM; the API itself writes AWS_PROXY.
        given = original_integration(self, integration)
        return {**given, 'integration_type': (given['integration_type'] or '').upper() or None}

    APIGatewayBackend.put_rest_api = put_rest_api
    APIGatewayBackend._build_integration_args = _build_integration_args


def schemes_of(document: dict) -> dict[str, dict]:
    """The ways to come in that a document knows, by their names."""
    return (document.get('components') or {}).get('securitySchemes') or {}


def asked_of(document: dict, operation: dict) -> list[tuple[str, list[str]]]:
    """Which schemes are asked of whoever calls, each with its scopes; what an operation says stands for what the document says."""
    return [pair for each in operation.get('security', document.get('security') or []) for pair in each.items()]


def own_type(operation: dict) -> str:
    """What an operation says of itself in API Gateway's own words, of no scheme; empty where it says nothing."""
    return (operation.get('x-amazon-apigateway-auth') or {}).get('type', '').upper()


def is_signed(scheme: dict) -> bool:
    return scheme.get('x-amazon-apigateway-authtype', '').lower() == 'awssigv4'


def _verbs(operations: dict) -> dict:
    return {'any' if verb == ANY else verb: operation for verb, operation in operations.items()}


def _complete(api: RestAPI, document: dict, anew: bool):
    parts = document.get('components') or {}
    for name, schema in (parts.get('schemas') or {}).items():
        api.add_model(name=name, description='', schema=json.dumps(schema), content_type='application/json')
    validators = {
        name: api.create_request_validator(
            name, given.get('validateRequestBody', False), given.get('validateRequestParameters', False)
        ).id
        for name, given in (document.get('x-amazon-apigateway-request-validators') or {}).items()
    }
    _settings(api, document)
    schemes = schemes_of(document)
    authorizers = _authorizers(api, schemes, anew)
    whole = document.get('x-amazon-apigateway-request-validator')
    for path, operations in document['paths'].items():
        resource = api.get_resource_for_path(path)
        for verb, operation in operations.items():
            method = resource.resource_methods[verb.upper()]
            for name, scopes in asked_of(document, operation):
                _ask(method, schemes.get(name) or {}, authorizers.get(name), scopes)
            method.authorization_type = own_type(operation) or method.authorization_type
            method.request_validator_id = validators.get(operation.get('x-amazon-apigateway-request-validator', whole))
            method.request_models = _models(operation)
            method.request_parameters = {
                f'method.request.{_PLACES[each["in"]]}.{each["name"]}': each.get('required', False)
                for each in operation.get('parameters', [])
                if each.get('in') in _PLACES
            }


def _settings(api: RestAPI, document: dict):
    """What a document says of the whole API."""
    policy = document.get('x-amazon-apigateway-policy')
    api.policy = json.dumps(policy) if policy else api.policy
    api.binaryMediaTypes = document.get('x-amazon-apigateway-binary-media-types', api.binaryMediaTypes)
    api.api_key_source = document.get('x-amazon-apigateway-api-key-source', api.api_key_source)
    for kind, given in (document.get('x-amazon-apigateway-gateway-responses') or {}).items():
        api.put_gateway_response(
            kind, given.get('statusCode'), given.get('responseParameters') or {}, given.get('responseTemplates') or {}
        )


def _authorizers(api: RestAPI, schemes: dict, anew: bool) -> dict:
    """Makes the authorizers of a document, by the names of their schemes. One that was there keeps its id, which policies of functions name."""
    known = {each.name: each.id for each in api.authorizers.values()}
    if anew:
        api.authorizers.clear()
    made = {}
    for name, scheme in schemes.items():
        given = scheme.get('x-amazon-apigateway-authorizer')
        if not given:
            continue
        header = f'method.request.header.{scheme.get("name", "Authorization")}'
        kind = given['type'].upper()
        made[name] = api.create_authorizer(
            known.get(name) or ApigwAuthorizerIdentifier(api.account_id, api.region_name, name).generate(),
            name,
            kind,
            provider_arns=given.get('providerARNs'),
            auth_type=scheme.get('x-amazon-apigateway-authtype'),
            authorizer_uri=given.get('authorizerUri'),
            authorizer_credentials=given.get('authorizerCredentials'),
            identity_source=given.get('identitySource') or (None if kind == 'REQUEST' else header),
            identiy_validation_expression=given.get('identityValidationExpression'),
            authorizer_result_ttl=given.get('authorizerResultTtlInSeconds'),
        )
    return made


def _ask(method: Method, scheme: dict, authorizer, scopes: list[str]):
    """One thing that a document asks of whoever calls. A scheme that API Gateway knows nothing of asks for nothing."""
    if authorizer:
        method.authorization_type = 'COGNITO_USER_POOLS' if authorizer.type == 'COGNITO_USER_POOLS' else 'CUSTOM'
        method.authorizer_id = authorizer.id
        method.authorization_scopes = scopes
    elif is_signed(scheme):
        method.authorization_type = 'AWS_IAM'
    elif scheme.get('type') == 'apiKey' and 'x-amazon-apigateway-authtype' not in scheme:
        method.api_key_required = True


def _models(operation: dict) -> dict[str, str]:
    content = (operation.get('requestBody') or {}).get('content') or {}
    referred = {kind: each.get('schema', {}).get('$ref', '') for kind, each in content.items()}
    return {kind: ref.removeprefix(_SCHEMAS) for kind, ref in referred.items() if ref.startswith(_SCHEMAS)}
