"""What a cache behaviour of a distribution goes by: policies of its own, CloudFront's managed ones, or the older
settings.
"""

import time
from dataclasses import dataclass, field

from botocore.exceptions import ClientError
from moto.cloudfront.models import Distribution

from missing import cloudfront_stores
from runtime import targets

from . import viewer_place

_YEAR = 31_536_000
_FRESH_SECONDS = 2.0
_read: dict[tuple[str, str], tuple[float, dict]] = {}


@dataclass
class CacheRules:
    """How long something is kept, and what tells one copy from another."""

    least: int = 0
    default: int = 86_400
    most: int = _YEAR
    headers: list[str] = field(default_factory=list)
    query: str = 'none'
    query_names: list[str] = field(default_factory=list)
    cookies: str = 'none'
    cookie_names: list[str] = field(default_factory=list)

    def wants_query(self, name: str) -> bool:
        return _wants(self.query, self.query_names, name)

    def wants_cookie(self, name: str) -> bool:
        return _wants(self.cookies, self.cookie_names, name)


def _wants(behaviour: str, names: list[str], name: str) -> bool:
    return (
        behaviour == 'all'
        or (behaviour == 'whitelist' and name in names)
        or (behaviour == 'allExcept' and name not in names)
    )


_MANAGED_CACHE = {
    '658327ea-f89d-4fab-a63d-7e88639e58f6': CacheRules(1, 86_400, _YEAR),
    'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': CacheRules(1, 86_400, _YEAR),
    '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': CacheRules(0, 0, 0),
    '83da9c7e-98b4-4e11-a168-04f0df8e2c65': CacheRules(0, 0, _YEAR, ['host', 'origin'], 'none', [], 'all'),
    '4cc15a8a-d715-48a4-82b8-cc0b614638fe': CacheRules(0, 0, _YEAR, ['host', 'origin'], 'all', [], 'all'),
}
_SECURITY = {
    'StrictTransportSecurity': {'Override': False, 'AccessControlMaxAgeSec': _YEAR},
    'ContentTypeOptions': {'Override': True},
    'FrameOptions': {'Override': False, 'FrameOption': 'SAMEORIGIN'},
    'ReferrerPolicy': {'Override': False, 'ReferrerPolicy': 'strict-origin-when-cross-origin'},
    'XSSProtection': {'Override': False, 'Protection': True, 'ModeBlock': True},
}
_CORS = {'AccessControlAllowOrigins': {'Items': ['*']}, 'AccessControlAllowCredentials': False, 'OriginOverride': False}
_PREFLIGHT = {
    **_CORS,
    'AccessControlAllowMethods': {'Items': ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']},
    'AccessControlExposeHeaders': {'Items': ['*']},
}
_MANAGED_HEADERS = {
    '67f7725c-6f97-4210-82d7-5512b31e9d03': {'SecurityHeadersConfig': _SECURITY},
    '60669652-455b-4ae9-85a4-c4c02393f86c': {'CorsConfig': _CORS},
    '5cc3b908-e619-4b99-88e5-2cf7f45965bd': {'CorsConfig': _PREFLIGHT},
    'e61eb60c-9c35-4d20-a928-2b84e02af89c': {'CorsConfig': _CORS, 'SecurityHeadersConfig': _SECURITY},
    'eaab4381-ed33-4a86-88ca-d9558dc6cd63': {'CorsConfig': _PREFLIGHT, 'SecurityHeadersConfig': _SECURITY},
}
_EVERYTHING = {'headers': 'allViewer', 'query': 'all', 'cookies': 'all'}
_MANAGED_ORIGIN = {
    '216adef6-5c7f-47e4-b989-5492eafa07d3': _EVERYTHING,
    'b689b0a8-53d0-40ab-baf2-68738e2966ac': {**_EVERYTHING, 'except': ['host']},
    '33f36d7e-f396-46d9-90e0-52428a34d9dc': _EVERYTHING,
    '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
        'names': ['origin', 'access-control-request-headers', 'access-control-request-method']
    },
    '59781a5b-3903-41f3-afcb-af62929ccde1': {'names': ['origin']},
    'acba4595-bd28-49b8-b9fe-13317c0390fa': {'names': ['user-agent', 'referer']},
}


def _config(kind: str, identifier: str) -> dict:
    """A policy of one's own, as the API shows it; read again after a moment, so that a change is seen."""
    until, known = _read.get((kind, identifier), (0, {}))
    if until > time.monotonic():
        return known
    client = targets.client('cloudfront', 'us-east-1')
    word = {'cache': 'CachePolicy', 'headers': 'ResponseHeadersPolicy', 'origin': 'OriginRequestPolicy'}[kind]
    method = {
        'cache': client.get_cache_policy,
        'headers': client.get_response_headers_policy,
        'origin': client.get_origin_request_policy,
    }[kind]
    try:
        known = method(Id=identifier)[word][f'{word}Config']
    except ClientError as error:
        raise LookupError(f'the distribution names the {word} {identifier}: {error}') from error
    _read[kind, identifier] = (time.monotonic() + _FRESH_SECONDS, known)
    return known


