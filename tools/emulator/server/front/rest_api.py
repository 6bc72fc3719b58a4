"""REST APIs of API Gateway: one request from the host name to the answer, in the order API Gateway decides."""

import copy
import random
import time

from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage, apigateway_backends
from moto.core import DEFAULT_ACCOUNT_ID

from runtime import policies
from runtime.functions import complain

from . import access_log, authorizers, gateway_errors, integrations, rate_limits, rest_event, web_firewall
from .answers import Answer, json_answer
from .gateway_errors import GatewayError
from .incoming import Incoming
from .request_validation import validate
from .rest_deployment import Deployed

LARGEST_REQUEST = 10 * 1024 * 1024


def find(api_id: str) -> tuple[APIGatewayBackend, RestAPI] | None:
    for backend in list(apigateway_backends[DEFAULT_ACCOUNT_ID].values()):
        if api_id in backend.apis:
            return backend, backend.apis[api_id]
    return None


def answer(backend: APIGatewayBackend, api: RestAPI, request: Incoming) -> Answer:
    """The whole way of one request."""
    began = time.monotonic()
    _, name, *rest = request.raw_path.split('/', 2)
    path = '/' + (rest[0] if rest else '')
    found = api.stages.get(name)
    stage = _canary(found) if found else None
    deployment = api.deployments.get(stage.deployment_id) if stage else None
    if not stage or not deployment or api.disableExecuteApiEndpoint:
        return json_answer(403, {'message': 'Forbidden'}, x_amzn_ErrorType='ForbiddenException')
    deployed: Deployed = getattr(deployment, 'snapshot', None) or Deployed.of(api)
    known = rest_event.context(api, stage, request, path)
    try:
        given = _firewall(api, stage, request) or _served(backend, api, stage, deployed, request, path, known)
    except GatewayError as error:
        if error.why:
            complain(f'API {api.name}: {request.method} {path}: {error.why}')
        known['error'] = {'responseType': error.kind, 'message': str(error)}
        given = gateway_errors.answer(error, deployed.responses, known)
    given.set('x-amzn-RequestId', known['requestId'])
    given.set('x-amz-apigw-id', known['extendedRequestId'])
    access_log.write(api, stage, known, given, time.monotonic() - began)
    return given


def _firewall(api: RestAPI, stage: Stage, request: Incoming) -> Answer | None:
    """The answer a web ACL has for what it blocks comes before the gateway response of the API."""
    acl = web_firewall.before(f'arn:aws:apigateway:{api.region_name}::/restapis/{api.id}/stages/{stage.name}')
    blocked = web_firewall.block(acl, request, web_firewall.STAGE_BODY) if acl else None
    if blocked and not blocked.answer:
        raise GatewayError('WAF_FILTERED')
    return blocked.answer if blocked else None


def _canary(stage: Stage) -> Stage:
    """The stage itself, or for its canary's share of the calls the same with the canary's deployment and variables."""
    settings = getattr(stage, 'canary', None)
    if not settings or random.uniform(0, 100) >= float(settings.get('percentTraffic') or 0):
        return stage
    tried = copy.copy(stage)
    tried.deployment_id = settings.get('deploymentId') or stage.deployment_id
    tried.variables = {**stage.variables, **(settings.get('stageVariableOverrides') or {})}
    return tried


