"""Checks a request against what its method asks for: parameters that must be there, and a model of the body."""

import json

import jsonschema
from moto.apigateway.models import Method

from .gateway_errors import GatewayError
from .incoming import Incoming
from .rest_deployment import Deployed


def validate(deployed: Deployed, method: Method, request: Incoming, path_parameters: dict[str, str]):
    """Raises GatewayError where the request lacks something the method's validator looks at."""
    validator = deployed.validators.get(method.request_validator_id) if method.request_validator_id else None
    if not validator:
        return
    if validator.validate_request_parameters:
        _parameters(method, request, path_parameters)
    if validator.validate_request_body:
        _body(deployed, method, request)


def _parameters(method: Method, request: Incoming, path_parameters: dict[str, str]):
    missing = []
    for name, required in (method.request_parameters or {}).items():
        if str(required).lower() != 'true':
            continue
        _, _, kind, key = name.split('.', 3)
        there = {
            'querystring': lambda key=key: bool(request.multi_query.get(key, [''])[-1]),
            'header': lambda key=key: bool(request.header(key)),
            'path': lambda key=key: key in path_parameters,
        }[kind]
        if not there():
            missing.append(key)
    if missing:
        raise GatewayError('BAD_REQUEST_PARAMETERS', f'Missing required request parameters: [{", ".join(missing)}]')


def _body(deployed: Deployed, method: Method, request: Incoming):
    models = method.request_models or {}
    content_type = (request.header('content-type') or 'application/json').split(';')[0].strip().lower()
    name = models.get(content_type) or models.get('$default')
    schema = deployed.schemas.get(name) if name and name != 'Empty' else None
    if not schema:
        return
    try:
        body = json.loads(request.body or b'null')
    except ValueError as error:
        raise GatewayError('BAD_REQUEST_BODY', validation=f'Can not parse content as JSON: {error}') from error
    document = json.loads(schema)
    kind = jsonschema.Draft4Validator
    faults = [fault.message for fault in kind(document, resolver=_references(deployed, document)).iter_errors(body)]
    if faults:
        raise GatewayError('BAD_REQUEST_BODY', validation=f'[{", ".join(sorted(faults))}]')


def _references(deployed: Deployed, document: dict):
    """Models refer to each other by https://apigateway.amazonaws.com/restapis/<id>/models/<name>."""
    resolver = jsonschema.RefResolver('', document)
    resolver.resolve_remote = lambda uri: json.loads(deployed.schemas[uri.rstrip('/').rsplit('/', 1)[1]])
    return resolver
