"""moto takes paths and integrations of an API that is imported, and leaves out who may call and what is asked for."""

import json

from moto.apigateway.models import APIGatewayBackend, RestAPI

_PLACES = {'query': 'querystring', 'header': 'header', 'path': 'path'}
_SCHEMAS = '#/components/schemas/'


def install():
    original = APIGatewayBackend.put_rest_api
    original_integration = APIGatewayBackend._build_integration_args

    def put_rest_api(self, function_id, api_doc, fail_on_warnings, mode='merge'):
        api = original(self, function_id, api_doc, fail_on_warnings, mode)
        _complete(api, api_doc)
        return api

    def _build_integration_args(self, integration):
        # Documents write aws_proxy, and so does SAM; the API itself writes AWS_PROXY.
        given = original_integration(self, integration)
        return {**given, 'integration_type': (given['integration_type'] or '').upper() or None}

    APIGatewayBackend.put_rest_api = put_rest_api
    APIGatewayBackend._build_integration_args = _build_integration_args


def _complete(api: RestAPI, document: dict):
    parts = document.get('components') or {}
    for name, schema in (parts.get('schemas') or {}).items():
        api.add_model(name=name, description='', schema=json.dumps(schema), content_type='application/json')
    validators = {
        name: api.create_request_validator(
            name, given.get('validateRequestBody', False), given.get('validateRequestParameters', False)
        ).id
        for name, given in (document.get('x-amazon-apigateway-request-validators') or {}).items()
    }
    keys = {name for name, scheme in (parts.get('securitySchemes') or {}).items() if _is_key(scheme)}
    whole = document.get('x-amazon-apigateway-request-validator')
    for path, operations in document['paths'].items():
        resource = api.get_resource_for_path(path)
        for verb, operation in operations.items():
            method = resource.resource_methods[verb.upper()]
            asked = operation.get('security', document.get('security') or [])
            method.api_key_required = any(keys & set(each) for each in asked)
            method.request_validator_id = validators.get(operation.get('x-amazon-apigateway-request-validator', whole))
            method.request_models = _models(operation)
            method.request_parameters = {
                f'method.request.{_PLACES[each["in"]]}.{each["name"]}': each.get('required', False)
                for each in operation.get('parameters', [])
                if each.get('in') in _PLACES
            }


def _is_key(scheme: dict) -> bool:
    """Whoever an authoriser looks at is written in the same way, with a word of API Gateway's beside it."""
    return scheme.get('type') == 'apiKey' and 'x-amazon-apigateway-authtype' not in scheme


def _models(operation: dict) -> dict[str, str]:
    content = (operation.get('requestBody') or {}).get('content') or {}
    referred = {kind: each.get('schema', {}).get('$ref', '') for kind, each in content.items()}
    return {kind: ref.removeprefix(_SCHEMAS) for kind, ref in referred.items() if ref.startswith(_SCHEMAS)}
