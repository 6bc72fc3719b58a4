"""Which operations are answered here, and the part that answers them."""

import io
import re
import sys
import traceback
import uuid
from dataclasses import dataclass
from typing import Callable
from urllib.parse import parse_qsl

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.serialize import DefaultAttributePicker, SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import EnvironHeaders, MultiDict

from stacks.api import account_of, scope_of


@dataclass
class Call:
    """Where a call comes from."""

    account: str
    region: str
    partition: str = 'aws'

    def arn(self, service: str, resource: str) -> str:
        return f'arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}'


Handler = Callable[[Call, dict], dict | None]
_handlers: dict[str, dict[str, tuple[str, Handler]]] = {}
_paths: dict[str, list[tuple[str, re.Pattern, str]]] = {}
STATE: dict = {}


def operation(service: str, name: str):
    """The function below answers this operation of the service (named as boto3 names it)."""

    def add(function: Handler) -> Handler:
        model = get_service_model(service)
        signing = (model.signing_name or service).lower()
        _handlers.setdefault(signing, {})[name] = (service, function)
        http = model.operation_model(name).http
        path = re.sub(
            r'\\\{(\w+)(\\\+)?\\\}',
            lambda m: f'(?P<{m[1]}>{".+" if m[2] else "[^/]+"})',
            re.escape(http['requestUri'].split('?')[0]),
        )
        if str(model.protocol).startswith('rest'):
            _paths.setdefault(signing, []).append((http['method'], re.compile(f'^{path}/?$'), name))
        return function

    return add


class Refused(ServiceException):
    """Not moto's own class: by where that one stands moto looks for a service named core, and breaks."""


def refused(code: str, message: str) -> ServiceException:
    """An answer that says no, with a code of the service's model."""
    return Refused(code, message)


def state(call: Call, name: str) -> dict:
    """What a service remembers in an account and region."""
    return STATE.setdefault((call.account, call.region, name), {})


def forget():
    STATE.clear()


def answer(environ, start_response):
    """Answers an operation of the registry, and nothing else."""
    scope = scope_of(environ)
    service = scope[2].lower() if scope else None
    if service not in _handlers:
        return None
    body = _body(environ)
    name, found = _operation_of(service, environ, body)
    if name not in _handlers[service]:
        return None
    boto_service, function = _handlers[service][name]
    model = get_service_model(boto_service)
    operation_model = model.operation_model(name)
    content_type = environ.get('CONTENT_TYPE', '')
    protocol = determine_request_protocol(model, content_type) if content_type else str(model.protocol)
    serializer = get_serializer_class(boto_service, protocol)(
        operation_model=operation_model,
        context=SerializationContext(str(uuid.uuid4())),
        value_picker=DefaultAttributePicker(),
    )
    try:
        given = PROTOCOL_PARSERS[protocol](operation_model).parse(
            {
                'method': environ['REQUEST_METHOD'],
                'values': MultiDict(
                    parse_qsl(
                        body.decode() if protocol in ('query', 'ec2') and body else environ.get('QUERY_STRING', ''),
                        keep_blank_values=True,
                    )
                ),
                'headers': EnvironHeaders(environ),
                'body': body,
                'url_path': environ.get('PATH_INFO', ''),
                'url_params': found,
            }
        )
        result = function(Call(account_of(scope[0]), scope[1]), given or {}) or {}
    except ServiceException as error:
        result = error
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        result = ServiceException('InternalFailure', f'{name}: the emulator broke: {type(error).__name__}: {error}')
    response = serializer.serialize(result)
    data = response['body'] if isinstance(response['body'], bytes) else response['body'].encode()
    headers = [(key, str(value)) for key, value in response['headers'].items()]
    start_response(
        f"{response['status_code']} {'OK' if response['status_code'] < 300 else 'Error'}",
        [*headers, ('content-length', str(len(data)))],
    )
    return [data]


def _body(environ) -> bytes:
    """The body, left where it was for whoever comes next."""
    length = int(environ.get('CONTENT_LENGTH') or 0)
    if not length:
        return b''
    body = environ['wsgi.input'].read(length)
    environ['wsgi.input'] = io.BytesIO(body)
    return body


def _operation_of(service: str, environ, body: bytes) -> tuple[str | None, dict]:
    target = environ.get('HTTP_X_AMZ_TARGET')
    if target:
        return target.split('.')[-1], {}
    # Still encoded: an ARN in a path brings slashes of its own.
    raw = environ.get('RAW_URI', environ.get('PATH_INFO', '')).split('?')[0]
    for method, path, name in _paths.get(service, []):
        match = path.match(raw) if method == environ['REQUEST_METHOD'] else None
        if match:
            return name, match.groupdict()
    if environ.get('CONTENT_TYPE', '').startswith('application/x-www-form-urlencoded'):
        return dict(parse_qsl(body.decode())).get('Action'), {}
    return None, {}
