"""Evaluates a resource policy for one request, as IAM does: a matching Deny wins, then a matching Allow, else nothing is said."""

from __future__ import annotations

import datetime
import ipaddress
import re
from dataclasses import dataclass, field
from functools import lru_cache

DENIED, ALLOWED, SILENT = 'denied', 'allowed', 'silent'


@dataclass
class Request:
    """Who asks for what, and the context keys of the request (their names in lower case)."""

    action: str
    resource: str
    principals: tuple[str, ...] = ()
    service: str | None = None
    context: dict[str, str | list[str]] = field(default_factory=dict)


def decide(document: dict, request: Request) -> str:
    """What a policy says of a request."""
    said = SILENT
    for statement in _list(document.get('Statement', [])):
        if not _applies(statement, request):
            continue
        if statement.get('Effect') == 'Deny':
            return DENIED
        said = ALLOWED
    return said


def _list(value) -> list:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=4096)
def _pattern(text: str, ignore_case: bool) -> re.Pattern:
    body = ''.join('.*' if c == '*' else '.' if c == '?' else re.escape(c) for c in text)
    return re.compile(f'^{body}$', re.I | re.S if ignore_case else re.S)


def like(pattern: str, value: str, ignore_case: bool = False) -> bool:
    return bool(_pattern(str(pattern), ignore_case).match(str(value)))


def _applies(statement: dict, request: Request) -> bool:
    if not _principal(statement, request):
        return False
    if 'NotAction' in statement:
        if any(like(a, request.action, True) for a in _list(statement['NotAction'])):
            return False
    elif not any(like(a, request.action, True) for a in _list(statement.get('Action', []))):
        return False
    if 'NotResource' in statement:
        if any(like(_filled(r, request), request.resource) for r in _list(statement['NotResource'])):
            return False
    elif 'Resource' in statement:
        if not any(like(_filled(r, request), request.resource) for r in _list(statement['Resource'])):
            return False
    return all(
        _condition(operator, key, values, request)
        for operator, tests in (statement.get('Condition') or {}).items()
        for key, values in tests.items()
    )


def _principal(statement: dict, request: Request) -> bool:
    if 'NotPrincipal' in statement:
        return not _named(statement['NotPrincipal'], request)
    return 'Principal' not in statement or _named(statement['Principal'], request)


def _named(given, request: Request) -> bool:
    if given == '*':
        return True
    for kind, names in given.items():
        for name in _list(names):
            if kind == 'Service' and request.service and name == request.service:
                return True
            if kind in ('AWS', 'CanonicalUser') and (name == '*' or name in request.principals):
                return True
    return False


def _filled(text: str, request: Request) -> str:
    """The policy variables of a text put in: `${aws:PrincipalAccount}`."""

    def put(match):
        value = request.context.get(match.group(1).lower())
        return str(value) if value is not None else match.group(0)

    return re.sub(r'\$\{([^}]+)\}', put, str(text))


def _condition(operator: str, key: str, wanted, request: Request) -> bool:
    name, optional = operator.removesuffix('IfExists'), operator.endswith('IfExists')
    every = name.startswith('ForAllValues:')
    name = name.split(':', 1)[-1]
    given = request.context.get(key.lower())
    wanted = [_text(value) for value in _list(wanted)]
    if name == 'Null':
        return (given is None) == (wanted[0].lower() == 'true')
    negated = 'Not' in name
    if given is None:
        # A key that is not there matches no positive test, every negative one, and every test of all of its values.
        return optional or negated or every
    values = [_text(value) for value in _list(given)]
    test = _TESTS.get(name.replace('Not', ''))
    if test is None:
        raise ValueError(f'the condition operator {operator} is not known')
    hits = [any(test(_filled(want, request), value) for want in wanted) for value in values]
    if negated:
        hits = [not hit for hit in hits]
    return all(hits) if every or negated else any(hits)


def _text(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(test):
    return lambda want, value: test(float(value), float(want))


def _moment(text: str) -> datetime.datetime:
    if re.fullmatch(r'\d+(\.\d+)?', text):
        return datetime.datetime.fromtimestamp(float(text), datetime.timezone.utc)
    moment = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)


def _date(test):
    return lambda want, value: test(_moment(value), _moment(want))


def _in_range(want: str, value: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(want, strict=False)


_TESTS = {
    'StringEquals': lambda want, value: want == value,
    'StringEqualsIgnoreCase': lambda want, value: want.lower() == value.lower(),
    'StringLike': like,
    'ArnEquals': like,
    'ArnLike': like,
    'Bool': lambda want, value: want.lower() == value.lower(),
    'IpAddress': _in_range,
    'NumericEquals': _number(lambda value, want: value == want),
    'NumericLessThan': _number(lambda value, want: value < want),
    'NumericLessThanEquals': _number(lambda value, want: value <= want),
    'NumericGreaterThan': _number(lambda value, want: value > want),
    'NumericGreaterThanEquals': _number(lambda value, want: value >= want),
    'DateEquals': _date(lambda value, want: value == want),
    'DateLessThan': _date(lambda value, want: value < want),
    'DateLessThanEquals': _date(lambda value, want: value <= want),
    'DateGreaterThan': _date(lambda value, want: value > want),
    'DateGreaterThanEquals': _date(lambda value, want: value >= want),
    'BinaryEquals': lambda want, value: want == value,
}