def cache_rules(behaviour: dict) -> CacheRules:
    identifier = behaviour.get('CachePolicyId')
    if not identifier:
        return _older_rules(behaviour)
    if identifier in _MANAGED_CACHE:
        return _MANAGED_CACHE[identifier]
    config = _config('cache', identifier)
    key = config.get('ParametersInCacheKeyAndForwardedToOrigin') or {}
    query, cookies = key.get('QueryStringsConfig') or {}, key.get('CookiesConfig') or {}
    return CacheRules(
        int(config.get('MinTTL', 0)),
        int(config.get('DefaultTTL', 86_400)),
        int(config.get('MaxTTL', _YEAR)),
        [name.lower() for name in _items((key.get('HeadersConfig') or {}).get('Headers'))],
        query.get('QueryStringBehavior', 'none'),
        _items(query.get('QueryStrings')),
        cookies.get('CookieBehavior', 'none'),
        _items(cookies.get('Cookies')),
    )


def _older_rules(behaviour: dict) -> CacheRules:
    forwarded = behaviour.get('ForwardedValues') or {}
    cookies = forwarded.get('Cookies') or {}
    return CacheRules(
        int(behaviour.get('MinTTL') or 0),
        int(behaviour.get('DefaultTTL') if behaviour.get('DefaultTTL') is not None else 86_400),
        int(behaviour.get('MaxTTL') if behaviour.get('MaxTTL') is not None else _YEAR),
        [name.lower() for name in _items(forwarded.get('Headers'))],
        'all' if str(forwarded.get('QueryString', False)).lower() == 'true' else 'none',
        [],
        cookies.get('Forward', 'none'),
        _items(cookies.get('WhitelistedNames')),
    )


def _items(value) -> list[str]:
    return list((value or {}).get('Items') or []) if isinstance(value, dict) else list(value or [])


def response_headers(behaviour: dict) -> dict:
    """The configuration of the behaviour's response headers policy; empty where it has none."""
    identifier = behaviour.get('ResponseHeadersPolicyId')
    if not identifier:
        return {}
    return _MANAGED_HEADERS.get(identifier) or _config('headers', identifier)


def told_headers(behaviour: dict) -> set[str]:
    """Headers that the behaviour's policies name, in small letters: among them what CloudFront is to tell of the viewer."""
    names = set(cache_rules(behaviour).headers)
    identifier = behaviour.get('OriginRequestPolicyId')
    if identifier and identifier not in _MANAGED_ORIGIN:
        config = _config('origin', identifier).get('HeadersConfig') or {}
        names |= {name.lower() for name in _items(config.get('Headers'))}
    return names


def forwarded_headers(behaviour: dict, headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Which of the viewer's headers go to an origin: those of the cache key, and those of the origin request policy."""
    wanted = set(cache_rules(behaviour).headers)
    everything, dropped = False, {'connection', 'content-length', 'transfer-encoding'}
    identifier = behaviour.get('OriginRequestPolicyId')
    if identifier in _MANAGED_ORIGIN:
        managed = _MANAGED_ORIGIN[identifier]
        everything = managed.get('headers') == 'allViewer'
        wanted |= set(managed.get('names', []))
        dropped |= set(managed.get('except', []))
    elif identifier:
        config = _config('origin', identifier).get('HeadersConfig') or {}
        names = {name.lower() for name in _items(config.get('Headers'))}
        everything = config.get('HeaderBehavior') in ('allViewer', 'allViewerAndWhitelistCloudFront', 'allExcept')
        wanted |= set() if config.get('HeaderBehavior') == 'allExcept' else names
        dropped |= names if config.get('HeaderBehavior') == 'allExcept' else set()
    wanted |= {'range', 'content-type'}
    return [
        (name, value)
        for name, value in viewer_place.told(headers, wanted)
        if (everything or name.lower() in wanted or '*' in wanted) and name.lower() not in dropped
    ]


def forwards_query(behaviour: dict, name: str) -> bool:
    if cache_rules(behaviour).wants_query(name):
        return True
    identifier = behaviour.get('OriginRequestPolicyId')
    if identifier in _MANAGED_ORIGIN:
        return _MANAGED_ORIGIN[identifier].get('query') == 'all'
    if not identifier:
        return False
    config = _config('origin', identifier).get('QueryStringsConfig') or {}
    return _wants(config.get('QueryStringBehavior', 'none'), _items(config.get('QueryStrings')), name)


def raw_config(distribution: Distribution) -> dict:
    """A distribution's configuration as it was given; moto's own objects drop half of it."""
    return distribution.given


def function_code(arn: str) -> tuple[str, dict[str, str] | None]:
    """The published code of a CloudFront function, and what its store holds now."""
    known = _function(arn)
    stores = _items((known['config'].get('KeyValueStoreAssociations') or {}))
    values = cloudfront_stores.values(arn.split(':')[4], stores[0]['KeyValueStoreARN']) if stores else None
    return known['code'], values


def _function(arn: str) -> dict:
    name = arn.rsplit('/', 1)[1]
    until, known = _read.get(('function', name), (0, {}))
    if until > time.monotonic():
        return known
    try:
        client = targets.client('cloudfront', 'us-east-1')
        found = client.get_function(Name=name, Stage='LIVE')
        config = client.describe_function(Name=name, Stage='LIVE')['FunctionSummary']['FunctionConfig']
    except ClientError as error:
        raise LookupError(f'the distribution names the function {name}: {error}') from error
    known = {'code': found['FunctionCode'].read().decode(), 'config': config}
    _read['function', name] = (time.monotonic() + _FRESH_SECONDS, known)
    return known
