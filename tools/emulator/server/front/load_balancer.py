"""Application load balancers: rules, fixed answers, redirects and functions. Instances do not exist here, so that a
forward to
them is what a real balancer answers when no target is healthy: 503."""

import base64
import json
import re

from moto.core import DEFAULT_ACCOUNT_ID
from moto.elbv2.models import elbv2_backends
from policy import like

from runtime import functions

from . import web_firewall
from .answers import Answer, Malformed, of_function
from .incoming import Incoming


def answer(name: str, request: Incoming) -> Answer:
    found = _find(name.split('.')[0])
    if not found:
        return _plain(503)
    backend, balancer = found
    acl = web_firewall.before(balancer.arn)
    blocked = web_firewall.status_for(acl, request, web_firewall.BALANCER_BODY) if acl else None
    if blocked:
        return _plain(blocked)
    listener = _listener(backend, balancer, request.secure)
    if not listener:
        return _plain(503)
    rules = [rule for rule in listener.rules.values() if not rule.is_default]
    for rule in sorted(rules, key=lambda rule: int(rule.priority)):
        if all(_fits(condition, request) for condition in rule.conditions):
            return _act(backend, listener, rule.actions, request)
    return _act(backend, listener, listener.default_actions, request)


def _find(name: str):
    for backend in list(elbv2_backends[DEFAULT_ACCOUNT_ID].values()):
        for balancer in list(backend.load_balancers.values()):
            # Names of hosts have no case, and come in small letters.
            if name in (balancer.name.lower(), balancer.dns_name.split('.')[0].lower()):
                return backend, balancer
    return None


def _listener(backend, balancer, secure: bool):
    """One port serves everything here: TLS means the HTTPS listener, plain text the HTTP one."""
    listeners = [each for each in backend.load_balancers[balancer.arn].listeners.values()]
    wanted = [each for each in listeners if each.protocol == ('HTTPS' if secure else 'HTTP')]
    return (wanted or listeners or [None])[0]


def _values(condition: dict, config: str) -> list[str]:
    return (condition.get(config) or {}).get('Values') or condition.get('Values') or []


def _fits(condition: dict, request: Incoming) -> bool:
    field = condition['Field']
    if field == 'path-pattern':
        return any(like(each, request.raw_path) for each in _values(condition, 'PathPatternConfig'))
    if field == 'host-header':
        return any(
            like(each.lower(), request.host.split(':')[0].lower()) for each in _values(condition, 'HostHeaderConfig')
        )
    if field == 'http-request-method':
        return request.method in _values(condition, 'HttpRequestMethodConfig')
    if field == 'http-header':
        value = request.header(condition['HttpHeaderConfig']['HttpHeaderName']) or ''
        return any(like(each.lower(), value.lower()) for each in condition['HttpHeaderConfig']['Values'])
    if field == 'query-string':
        wanted = condition['QueryStringConfig']['Values']
        return any(
            like(each['Value'], value) and (not each.get('Key') or like(each['Key'], key))
            for each in wanted
            for key, value in request.query
        )
    return False


def _act(backend, listener, actions: list, request: Incoming) -> Answer:
    final = sorted((action.data for action in actions), key=lambda each: int(each.get('Order') or 1))[-1]
    kind = final['Type']
    if kind == 'fixed-response':
        config = final['FixedResponseConfig']
        headers = [('Content-Type', config.get('ContentType') or 'text/plain')]
        return Answer(int(config['StatusCode']), headers, (config.get('MessageBody') or '').encode())
    if kind == 'redirect':
        return _redirect(final['RedirectConfig'], listener, request)
    if kind == 'forward':
        return _forward(backend, final, request)
    return _plain(501)


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
    # The ports of the listeners are one port here, which serves with and without TLS.
    target = f'{protocol}://{filled(config.get("Host") or "#{host}")}{":" + port if port else ""}'
    query = filled(config.get('Query', '#{query}'))
    target += filled(config.get('Path') or '/#{path}') + (f'?{query}' if query else '')
    return Answer(301 if config['StatusCode'] == 'HTTP_301' else 302, [('Location', target), ('Server', 'awselb/2.0')])


def _forward(backend, action: dict, request: Incoming) -> Answer:
    groups = (action.get('ForwardConfig') or {}).get('TargetGroups') or [
        {'TargetGroupArn': action.get('TargetGroupArn')}
    ]
    group = backend.target_groups.get(max(groups, key=lambda each: int(each.get('Weight') or 1))['TargetGroupArn'])
    if not group or group.target_type != 'lambda':
        return _plain(503)
    arn = next(iter(group.targets), None)
    if not arn or not functions.permits(
        arn, 'elasticloadbalancing.amazonaws.com', group.arn, account=group.account_id, region=group.region_name
    ):
        return _plain(503)
    try:
        outcome = functions.invoke(arn, json.dumps(_event(group, request)), account=group.account_id, region=group.region_name)
        if outcome.failed:
            return _plain(502)
        return of_function(outcome.payload, lambda _: True)
    except (Malformed, functions.Throttled):
        return _plain(502)


def _event(group, request: Incoming) -> dict:
    headers = {name.lower(): values for name, values in request.multi_headers.items()}
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


# What is not one of these, or is compressed, comes to the function as Base64.
_TEXT = re.compile(r'text/|application/(json|javascript|xml)\b')
_WORDS = {403: 'Forbidden', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable'}


def _plain(status: int) -> Answer:
    title = f'{status} {_WORDS.get(status, "")}'.strip()
    page = f'<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n'
    return Answer(status, [('Server', 'awselb/2.0'), ('Content-Type', 'text/html')], page.encode())
