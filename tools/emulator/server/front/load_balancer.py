"""Application load balancers: rules, fixed answers, redirects, functions, and machines that run. Where nobody is well, the answer is what a real
balancer gives: 503."""

import base64
import hashlib
import json
import re
from threading import Lock
from urllib.parse import urlencode

from moto.core import DEFAULT_ACCOUNT_ID
from moto.elbv2.models import elbv2_backends

from runtime import functions

from . import balancer_rules, machine_targets, web_firewall
from .answers import Answer, Malformed, of_function
from .incoming import Incoming


def answer(name: str, request: Incoming) -> Answer:
    return _answer(_find(name.split('.')[0].lower()), request)


def named(host: str):
    """The balancer whose rules ask for a name. Where names lead is for the DNS to say on AWS; here no address tells one
    balancer from another.
    """
    for backend, balancer in _all():
        if any(balancer_rules.names(listener, host) for listener in balancer.listeners.values()):
            return lambda request: _answer((backend, balancer), request)
    return None


def _answer(found, request: Incoming) -> Answer:
    if not found:
        return _plain(503)
    backend, balancer = found
    acl = web_firewall.before(balancer.arn)
    blocked = web_firewall.block(acl, request, web_firewall.BALANCER_BODY) if acl else None
    if blocked:
        return blocked.answer or _plain(403)
    listener = _listener(balancer, request.secure)
    if not listener:
        return _plain(503)
    return _act(backend, listener, balancer_rules.ruling(listener, request), request)


def _all():
    for backend in list(elbv2_backends[DEFAULT_ACCOUNT_ID].values()):
        for balancer in list(backend.load_balancers.values()):
            yield backend, balancer


def _find(name: str):
    for backend, balancer in _all():
        # Names of hosts have no case, and come in small letters.
        if name in (balancer.name.lower(), balancer.dns_name.split('.')[0].lower()):
            return backend, balancer
    return None


def _listener(balancer, secure: bool):
    """One port serves everything here: TLS means the HTTPS listener, plain text the HTTP one."""
    listeners = list(balancer.listeners.values())
    wanted = [each for each in listeners if each.protocol == ('HTTPS' if secure else 'HTTP')]
    return (wanted or listeners or [None])[0]


def _act(backend, listener, actions: list, request: Incoming) -> Answer:
    *before, final = sorted((action.data for action in actions), key=lambda each: int(each.get('Order') or 1))
    for each in before:
        if turned_away := _sign_in(each, backend.region_name, request):
            return turned_away
    kind = final['Type']
    if kind == 'fixed-response':
        config = final['FixedResponseConfig']
        headers = [('Content-Type', config.get('ContentType') or 'text/plain')]
        return Answer(int(config['StatusCode']), headers, (config.get('MessageBody') or '').encode())
    if kind == 'redirect':
        return _redirect(final['RedirectConfig'], listener, request)
    if kind == 'forward':
        return _forward(backend, listener, final, request)
    return _plain(501)


def _sign_in(action: dict, region: str, request: Incoming) -> Answer | None:
    """Nobody is signed in here, as nobody comes back from a provider: people are sent to one, or dealt with as the rule says."""
    config = action.get('AuthenticateOidcConfig') or action.get('AuthenticateCognitoConfig') or {}
    otherwise = config.get('OnUnauthenticatedRequest') or 'authenticate'
    if otherwise == 'allow':
        return None
    if otherwise == 'deny':
        return _plain(401)
    domain = config.get('UserPoolDomain') or ''
    pages = domain if '.' in domain else f'{domain}.auth.{region}.amazoncognito.com'
    asked = {
        'client_id': config.get('ClientId') or config.get('UserPoolClientId'),
        'redirect_uri': f'https://{request.host}/oauth2/idpresponse',
        'response_type': 'code',
        'scope': config.get('Scope') or 'openid',
        'state': hashlib.sha256(request.raw_path.encode()).hexdigest(),
    }
    where = config.get('AuthorizationEndpoint') or f'https://{pages}/oauth2/authorize'
    return Answer(302, [('Location', f'{where}?{urlencode(asked)}'), ('Server', 'awselb/2.0')])


def _redirect(config: dict, listener, request: Incoming) -> Answer:
    host, _, port = request.host.partition(':')
    values = {
        '#{protocol}': listener.protocol.lower(),
        '#{host}': host,
        '#{port}': port or str(listener.port),
        '#{path}': request.raw_path.removeprefix('/'),
        '#{query}': request.raw_query,
    }

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    protocol = filled(config.get('Protocol') or '#{protocol}').lower()
    # A client that named the port of this machine finds every listener there, with and without TLS.
    target_port = port or filled(config.get('Port') or '#{port}')
    target = f'{protocol}://{filled(config.get("Host") or "#{host}")}:{target_port}'
    query = filled(config.get('Query', '#{query}'))
    target += filled(config.get('Path') or '/#{path}') + (f'?{query}' if query else '')
    return Answer(301 if config['StatusCode'] == 'HTTP_301' else 302, [('Location', target), ('Server', 'awselb/2.0')])


