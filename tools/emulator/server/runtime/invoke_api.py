"""Lambda's Invoke over HTTP. moto would run a container, or where there is no engine answer with its error text."""

import base64
import json
import re
import uuid
from urllib.parse import unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from werkzeug.wrappers import Request, Response

from . import asynchronous, functions

_PATH = re.compile(r'/2015-03-31/functions/([^/]+)/invocations/?')
_REGION = re.compile(r'Credential=[^/]+/\d+/([^/]+)/lambda/')


class Refused(Exception):
    """An error in the shape Lambda gives it."""

    def __init__(self, status: int, kind: str, message: str, **more: str):
        super().__init__(message)
        self.status, self.kind = status, kind
        self.body = {'Type': 'User', 'message': message, **more}


def answer(environ, start_response):
    """The part of the application that takes invocations."""
    path = _PATH.fullmatch(environ.get('PATH_INFO', ''))
    if not path or environ['REQUEST_METHOD'] != 'POST':
        return None
    request = Request(environ)
    region = _REGION.search(request.headers.get('Authorization', ''))
    try:
        response = _invoke(request, unquote(path[1]), region[1] if region else 'us-east-1')
    except Refused as refused:
        response = _error(refused.status, refused.kind, refused.body)
    except JsonRESTError as error:
        response = _error(error.code, error.error_type, {'Type': 'User', 'Message': error.message})
    return response(environ, start_response)


def _error(status: int, kind: str, body: dict) -> Response:
    headers = {'x-amzn-ErrorType': kind, 'x-amzn-RequestId': str(uuid.uuid4())}
    return Response(json.dumps(body), status, headers, content_type='application/json')


def _invoke(request: Request, name: str, region: str) -> Response:
    kind = request.headers.get('X-Amz-Invocation-Type', 'RequestResponse')
    qualifier = request.args.get('Qualifier')
    target = functions.resolve(name, DEFAULT_ACCOUNT_ID, region, qualifier)
    if kind == 'DryRun':
        return Response(status=204)
    payload = _checked(request.get_data(), kind)
    if kind == 'Event':
        where = {'account': DEFAULT_ACCOUNT_ID, 'region': target.function.region}
        return Response('', 202, {'x-amzn-RequestId': asynchronous.submit(target.arn, payload, **where)})
    return _wait_for(request, name, region, qualifier, payload)


def _wait_for(request: Request, name: str, region: str, qualifier: str | None, payload: str) -> Response:
    context = request.headers.get('X-Amz-Client-Context')
    try:
        outcome = functions.invoke(
            name,
            payload,
            account=DEFAULT_ACCOUNT_ID,
            region=region,
            qualifier=qualifier,
            client_context=json.loads(base64.b64decode(context)) if context else None,
        )
    except functions.Throttled as throttled:
        reason = 'ReservedFunctionConcurrentInvocationLimitExceeded'
        raise Refused(429, 'TooManyRequestsException', 'Rate Exceeded.', Reason=reason) from throttled
    headers = {'x-amzn-RequestId': outcome.request_id, 'X-Amz-Executed-Version': outcome.version}
    if outcome.failed:
        headers['X-Amz-Function-Error'] = 'Unhandled'
    if request.headers.get('X-Amz-Log-Type') == 'Tail':
        headers['X-Amz-Log-Result'] = base64.b64encode(outcome.log.encode()).decode()
    return Response(outcome.payload, 200, headers, content_type='application/json')


def _checked(body: bytes, kind: str) -> str:
    limit = functions.ASYNCHRONOUS_BYTES if kind == 'Event' else functions.SYNCHRONOUS_BYTES
    if len(body) > limit:
        text = f'{len(body)} byte payload is too large for the {kind} invocation type (limit {limit} bytes)'
        raise Refused(413, 'RequestTooLargeException', text)
    text = body.decode() or '{}'
    try:
        json.loads(text)
    except ValueError as error:
        raise Refused(
            400, 'InvalidRequestContentException', f'Could not parse request body into json: {error}'
        ) from error
    return text
