"""Which rule of a load balancer takes a request. Written from AWS's description and not from the project's `route`, so that
each can be held against the other."""

from ipaddress import ip_address, ip_network

from policy import like

from .incoming import Incoming


def ruling(listener, request: Incoming):
    """The actions for a request: of the first rule by priority that it meets, else the listener's own."""
    for rule in _in_order(listener):
        if all(_fits(condition, request) for condition in rule.conditions):
            return rule.actions
    return listener.default_actions


def names(listener, host: str) -> bool:
    """Whether a rule asks for this name."""
    return any(
        condition['Field'] == 'host-header' and _like_any(_values(condition, 'HostHeaderConfig'), host)
        for rule in _in_order(listener)
        for condition in rule.conditions
    )


def _in_order(listener) -> list:
    rules = [rule for rule in list(listener.rules.values()) if not rule.is_default]
    return sorted(rules, key=lambda rule: int(rule.priority))


def _values(condition: dict, config: str) -> list:
    return (condition.get(config) or {}).get('Values') or condition.get('Values') or []


def _like_any(patterns: list[str], *values: str, ignore_case: bool = True) -> bool:
    return any(like(pattern, value, ignore_case) for pattern in patterns for value in values)


def _fits(condition: dict, request: Incoming) -> bool:
    field = condition['Field']
    if field == 'path-pattern':
        return _like_any(_values(condition, 'PathPatternConfig'), request.raw_path, ignore_case=False)
    if field == 'host-header':
        return _like_any(_values(condition, 'HostHeaderConfig'), request.host.split(':')[0])
    if field == 'http-request-method':
        return request.method in _values(condition, 'HttpRequestMethodConfig')
    if field == 'http-header':
        name = condition['HttpHeaderConfig']['HttpHeaderName'].lower()
        sent = [value for key, value in request.headers if key.lower() == name]
        return _like_any(condition['HttpHeaderConfig']['Values'], *sent)
    if field == 'query-string':
        # As it stands in the address: what is encoded there is compared so.
        pairs = [part.partition('=') for part in request.raw_query.split('&') if part]
        return any(
            like(wanted['Value'], value, True) and like(wanted.get('Key') or '*', key, True)
            for wanted in condition['QueryStringConfig']['Values']
            for key, _, value in pairs
        )
    if field == 'source-ip':
        source = ip_address(request.source_ip)
        ranges = [ip_network(one, strict=False) for one in _values(condition, 'SourceIpConfig')]
        return any(source in each for each in ranges if each.version == source.version)
    return False
