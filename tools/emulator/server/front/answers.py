"""What goes back to the caller, and what a function's answer becomes."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from http import HTTPStatus

from werkzeug.wrappers import Response


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b''

    def set(self, name: str, value: str):
        """One header in place of every other of its name."""
        self.headers = [(key, each) for key, each in self.headers if key.lower() != name.lower()] + [(name, value)]

    def add_missing(self, name: str, value: str):
        if self.header(name) is None:
            self.headers.append((name, value))

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def response(self) -> Response:
        answer = Response(self.body, self._status_line())
        answer.headers.clear()
        for name, value in self.headers:
            if name.lower() not in ('content-length', 'connection', 'transfer-encoding'):
                answer.headers.add(name, value)
        if self.status not in (204, 304) and self.status >= 200:
            answer.headers['Content-Length'] = str(len(self.body))
        return answer

    def _status_line(self) -> str:
        """With the words of the standard; werkzeug shouts them."""
        try:
            return f'{self.status} {HTTPStatus(self.status).phrase}'
        except ValueError:
            return f'{self.status} Unknown'


class Malformed(Exception):
    """A function answered something that is no HTTP answer."""


def json_answer(status: int, body: dict, **headers: str) -> Answer:
    named = [(name.replace('_', '-'), value) for name, value in headers.items()]
    return Answer(status, [('Content-Type', 'application/json'), *named], json.dumps(body).encode())


def of_function(payload: str, decode) -> Answer:
    """The proxy answer of payload format 1.0. `decode` says whether a base64 body of this content type is decoded."""
    try:
        told = json.loads(payload)
        status = int(told['statusCode'])
    except (ValueError, TypeError, KeyError) as error:
        raise Malformed(
            f'Execution failed due to configuration error: Malformed Lambda proxy response: {error}'
        ) from error
    if not isinstance(told.get('body'), (str, type(None))):
        raise Malformed(
            'Execution failed due to configuration error: Malformed Lambda proxy response: the body is no string'
        )
    headers = [(name, _text(value)) for name, value in (told.get('headers') or {}).items()]
    multi = told.get('multiValueHeaders') or {}
    headers = [(name, value) for name, value in headers if name.lower() not in {key.lower() for key in multi}]
    headers += [(name, _text(value)) for name, values in multi.items() for value in values]
    headers += [('Set-Cookie', cookie) for cookie in told.get('cookies') or []]
    answer = Answer(status, headers, (told.get('body') or '').encode())
    if told.get('isBase64Encoded') and decode(answer.header('content-type') or ''):
        try:
            answer.body = base64.b64decode(told.get('body') or '', validate=True)
        except binascii.Error as error:
            raise Malformed(f'Execution failed: the body is not valid base64: {error}') from error
    return answer


def _text(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
