"""HTTP APIs of API Gateway (v2): routes, functions in either payload format, JWT and Lambda authorizers, CORS."""

import json
import re
from urllib.parse import unquote

import requests
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, Route, Stage, apigatewayv2_backends
from moto.core import DEFAULT_ACCOUNT_ID

from runtime import functions
from runtime.functions import complain

from . import http_authorizers, payload_two, rate_limits, web_sockets
from .answers import Answer, Malformed, json_answer, of_function
from .gateway_errors import GatewayError
from .incoming import Incoming
from .integrations import wait_for_function

_SECONDS = 30


def find(api_id: str) -> tuple[ApiGatewayV2Backend, Api] | None:
    for backend in list(apigatewayv2_backends[DEFAULT_ACCOUNT_ID].values()):
        if api_id in backend.apis:
            return backend, backend.apis[api_id]
    return None


def answer(backend: ApiGatewayV2Backend, api: Api, request: Incoming) -> Answer:
    if api.protocol_type != 'HTTP':
        managed = web_sockets.manage(request.raw_path, request.method, request.body)
        return managed or json_answer(403, {'message': 'Forbidden'})
    if str(api.disable_execute_api_endpoint).lower() == 'true':
        return json_answer(403, {'message': 'Forbidden'})
    stage, path = _stage(api, request)
    if not stage:
        return json_answer(404, {'message': 'Not Found'})
    cors = api.cors_configuration
    if cors and request.method == 'OPTIONS' and request.header('origin'):
        return _preflight(cors, request)
    given = _routed(backend, api, stage, path, request)
    if cors and request.header('origin'):
        _allow(cors, request, given)
    return given


def _stage(api: Api, request: Incoming) -> tuple[Stage | None, str]:
    """A named stage is the first part of the path; $default has none."""
    path = payload_two.decoded_path(request)
    name, _, rest = path.removeprefix('/').partition('/')
    if name in api.stages:
        return api.stages[name], '/' + rest
    return api.stages.get('$default'), path


def _routed(backend, api: Api, stage: Stage, path: str, request: Incoming) -> Answer:
    found = _find_route(api, request.method, path)
    if not found:
        return json_answer(404, {'message': 'Not Found'})
    route, parameters = found
    settings = {**(stage.default_route_settings or {}), **((stage.route_settings or {}).get(route.route_key) or {})}
    if not rate_limits.passes(
        ('http', api.api_id, stage.name, route.route_key),
        settings.get('throttlingRateLimit'),
        settings.get('throttlingBurstLimit'),
    ):
        return json_answer(429, {'message': 'Too Many Requests'})
    full = path if stage.name == '$default' else f'/{stage.name}{path}'
    event = payload_two.event(request, full, route.route_key, stage.name, backend.account_id, api.api_id)
    if parameters:
        event['pathParameters'] = parameters
    if stage.stage_variables:
        event['stageVariables'] = stage.stage_variables
    refused = http_authorizers.refusal(api, route, event, request, backend.region_name)
    return refused or _integrated(backend, api, stage, route, event, request)


