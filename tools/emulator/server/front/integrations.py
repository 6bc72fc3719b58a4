"""What stands behind a method of a REST API: functions, constant answers, other web servers, services of AWS."""

import json
import re
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import requests
from moto.apigateway.models import Integration, RestAPI, Stage
from moto.awslambda.exceptions import UnknownFunctionException

from runtime import asynchronous, functions

from . import aws_actions, gateway_errors, mapped_integrations, rest_event
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
    if kind == 'HTTP':
        return _asked(call)
    return _service(call)


def _with_variables(text: str, stage: Stage) -> str:
    return re.sub(r'\$\{stageVariables\.([\w]+)\}', lambda found: str(stage.variables.get(found[1], '')), text)


def _mock(call: Call) -> Answer:
    """A constant: the status stands in the request template, the rest in the response of that status."""
    status = re.search(r'statusCode["\']?\s*:\s*(\d+)', mapped_integrations.request_text(call))
    if not status:
        raise GatewayError(
            'API_CONFIGURATION_ERROR', why='a MOCK integration needs a request template with a statusCode'
        )
    return mapped_integrations.answer(call, status[1], '', status=status[1])


def _callee(call: Call) -> tuple[str, dict[str, str]]:
    """The function's ARN and where it is; raises GatewayError where the API may not call it."""
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
    return arn[1], where


def _function(call: Call) -> Answer:
    arn, where = _callee(call)
    text = json.dumps(call.event)
    if _is_asynchronous(call):
        asynchronous.submit(arn, text, **where)
        return Answer(200)
    outcome = wait_for_function(arn, text, _seconds(call.integration), **where)
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


def _service(call: Call) -> Answer:
    """AWS: a function in the custom form, or an action of a service."""
    uri = _with_variables(call.integration.uri or '', call.stage)
    if ':lambda:path/' in uri:
        return _custom(call)
    headers = mapped_integrations.request_parameters(call, 'header')
    headers.setdefault('Content-Type', 'application/json')
    if not call.integration.credentials:
        raise GatewayError('API_CONFIGURATION_ERROR', why='an integration with a service of AWS needs credentials')
    status, body = aws_actions.send(
        _with_path(call, uri),
        call.integration.http_method or 'POST',
        headers,
        mapped_integrations.request_text(call),
        _seconds(call.integration),
    )
    call.known['integration'] = {'status': status}
    return mapped_integrations.answer(call, str(status), body)


def _custom(call: Call) -> Answer:
    """The function knows nothing of HTTP; what it throws is told from what it returns by the text of the error."""
    arn, where = _callee(call)
    text = mapped_integrations.request_text(call)
    outcome = wait_for_function(arn, text or '{}', _seconds(call.integration), **where)
    call.known['integration'] = {'requestId': outcome.request_id, 'status': 200}
    if not outcome.failed:
        return mapped_integrations.answer(call, '', outcome.payload)
    message = str((json.loads(outcome.payload) or {}).get('errorMessage') or '')
    return mapped_integrations.answer(call, message or 'unknown', outcome.payload)


def _asked(call: Call) -> Answer:
    """HTTP: another web server, asked with what the templates make."""
    query = urlencode(mapped_integrations.request_parameters(call, 'querystring'))
    body = mapped_integrations.request_text(call)
    headers = mapped_integrations.request_parameters(call, 'header')
    headers.setdefault('Content-Type', 'application/json')
    got = _send(call, query, list(headers.items()), body.encode())
    return mapped_integrations.answer(call, str(got.status), got.body.decode(errors='replace'))


def _forward(call: Call) -> Answer:
    """HTTP_PROXY: the request as it is, and the answer as it is."""
    kept = [
        (name, value)
        for name, value in call.request.headers
        if name.lower() not in ('host', 'connection', 'content-length')
    ]
    own = mapped_integrations.request_parameters(call, 'header')
    kept = [(name, value) for name, value in kept if name.lower() not in {each.lower() for each in own}]
    mapped_query = urlencode(mapped_integrations.request_parameters(call, 'querystring'))
    query = '&'.join(each for each in (call.request.raw_query, mapped_query) if each)
    got = _send(call, query, kept + list(own.items()), call.request.body)
    dropped = ('content-encoding', 'transfer-encoding', 'connection', 'content-length')
    return Answer(got.status, [(name, value) for name, value in got.headers if name.lower() not in dropped], got.body)


def _with_path(call: Call, uri: str) -> str:
    """Parameters of the path in the address, as the integration maps them or by their own names."""
    values = {**(call.event['pathParameters'] or {}), **mapped_integrations.request_parameters(call, 'path')}
    for name, value in values.items():
        uri = uri.replace('{' + name + '}', value)
    return uri


def _send(call: Call, query: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
    from . import hosts  # It leads here too.

    uri = _with_path(call, _with_variables(call.integration.uri or '', call.stage))
    wanted = call.integration.http_method
    method = call.request.method if wanted in (None, 'ANY') else wanted
    address = urlsplit(uri)
    path = address.path or '/'
    if call.integration.connection_type == 'VPC_LINK':
        path = f'/{call.stage.name}{path}'
    own = Incoming(
        method=method,
        host=address.netloc,
        raw_path=path,
        raw_query=query,
        headers=tuple([*headers, ('Host', address.netloc)]),
        body=body,
        secure=address.scheme == 'https',
        source_ip=call.request.source_ip,
    )
    waiting = _waiting.submit(hosts.inside, address.netloc, own)
    try:
        if answer := waiting.result(_seconds(call.integration)):
            return answer
        got = requests.request(
            method,
            uri + (f'?{query}' if query else ''),
            headers=dict(headers),
            data=body,
            timeout=_seconds(call.integration),
            allow_redirects=False,
        )
    except (TimeoutError, requests.Timeout) as late:
        raise GatewayError('INTEGRATION_TIMEOUT') from late
    except requests.RequestException as error:
        raise GatewayError('INTEGRATION_FAILURE', why=str(error)) from error
    return Answer(got.status_code, list(got.headers.items()), got.content)
