"""Web ACLs: what they do with a request is judged by the project's own evaluator, rule by rule as they stand in the API."""

import base64
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass

from moto.core import DEFAULT_ACCOUNT_ID
from moto.wafv2.models import wafv2_backends

from runtime.functions import complain
from runtime.own_program import OwnProgram

from .answers import Answer
from .incoming import Incoming

# The longest window of a rule that counts.
_REMEMBERED = 600
EDGE_BODY, BALANCER_BODY, STAGE_BODY = 16_384, 8_192, 16_384
_TYPES = {'TEXT_PLAIN': 'text/plain', 'TEXT_HTML': 'text/html', 'APPLICATION_JSON': 'application/json'}
_EVALUATOR = OwnProgram('web-firewall/emulator.ts')

_earlier: dict[str, deque] = defaultdict(lambda: deque(maxlen=5000))
_lock = threading.Lock()


@dataclass(frozen=True)
class Block:
    """A request is turned away: with the answer that the web ACL has for it, or, where it has none, as the door does with 403."""

    answer: Answer | None


def block(arn: str, request: Incoming, body_limit: int) -> Block | None:
    """Whether a web ACL turns a request away; None where it lets it pass, or there is no such ACL."""
    found = next((backend.wacls[arn] for backend in _backends() if arn in backend.wacls), None)
    if not found:
        return None
    asked = _asked(request)
    told = _EVALUATOR.ask(
        {
            'acl': {
                'DefaultAction': found.default_action,
                'Rules': [_plain(rule.to_dict()) for rule in found.rules],
            },
            'request': asked,
            'earlier': _remember(arn, asked),
            'addressSets': {ip_set.arn: ip_set.addresses for backend in _backends() for ip_set in backend.ip_sets.values()},
            'bodyLimit': body_limit,
        },
    )
    if 'fault' in told:
        complain(f'web ACL {found.name}: {told["fault"]}; the request passed')
        return None
    verdict = told['verdict']
    if verdict['action'] != 'block':
        return None
    return Block(_custom(verdict.get('custom'), found.custom_response_bodies or {}))


def _custom(told: dict | None, bodies: dict) -> Answer | None:
    if not told:
        return None
    headers = [(each['Name'], each['Value']) for each in told.get('ResponseHeaders') or []]
    body = bodies.get(told.get('CustomResponseBodyKey'))
    if not body:
        return Answer(int(told['ResponseCode']), headers)
    return Answer(
        int(told['ResponseCode']), [*headers, ('Content-Type', _TYPES[body['ContentType']])], body['Content'].encode()
    )


def before(resource_arn: str) -> str | None:
    """The web ACL that stands before a resource of a region."""
    for backend in _backends():
        found = backend.get_web_acl_for_resource(resource_arn)
        if found:
            return found.arn
    return None


def _backends():
    return list(wafv2_backends[DEFAULT_ACCOUNT_ID].values())


def _asked(request: Incoming) -> dict:
    return {
        'address': request.source_ip,
        'method': request.method,
        'path': request.raw_path,
        'query': request.raw_query,
        'headers': {name: ','.join(values) for name, values in request.multi_headers.items()},
        'body': request.body.decode(errors='replace'),
    }


def _remember(arn: str, asked: dict) -> list[dict]:
    """What this address asked of the ACL before, and that it asks now."""
    now = time.monotonic()
    with _lock:
        held = _earlier[arn]
        while held and now - held[0][0] > _REMEMBERED:
            held.popleft()
        known = [{**one, 'body': '', 'secondsAgo': now - at} for at, one in held if one['address'] == asked['address']]
        held.append((now, asked))
    return known


def _plain(value):
    """As a template has it: what is looked for is bytes in the API."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: base64.b64decode(inner).decode() if name == 'SearchString' else _plain(inner)
        for name, inner in value.items()
    }
