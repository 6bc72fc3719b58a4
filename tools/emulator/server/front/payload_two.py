"""Payload format 2.0, which HTTP APIs and function URLs share."""

import base64
import json
import uuid
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from .answers import Answer, Malformed, of_function
from .incoming import Incoming

_TEXT = ('text/', 'application/json', 'application/javascript', 'application/xml', 'application/x-www-form-urlencoded')


def event(
    request: Incoming, path: str, route_key: str, stage: str, account: str, api_id: str, more: dict | None = None
) -> dict:
    """The event a function gets; `more` joins the request context."""
    now = datetime.now(UTC)
    headers = {name.lower(): ','.join(values) for name, values in _folded(request).items() if name.lower() != 'cookie'}
    cookies = [
        cookie.strip() for name, value in request.headers if name.lower() == 'cookie' for cookie in value.split(';')
    ]
    binary = bool(request.body) and not _is_text(request.header('content-type') or 'text/plain')
    query = {name: ','.join(values) for name, values in request.multi_query.items()}
    return {
        'version': '2.0',
        'routeKey': route_key,
        'rawPath': path,
        'rawQueryString': request.raw_query,
        **({'cookies': cookies} if cookies else {}),
        'headers': headers,
        **({'queryStringParameters': query} if query else {}),
        'requestContext': {
            'accountId': account,
            'apiId': api_id,
            'domainName': request.host.split(':')[0],
            'domainPrefix': request.host.split('.')[0],
            'http': {
                'method': request.method,
                'path': path,
                'protocol': 'HTTP/1.1',
                'sourceIp': request.source_ip,
                'userAgent': request.header('user-agent') or '',
            },
            'requestId': str(uuid.uuid4()),
            'routeKey': route_key,
            'stage': stage,
            'time': now.strftime('%d/%b/%Y:%H:%M:%S +0000'),
            'timeEpoch': int(now.timestamp() * 1000),
            **(more or {}),
        },
        **(
            {'body': base64.b64encode(request.body).decode() if binary else request.body.decode(errors='replace')}
            if request.body
            else {}
        ),
        'isBase64Encoded': binary,
    }


def _folded(request: Incoming) -> dict[str, list[str]]:
    folded: dict[str, list[str]] = {}
    for name, value in request.headers:
        folded.setdefault(name.lower(), []).append(value)
    return folded


def _is_text(content_type: str) -> bool:
    plain = content_type.split(';')[0].strip().lower()
    return plain.startswith(_TEXT) or plain.endswith(('+json', '+xml'))


def decoded_path(request: Incoming) -> str:
    return unquote_plus(request.raw_path.replace('+', '%2B'))


def answer(payload: str) -> Answer:
    """A function's answer: with a status code as told, without one as JSON and 200."""
    try:
        told = json.loads(payload)
    except ValueError as error:
        raise Malformed(str(error)) from error
    if isinstance(told, dict) and 'statusCode' in told:
        given = of_function(payload, lambda _: True)
    else:
        text = told if isinstance(told, str) else json.dumps(told)
        given = Answer(200, [], text.encode())
    given.add_missing('Content-Type', 'application/json')
    return given
