"""Where a distribution gets what it does not keep: a bucket, another front door of this emulator, or any web server."""

import re
from dataclasses import replace
from urllib.parse import unquote

import requests
from moto.cloudfront.models import CloudFrontBackend, Distribution
from moto.core import DEFAULT_ACCOUNT_ID

from runtime import policies, targets

from . import bucket_cors, bucket_reader, edge_policies
from .answers import Answer
from .edge_hooks import Hooks
from .incoming import Incoming

_BUCKET = re.compile(r'(?P<name>.+?)\.s3(?:[.-](?P<region>[a-z0-9-]+))?\.amazonaws\.com')


def fetch(
    backend: CloudFrontBackend,
    distribution: Distribution,
    behaviour: dict,
    request: Incoming,
    uri: str,
    hooks: Hooks,
) -> Answer:
    """What the behaviour's origin answers; of a group, the second where the first answers one of the group's statuses."""
    config = edge_policies.raw_config(distribution)
    groups = (config.get('OriginGroups') or {}).get('Items') or []
    group = next((each for each in groups if each['Id'] == behaviour['TargetOriginId']), None)
    names = [each['OriginId'] for each in group['Members']['Items']] if group else [behaviour['TargetOriginId']]
    failing = [int(each) for each in group['FailoverCriteria']['StatusCodes']['Items']] if group else []
    answer = None
    for name in names:
        origin = next(each for each in config['Origins']['Items'] if each['Id'] == name)
        answer = _from_origin(backend, distribution, behaviour, origin, request, uri, hooks)
        if answer.status not in failing:
            break
    return answer


def _from_origin(
    backend, distribution: Distribution, behaviour: dict, origin: dict, request: Incoming, uri: str, hooks: Hooks
) -> Answer:
    headers = edge_policies.forwarded_headers(behaviour, request.headers)
    query = '&'.join(
        part
        for part in request.raw_query.split('&')
        if part and edge_policies.forwards_query(behaviour, part.split('=')[0])
    )
    asked = replace(request, headers=tuple(headers), raw_query=query)
    ahead = hooks.origin_request(origin, asked, headers, uri)
    if isinstance(ahead, Answer):
        return ahead
    if ahead:
        origin, asked, uri = ahead
    return hooks.origin_response(asked, uri, _asked_of(backend, distribution, origin, asked, uri, chosen=bool(ahead)))


def _asked_of(backend, distribution: Distribution, origin: dict, request: Incoming, uri: str, chosen: bool) -> Answer:
    """What an origin answers; `chosen` where a function has had its say in it."""
    path = (origin.get('OriginPath') or '') + uri
    bucket = _BUCKET.fullmatch(origin['DomainName'])
    if not bucket or 'CustomOriginConfig' in origin:
        return _from_server(origin, path, request, _signing_for(backend, distribution, origin))
    if chosen and request.header('host') != origin['DomainName']:
        return bucket_reader.error(403, 'SignatureDoesNotMatch', f'the Host is {request.header("host")}')
    return _from_bucket(backend, distribution, origin, bucket['name'], path, request)


def _signing_for(backend, distribution: Distribution, origin: dict) -> str:
    """The ARN of the distribution where it signs what it asks of a function's own address."""
    control = backend.origin_access_controls.get(origin.get('OriginAccessControlId') or '')
    return distribution.arn if control and control.signing_behavior != 'never' else ''


def _from_bucket(
    backend, distribution: Distribution, origin: dict, bucket: str, path: str, request: Incoming
) -> Answer:
    if request.method == 'OPTIONS':
        return bucket_cors.preflight(bucket, request.header)
    if request.method not in ('GET', 'HEAD'):
        return bucket_reader.error(
            403, 'AccessDenied', 'this emulator reads from a bucket through a distribution, it does not write'
        )
    principal, context = _reader(backend, distribution, origin)
    given = bucket_reader.read(
        bucket, unquote(path).removeprefix('/'), principal, context, range_header=request.header('range')
    )
    return bucket_cors.told(bucket, request.method, request.header('origin'), given)


def _reader(backend: CloudFrontBackend, distribution: Distribution, origin: dict) -> tuple[dict, dict]:
    """As whom the bucket is asked: the service for this distribution, an older identity, or anybody."""
    control = backend.origin_access_controls.get(origin.get('OriginAccessControlId') or '')
    if control and control.signing_behavior != 'never':
        return {'Service': 'cloudfront.amazonaws.com'}, policies.service_context(distribution.arn, DEFAULT_ACCOUNT_ID)
    identity = ((origin.get('S3OriginConfig') or {}).get('OriginAccessIdentity') or '').rsplit('/', 1)[-1]
    context = {'aws:securetransport': 'true', 's3:tlsversion': '1.3'}
    if not identity:
        return {'AWS': '*'}, context
    shown = targets.client('cloudfront', 'us-east-1').get_cloud_front_origin_access_identity(Id=identity)[
        'CloudFrontOriginAccessIdentity'
    ]
    name = f'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {identity}'
    return {'CanonicalUser': shown['S3CanonicalUserId'], 'AWS': name}, context


def _from_server(origin: dict, path: str, request: Incoming, signing: str) -> Answer:
    from . import hosts

    headers = list(request.headers)
    given = {each['HeaderName'].lower() for each in (origin.get('CustomHeaders') or {}).get('Items') or []}
    headers = [(name, value) for name, value in headers if name.lower() not in given]
    headers += [
        (each['HeaderName'], each['HeaderValue']) for each in (origin.get('CustomHeaders') or {}).get('Items') or []
    ]
    if not any(name.lower() == 'user-agent' for name, _ in headers):
        headers.append(('User-Agent', 'Amazon CloudFront'))
    if not any(name.lower() == 'x-forwarded-for' for name, _ in headers):
        headers.append(('X-Forwarded-For', request.source_ip))
    config = origin.get('CustomOriginConfig') or {}
    secure = config.get('OriginProtocolPolicy', 'https-only') == 'https-only' or (
        config.get('OriginProtocolPolicy') == 'match-viewer' and request.secure
    )
    domain = origin['DomainName']
    host = next((value for name, value in headers if name.lower() == 'host'), domain)
    headers = [(name, value) for name, value in headers if name.lower() != 'host'] + [('Host', host)]
    inner = replace(request, host=domain, raw_path=path, headers=tuple(headers), secure=secure)
    own = hosts.inside(domain, inner, signing)
    return own if own is not None else _from_internet(domain, config, secure, inner)


def _from_internet(domain: str, config: dict, secure: bool, request: Incoming) -> Answer:
    scheme = 'https' if secure else 'http'
    port = int(config.get('HTTPSPort' if secure else 'HTTPPort') or (443 if secure else 80))
    url = f'{scheme}://{domain}:{port}{request.raw_path}' + (f'?{request.raw_query}' if request.raw_query else '')
    try:
        got = requests.request(
            request.method,
            url,
            headers=dict(request.headers),
            data=request.body,
            timeout=float(config.get('OriginReadTimeout') or 30),
            allow_redirects=False,
        )
    except requests.Timeout:
        return Answer(504, [('Content-Type', 'text/html')], b'<h1>504 ERROR</h1>')
    except requests.RequestException:
        return Answer(502, [('Content-Type', 'text/html')], b'<h1>502 ERROR</h1>')
    dropped = ('content-encoding', 'transfer-encoding', 'connection', 'content-length')
    return Answer(
        got.status_code,
        [(name, value) for name, value in got.headers.items() if name.lower() not in dropped],
        got.content,
    )
