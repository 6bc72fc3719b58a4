"""Which front door a host name leads to."""

import re
from collections.abc import Callable

from . import distribution, function_url, http_api, load_balancer, rest_api, site, web_sockets
from .answers import Answer, json_answer
from .incoming import Incoming

# What stands here as .localhost, and the names AWS gives, for requests between front doors.
_LOCAL = re.compile(r'(?P<name>[a-z0-9.\-]+)\.(?P<kind>execute-api|cloudfront|lambda-url|elb|s3|s3-website)\.localhost')
_AWS = (
    re.compile(r'(?P<name>[a-z0-9]+)\.(?P<kind>execute-api)\.[a-z0-9\-]+\.amazonaws\.com'),
    re.compile(r'(?P<name>[a-z0-9]+)\.(?P<kind>cloudfront)\.net'),
    re.compile(r'(?P<name>[a-z0-9]+)\.(?P<kind>lambda-url)\.[a-z0-9\-]+\.on\.aws'),
    re.compile(r'(?P<name>[a-z0-9\-]+)\.[a-z0-9\-]+\.(?P<kind>elb)\.amazonaws\.com'),
    re.compile(r'(?P<name>[a-z0-9.\-]+)\.(?P<kind>s3-website)[.\-][a-z0-9\-]+\.amazonaws\.com'),
)


def answer(environ, start_response):
    """The part of the application that stands for all front doors."""
    host = environ.get('HTTP_HOST', '').split(':')[0].lower()
    found = _LOCAL.fullmatch(host)
    if not found:
        by_rule = _by_rule(host, environ)
        return by_rule(Incoming.of(environ)).response()(environ, start_response) if by_rule else None
    if found['kind'] == 's3' and _is_signed(environ):
        _as_path(environ, found['name'])
        return None
    if found['kind'] == 'execute-api' and environ.get('HTTP_UPGRADE', '').lower() == 'websocket':
        return _upgraded(environ, found['name']).response()(environ, start_response)
    return _DOORS[found['kind']](found['name'], Incoming.of(environ)).response()(environ, start_response)


def connections(environ, start_response):
    """The part of the application that sends to clients of WebSocket APIs, for SDKs that know this endpoint alone."""
    if not environ.get('PATH_INFO', '').startswith('/@connections/'):
        return None
    request = Incoming.of(environ)
    return web_sockets.manage(request.raw_path, request.method, request.body).response()(environ, start_response)


def _upgraded(environ, api_id: str) -> Answer:
    found = http_api.find(api_id)
    if not found or found[1].protocol_type != 'WEBSOCKET':
        return json_answer(403, {'message': 'Forbidden'})
    return web_sockets.serve(*found, environ)


def inside(host: str, request: Incoming, distribution: str = '') -> Answer | None:
    """The answer of a front door of this emulator to another one of it; None for a host that is none.

    `distribution` is the ARN of one that signs what it asks of a function."""
    for pattern in (_LOCAL, *_AWS):
        found = pattern.fullmatch(host.split(':')[0].lower())
        if found and found['kind'] == 'lambda-url':
            return function_url.answer(found['name'], request, distribution)
        if found:
            return _DOORS[found['kind']](found['name'], request)
    return None


def local_name(host: str) -> str | None:
    """What a front door that has a name of AWS is called here; None for a host that is none."""
    for pattern in _AWS:
        found = pattern.fullmatch(host.split(':')[0].lower())
        if found:
            return f'{found["name"]}.{found["kind"]}.localhost'
    return None


def _by_rule(host: str, environ):
    """Who answers at a name of its owner's own; none where the API of a service is called."""
    is_service = re.search(r'^[\d.]*$|(^|\.)(localhost|amazonaws\.com)$', host) or ':' in host
    return None if is_service or _is_signed(environ) else load_balancer.named(host)


def _is_signed(environ) -> bool:
    return 'HTTP_AUTHORIZATION' in environ or 'X-Amz-Signature=' in environ.get('QUERY_STRING', '')


def _as_path(environ, bucket: str):
    """A signed request to a bucket's own host is moto's to answer, which knows the bucket by its path here."""
    for name in ('PATH_INFO', 'RAW_URI', 'REQUEST_URI'):
        if name in environ:
            environ[name] = f'/{bucket}{environ[name]}'
    environ['HTTP_HOST'] = f'127.0.0.1:{environ["SERVER_PORT"]}'


def _api(api_id: str, request: Incoming) -> Answer:
    if rest := rest_api.find(api_id):
        return rest_api.answer(*rest, request)
    if http := http_api.find(api_id):
        return http_api.answer(*http, request)
    return json_answer(404, {'message': f'there is no API {api_id}'})


_DOORS: dict[str, Callable[[str, Incoming], Answer]] = {
    'execute-api': _api,
    'cloudfront': distribution.answer,
    'lambda-url': function_url.answer,
    'elb': load_balancer.answer,
    's3': site.bucket,
    's3-website': site.website,
}
