"""What stands behind a method of a REST API: functions, constant answers, other web servers."""

import json
import re
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass

import requests
from moto.apigateway.models import Integration, RestAPI, Stage
from moto.awslambda.exceptions import UnknownFunctionException

from runtime import asynchronous, functions

from . import gateway_errors, rest_event
from .answers import Answer, Malformed, of_function
from .gateway_errors import GatewayError
from .incoming import Incoming

LONGEST_MILLISECONDS = 29_000
_waiting = ThreadPoolExecutor(max_workers=128, thread_name_prefix='integration')


@dataclass
class Call:
    """One call on its way to what stands behind the method."""

    api: RestAPI
    stage: Stage
    integration: Integration
    request: Incoming
    event: dict
    known: dict
    method_arn: str
    binary_types: list[str]


def run(call: Call) -> Answer:
    """The integration's answer; raises GatewayError where it gives none."""
    kind = call.integration.integration_type
    if kind == 'MOCK':
        return _mock(call)
    if kind == 'AWS_PROXY':
        return _function(call)
    if kind == 'HTTP_PROXY':
        return _forward(call)
    raise GatewayError(
        'API_CONFIGURATION_ERROR',
        f'integrations of type {kind} do not run here: use AWS_PROXY with a function, HTTP_PROXY or MOCK',
        why=f'integration type {kind}',
    )


def _with_variables(text: str, stage: Stage) -> str:
    return re.sub(r'\$\{stageVariables\.([\w]+)\}', lambda found: str(stage.variables.get(found[1], '')), text)


def _mock(call: Call) -> Answer:
    """A constant: the status stands in the request template, the rest in the response of that status."""
    template = (call.integration.request_templates or {}).get('application/json') or ''
    status = re.search(r'statusCode["\']?\s*:\s*(\d+)', template)
    if not status:
        raise GatewayError(
            'API_CONFIGURATION_ERROR', why='a MOCK integration needs a request template with a statusCode'
        )
    every = call.integration.integration_responses or {}
    named = next(
        (each for each in every.values() if each.selection_pattern and re.fullmatch(each.selection_pattern, status[1])),
        None,
    )
    chosen = (
        named or every.get(status[1]) or next((each for each in every.values() if not each.selection_pattern), None)
    )
    if not chosen:
        raise GatewayError('API_CONFIGURATION_ERROR', why=f'no integration response for {status[1]}')
    answer = Answer(int(chosen.status_code), [('Content-Type', 'application/json')])
    for name, value in (chosen.response_parameters or {}).items():
        answer.set(name.removeprefix('method.response.header.'), gateway_errors.mapped(value, call.known))
    body = (chosen.response_templates or {}).get('application/json') or ''
    answer.body = gateway_errors.fill(body, call.known).encode()
    return answer


def _function(call: Call) -> Answer:
    arn = re.search(r'functions/(arn:[^/]+)/invocations', _with_variables(call.integration.uri or '', call.stage))
    if not arn:
        raise GatewayError('API_CONFIGURATION_ERROR', why=f'{call.integration.uri} names no function')
    where = {'account': call.api.account_id, 'region': call.api.region_name}
    if not call.integration.credentials and not functions.permits(
        arn[1], 'apigateway.amazonaws.com', call.method_arn, **where
    ):
        raise GatewayError(
            'API_CONFIGURATION_ERROR',
            why=f'Invalid permissions on Lambda function: {arn[1]} does not let {call.method_arn} invoke it',
        )
    text = json.dumps(call.event)
    if _is_asynchronous(call):
        asynchronous.submit(arn[1], text, **where)
        return Answer(200)
    outcome = wait_for_function(arn[1], text, _seconds(call.integration), **where)
    call.known['integration'] = {'requestId': outcome.request_id, 'status': 200}
    if outcome.failed:
        raise GatewayError('DEFAULT_5XX', why=f'Lambda execution failed: {outcome.payload}')
    accept = call.request.header('accept') or ''
    try:
        answer = of_function(outcome.payload, lambda _: rest_event.is_binary(accept.split(',')[0], call.binary_types))
    except Malformed as error:
        raise GatewayError('DEFAULT_5XX', why=str(error)) from error
    answer.add_missing('Content-Type', 'application/json')
    return answer


def _is_asynchronous(call: Call) -> bool:
    wanted = (call.integration.request_parameters or {}).get('integration.request.header.X-Amz-Invocation-Type')
    return wanted is not None and gateway_errors.mapped(wanted, call.known) == 'Event'


def _seconds(integration: Integration) -> float:
    return min(int(integration.timeout_in_millis or LONGEST_MILLISECONDS), LONGEST_MILLISECONDS) / 1000


def wait_for_function(arn: str, text: str, seconds: float, *, account: str, region: str) -> functions.Outcome:
    """A function's outcome within the time a gateway waits; the function itself goes on, as on AWS."""
    waiting = _waiting.submit(functions.invoke, arn, text, account=account, region=region)
    try:
        return waiting.result(seconds)
    except TimeoutError as late:
        raise GatewayError('INTEGRATION_TIMEOUT') from late
    except functions.Throttled as throttled:
        raise GatewayError('API_CONFIGURATION_ERROR', why='Lambda: Rate Exceeded.') from throttled
    except UnknownFunctionException as unknown:
        raise GatewayError('API_CONFIGURATION_ERROR', why=str(unknown)) from unknown


def _forward(call: Call) -> Answer:
    uri = _with_variables(call.integration.uri or '', call.stage)
    for name, value in (call.event['pathParameters'] or {}).items():
        uri = uri.replace('{' + name + '}', value)
    kept = [
        (name, value)
        for name, value in call.request.headers
        if name.lower() not in ('host', 'connection', 'content-length')
    ]
    try:
        got = requests.request(
            call.request.method if call.integration.http_method in (None, 'ANY') else call.integration.http_method,
            uri + (f'?{call.request.raw_query}' if call.request.raw_query else ''),
            headers=dict(kept),
            data=call.request.body,
            timeout=_seconds(call.integration),
            allow_redirects=False,
        )
    except requests.Timeout as late:
        raise GatewayError('INTEGRATION_TIMEOUT') from late
    except requests.RequestException as error:
        raise GatewayError('INTEGRATION_FAILURE', why=str(error)) from error
    dropped = ('content-encoding', 'transfer-encoding', 'connection', 'content-length')
    return Answer(
        got.status_code,
        [(name, value) for name, value in got.headers.items() if name.lower() not in dropped],
        got.content,
    )