def _find_route(api: Api, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The most specific: more fixed parts first, a named method before ANY, $default last."""
    candidates = []
    for route in api.routes.values():
        if route.route_key == '$default':
            candidates.append(((9,), route, {}))
            continue
        verb, _, pattern = route.route_key.partition(' ')
        if verb not in (method, 'ANY'):
            continue
        text = re.sub(r'\\\{(\w+)\\\+\\\}', r'(?P<\1>.+)', re.escape(pattern))
        text = re.sub(r'\\\{(\w+)\\\}', r'(?P<\1>[^/]+)', text)
        fits = re.fullmatch(text, path) or re.fullmatch(text, path.rstrip('/') or '/')
        if fits:
            rank = tuple(2 if part.endswith('+}') else 1 if part.startswith('{') else 0 for part in pattern.split('/'))
            candidates.append(
                ((0, rank, verb == 'ANY'), route, {name: unquote(value) for name, value in fits.groupdict().items()})
            )
    best = min(candidates, key=lambda each: each[0], default=None)
    return (best[1], best[2]) if best else None


def _integrated(backend, api: Api, stage: Stage, route: Route, event: dict, request: Incoming) -> Answer:
    integration = api.integrations.get((route.target or '').removeprefix('integrations/'))
    if not integration:
        return json_answer(500, {'message': 'Internal Server Error'})
    if integration.integration_type == 'HTTP_PROXY':
        return _forward(integration, event, request)
    if integration.integration_type != 'AWS_PROXY' or integration.integration_subtype:
        kind = integration.integration_subtype or integration.integration_type
        return json_answer(
            501,
            {'message': f'integrations of type {kind} do not run here: use AWS_PROXY with a function or HTTP_PROXY'},
        )
    found = re.search(r'(?:functions/)?(arn:aws[^:]*:lambda:[^/]+)', integration.integration_uri)
    source = f'arn:aws:execute-api:{backend.region_name}:{backend.account_id}:{api.api_id}/{stage.name}/{_policy_path(route)}'
    where = {'account': backend.account_id, 'region': backend.region_name}
    if not integration.credentials_arn and not functions.permits(found[1], 'apigateway.amazonaws.com', source, **where):
        complain(f'HTTP API {api.name}: {found[1]} does not let {source} invoke it')
        return json_answer(500, {'message': 'Internal Server Error'})
    two = integration.payload_format_version != '1.0'
    text = json.dumps(event if two else _format_one(event, request, route))
    try:
        outcome = wait_for_function(found[1], text, min(integration.timeout_in_millis / 1000, _SECONDS), **where)
        if outcome.failed:
            raise Malformed(outcome.payload)
        return payload_two.answer(outcome.payload) if two else of_function(outcome.payload, lambda _: True)
    except GatewayError as error:
        status = 504 if error.kind == 'INTEGRATION_TIMEOUT' else 500
        return json_answer(status, {'message': 'Service Unavailable' if status == 504 else 'Internal Server Error'})
    except Malformed as error:
        complain(f'HTTP API {api.name}: {error}')
        return json_answer(500, {'message': 'Internal Server Error'})


def _policy_path(route: Route) -> str:
    if route.route_key == '$default':
        return '$default'
    verb, _, path = route.route_key.partition(' ')
    return f'{"*" if verb == "ANY" else verb}{path}'


def _format_one(event: dict, request: Incoming, route: Route) -> dict:
    context = event['requestContext']
    return {
        'version': '1.0',
        'resource': route.route_key.partition(' ')[2] or '$default',
        'path': event['rawPath'],
        'httpMethod': request.method,
        'headers': {name: values[-1] for name, values in request.multi_headers.items()},
        'multiValueHeaders': request.multi_headers,
        'queryStringParameters': {name: values[-1] for name, values in request.multi_query.items()} or None,
        'multiValueQueryStringParameters': request.multi_query or None,
        'pathParameters': event.get('pathParameters'),
        'stageVariables': event.get('stageVariables'),
        'requestContext': {
            **{
                name: context[name]
                for name in ('accountId', 'apiId', 'domainName', 'domainPrefix', 'requestId', 'stage')
            },
            'httpMethod': request.method,
            'path': event['rawPath'],
            'protocol': 'HTTP/1.1',
            'identity': {'sourceIp': request.source_ip, 'userAgent': request.header('user-agent')},
            'requestTime': context['time'],
            'requestTimeEpoch': context['timeEpoch'],
            'resourcePath': route.route_key.partition(' ')[2] or '$default',
            **({'authorizer': context['authorizer'].get('jwt', context['authorizer'])} if 'authorizer' in context else {}),
        },
        'body': event.get('body'),
        'isBase64Encoded': event['isBase64Encoded'],
    }


def _forward(integration, event: dict, request: Incoming) -> Answer:
    uri = integration.integration_uri
    for name, value in event.get('pathParameters', {}).items():
        uri = uri.replace('{' + name + '}', value)
    try:
        got = requests.request(
            request.method,
            uri + (f'?{request.raw_query}' if request.raw_query else ''),
            headers={
                name: value
                for name, value in request.headers
                if name.lower() not in ('host', 'connection', 'content-length')
            },
            data=request.body,
            timeout=integration.timeout_in_millis / 1000,
            allow_redirects=False,
        )
    except requests.RequestException:
        return json_answer(503, {'message': 'Service Unavailable'})
    dropped = ('content-encoding', 'transfer-encoding', 'connection', 'content-length')
    return Answer(
        got.status_code,
        [(name, value) for name, value in got.headers.items() if name.lower() not in dropped],
        got.content,
    )


def _setting(cors: dict, name: str):
    return cors.get(name) or cors.get(name[0].upper() + name[1:])


def _origin_allowed(cors: dict, origin: str) -> bool:
    allowed = _setting(cors, 'allowOrigins') or []
    return (
        '*' in allowed
        or origin in allowed
        or any(each.endswith('*') and origin.startswith(each[:-1]) for each in allowed)
    )


def _preflight(cors: dict, request: Incoming) -> Answer:
    given = Answer(204)
    _allow(cors, request, given)
    if given.header('access-control-allow-origin'):
        for name, header in (
            ('allowMethods', 'Access-Control-Allow-Methods'),
            ('allowHeaders', 'Access-Control-Allow-Headers'),
        ):
            if _setting(cors, name):
                given.set(
                    header,
                    ','.join(_setting(cors, name)).lower()
                    if name == 'allowHeaders'
                    else ','.join(_setting(cors, name)),
                )
        if _setting(cors, 'maxAge'):
            given.set('Access-Control-Max-Age', str(_setting(cors, 'maxAge')))
    return given


def _allow(cors: dict, request: Incoming, given: Answer):
    origin = request.header('origin')
    if not _origin_allowed(cors, origin):
        return
    given.set('Access-Control-Allow-Origin', '*' if '*' in (_setting(cors, 'allowOrigins') or []) else origin)
    if _setting(cors, 'allowCredentials'):
        given.set('Access-Control-Allow-Credentials', 'true')
    if _setting(cors, 'exposeHeaders'):
        given.set('Access-Control-Expose-Headers', ','.join(_setting(cors, 'exposeHeaders')))