def _served(
    backend, api: RestAPI, stage: Stage, deployed: Deployed, request: Incoming, path: str, known: dict
) -> Answer:
    found = deployed.find(path, request.method)
    if not found:
        raise GatewayError('MISSING_AUTHENTICATION_TOKEN')
    route, method, parameters = found
    known.update(resourcePath=route.path, resourceId=route.resource_id)
    arn = authorizers.method_arn(api, known, request.method)
    _resource_policy(api, request, arn)
    if len(request.body) > LARGEST_REQUEST:
        raise GatewayError('REQUEST_TOO_LARGE')
    event = rest_event.proxy(request, path, route, parameters, stage, known, deployed.binary_types)
    caller = authorizers.authorize(api, deployed.authorizers, method, request, event, known)
    if caller:
        known['authorizer'] = caller
    if method.api_key_required:
        _client(backend, api, stage, request, known, route.path)
    _stage_limits(api, stage, route.path, request.method)
    validate(deployed, method, request, parameters)
    if not method.method_integration:
        raise GatewayError('API_CONFIGURATION_ERROR', why='the method has no integration')
    event = rest_event.proxy(request, path, route, parameters, stage, known, deployed.binary_types)
    call = integrations.Call(
        api,
        stage,
        method.method_integration,
        request,
        event,
        known,
        _policy_arn(api, stage, method, route),
        deployed.binary_types,
    )
    began = time.monotonic()
    try:
        return integrations.run(call)
    finally:
        known['integrationLatency'] = int((time.monotonic() - began) * 1000)


def _policy_arn(api: RestAPI, stage: Stage, method, route) -> str:
    """As function policies name a method: with the resource's path, and a star for each parameter."""
    path = '/'.join('*' if part.startswith('{') else part for part in route.path.split('/'))
    verb = '*' if method.http_method == 'ANY' else method.http_method
    return f'arn:aws:execute-api:{api.region_name}:{api.account_id}:{api.id}/{stage.name}/{verb}{path}'


def _resource_policy(api: RestAPI, request: Incoming, arn: str):
    if not api.policy:
        return
    policy = api.policy.replace('\\"', '"') if '\\"' in api.policy else api.policy
    short = arn.replace('arn:aws:execute-api:', 'execute-api:', 1)
    context = {'aws:sourceip': request.source_ip, 'aws:securetransport': str(request.secure).lower()}
    asked = [
        (policy, {'AWS': '*'}, 'execute-api:Invoke', name, context)
        for name in (arn, 'execute-api:/' + arn.split('/', 1)[1], short)
    ]
    if any(policies.denies(*each) for each in asked) or not any(policies.allows(*each) for each in asked):
        raise GatewayError(
            'ACCESS_DENIED', f'User: anonymous is not authorized to perform: execute-api:Invoke on resource: {arn}'
        )


def _client(backend, api: RestAPI, stage: Stage, request: Incoming, known: dict, path: str):
    """The API key of a call, and the limits of its usage plan."""
    value = request.header('x-api-key')
    if api.api_key_source == 'AUTHORIZER':
        value = known.get('authorizer', {}).get('usageIdentifierKey')
    key = (
        next((each for each in backend.keys.values() if each.value == value and each.enabled), None) if value else None
    )
    for plan in backend.usage_plans.values() if key else ():
        place = next((each for each in plan.api_stages if (each['apiId'], each['stage']) == (api.id, stage.name)), None)
        if not place or key.id not in backend.usage_plan_keys.get(plan.id, {}):
            continue
        known['identity'].update(apiKey=key.value, apiKeyId=key.id)
        own = (place.get('throttle') or {}).get(f'{path}/{request.method}') or plan.throttle or {}
        if not rate_limits.passes(
            ('plan', plan.id, key.id, api.id, stage.name), own.get('rateLimit'), own.get('burstLimit')
        ):
            raise GatewayError('THROTTLED')
        if not rate_limits.within_quota((plan.id, key.id), plan.quota):
            raise GatewayError('QUOTA_EXCEEDED')
        return
    raise GatewayError('INVALID_API_KEY')


def _stage_limits(api: RestAPI, stage: Stage, path: str, verb: str):
    """The stage's throttle, or the method's own in its place."""
    name = f'{path.replace("/", "~1")}/{verb}'
    settings = stage.method_settings
    own = settings.get(name) or settings.get(name.removeprefix('~1')) or settings.get('*/*') or {}
    key = ('stage', api.id, stage.name, name if name in settings else '*/*')
    rate, burst = own.get('throttlingRateLimit'), own.get('throttlingBurstLimit')
    if rate is not None and float(rate) < 0:
        return
    if not rate_limits.passes(key, rate, burst):
        raise GatewayError('THROTTLED')