def _forward(backend, listener, action: dict, request: Incoming) -> Answer:
    config = action.get('ForwardConfig') or {}
    groups = config.get('TargetGroups') or [{'TargetGroupArn': action.get('TargetGroupArn')}]
    weights = {each['TargetGroupArn']: int(each.get('Weight', 1)) for each in groups}
    seconds = _stay(config.get('TargetGroupStickinessConfig') or {})
    kept = _kept(weights, request) if seconds else None
    arn = kept or _dealt({group: weight for group, weight in weights.items() if weight > 0})
    group = backend.target_groups.get(arn)
    answer = _answered(group, listener, request) if group else _plain(503)
    if seconds:
        for cookie, more in (('AWSALBTG', ''), ('AWSALBTGCORS', '; SameSite=None; Secure')):
            answer.headers.append(('Set-Cookie', f'{cookie}={_mark(arn)}; Max-Age={seconds}; Path=/{more}'))
    return answer


def _answered(group, listener, request: Incoming) -> Answer:
    if group.target_type == 'lambda':
        return _hand_over(group, listener, request)
    return machine_targets.hand_over(group, _forwarded(listener, request), request) or _plain(503)


def _stay(config: dict) -> int:
    """For how many seconds a client keeps the group it got first; 0 where it is dealt out anew each time."""
    return int(config.get('DurationSeconds') or 0) if str(config.get('Enabled')).lower() == 'true' else 0


def _mark(arn: str) -> str:
    return hashlib.sha256(arn.encode()).hexdigest()


def _kept(weights: dict[str, int], request: Incoming) -> str | None:
    sent = re.search(r'\bAWSALBTG=([0-9a-f]+)', request.header('cookie') or '')
    return next((arn for arn in weights if sent and _mark(arn) == sent[1]), None)


_lock = Lock()
_credit: dict[tuple, dict[str, int]] = {}


def _dealt(weights: dict[str, int]) -> str | None:
    """Whose turn it is: of ten requests nine go to a group of weight 90, and the tenth to one of weight 10."""
    if not weights:
        return None
    with _lock:
        credit = _credit.setdefault(tuple(weights.items()), dict.fromkeys(weights, 0))
        for arn, weight in weights.items():
            credit[arn] += weight
        chosen = max(credit, key=lambda arn: credit[arn])
        credit[chosen] -= sum(weights.values())
        return chosen


def _hand_over(group, listener, request: Incoming) -> Answer:
    arn = next(iter(group.targets), None)
    if not arn or not functions.permits(
        arn, 'elasticloadbalancing.amazonaws.com', group.arn, account=group.account_id, region=group.region_name
    ):
        return _plain(503)
    event = json.dumps(_event(group, listener, request))
    try:
        outcome = functions.invoke(arn, event, account=group.account_id, region=group.region_name)
        if outcome.failed:
            return _plain(502)
        return of_function(outcome.payload, lambda _: True)
    except (Malformed, functions.Throttled):
        return _plain(502)


def _event(group, listener, request: Incoming) -> dict:
    headers = _forwarded(listener, request)
    in_lists = str(group.attributes.get('lambda.multi_value_headers.enabled')).lower() == 'true'
    is_text = _TEXT.match(request.header('content-type') or 'text/') and not request.header('content-encoding')
    return {
        'requestContext': {'elb': {'targetGroupArn': group.arn}},
        'httpMethod': request.method,
        'path': request.raw_path,
        **(
            {'multiValueQueryStringParameters': request.multi_query, 'multiValueHeaders': headers}
            if in_lists
            else {
                'queryStringParameters': {name: values[-1] for name, values in request.multi_query.items()},
                'headers': {name: values[-1] for name, values in headers.items()},
            }
        ),
        'body': request.body.decode(errors='replace') if is_text else base64.b64encode(request.body).decode(),
        'isBase64Encoded': not is_text,
    }


def _forwarded(listener, request: Incoming) -> dict[str, list[str]]:
    """The headers, with who asked: whatever a client wrote there stands before it."""
    headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        headers.setdefault(name.lower(), []).append(value)
    hops = ', '.join([*headers.get('x-forwarded-for', []), request.source_ip])
    protocol = 'https' if request.secure else 'http'
    return {
        **headers,
        'x-forwarded-for': [hops],
        'x-forwarded-port': [str(listener.port)],
        'x-forwarded-proto': [protocol],
    }


# What is not one of these, or is compressed, comes to the function as Base64.
_TEXT = re.compile(r'text/|application/(json|javascript|xml)\b')
_WORDS = {403: 'Forbidden', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable'}


def _plain(status: int) -> Answer:
    title = f'{status} {_WORDS.get(status, "")}'.strip()
    page = f'<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n'
    return Answer(status, [('Server', 'awselb/2.0'), ('Content-Type', 'text/html')], page.encode())
