"""CloudFront distributions: one request from the viewer to a copy or an origin, and back."""

import gzip
import uuid
from dataclasses import replace
from fnmatch import fnmatchcase

from moto.cloudfront.models import CloudFrontBackend, Distribution, cloudfront_backends
from moto.core import DEFAULT_ACCOUNT_ID

from runtime.functions import complain

from . import (
    edge_cache,
    edge_fields,
    edge_functions,
    edge_headers,
    edge_hooks,
    edge_policies,
    edge_signatures,
    origins,
    viewer_place,
    web_firewall,
)
from .answers import Answer
from .incoming import Incoming

_ERROR_SECONDS = 10
_SMALLEST_COMPRESSED, _LARGEST_COMPRESSED = 1000, 10_000_000
_COMPRESSED = (
    'text/',
    'application/json',
    'application/javascript',
    'application/xml',
    'image/svg+xml',
    'application/wasm',
    'font/',
)


def find(label: str) -> tuple[CloudFrontBackend, Distribution] | None:
    backend = cloudfront_backends[DEFAULT_ACCOUNT_ID]['aws']
    for distribution in list(backend.distributions.values()):
        if distribution.domain_name.split('.')[0] == label:
            return backend, distribution
    return None


def answer(label: str, request: Incoming) -> Answer:
    found = find(label)
    if not found:
        return _page(404, f'there is no distribution {label}')
    given = Visit(*found, request).answer()
    given.set('Via', f'1.1 {uuid.uuid4().hex}.cloudfront.net (CloudFront)')
    given.set('X-Amz-Cf-Pop', 'LHR1-E1')
    given.set('X-Amz-Cf-Id', uuid.uuid4().hex)
    given.add_missing('Server', 'CloudFront')
    return given


def _page(status: int, text: str) -> Answer:
    body = f'<!DOCTYPE HTML><HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>{status} ERROR</H1>{text}</BODY></HTML>'
    return Answer(
        status,
        [('Content-Type', 'text/html'), ('X-Cache', 'Error from cloudfront'), ('Server', 'CloudFront')],
        body.encode(),
    )


class Visit:
    """One request to one distribution."""

    def __init__(self, backend: CloudFrontBackend, distribution: Distribution, request: Incoming):
        self.backend, self.distribution, self.request = backend, distribution, request
        self.config = edge_policies.raw_config(distribution)
        self.uri = request.raw_path
        self.request_id = uuid.uuid4().hex

    def answer(self) -> Answer:
        blocked = web_firewall.block(self.config.get('WebACLId') or '', self.request, web_firewall.EDGE_BODY)
        if blocked:
            return blocked.answer or _page(403, 'Request blocked.')
        behaviour = self._behaviour(self.uri)
        refused = self._refused(behaviour)
        if refused:
            return refused
        try:
            hooks = edge_hooks.Hooks(self.distribution, self.request_id, behaviour)
            ahead = hooks.viewer_request(self.request, self.uri)
            made = isinstance(ahead, Answer)
            if made:
                given = ahead
            else:
                self.request, self.uri = ahead
                given = self._served(behaviour, hooks)
            edge_headers.apply(edge_policies.response_headers(behaviour), self.request.header('origin'), given)
            return given if made else hooks.viewer_response(self.request, self.uri, given)
        except edge_functions.FunctionFailed as failed:
            return _page(
                503,
                f'The function associated with the CloudFront distribution is invalid or could not run: {failed}',
            )
        except LookupError as error:
            complain(f'distribution {self.distribution.id}: {error}')
            return _page(500, str(error))

    def _behaviour(self, uri: str) -> dict:
        for each in (self.config.get('CacheBehaviors') or {}).get('Items') or []:
            pattern = each['PathPattern']
            if fnmatchcase(uri, (pattern if pattern.startswith('/') else f'/{pattern}').replace('[', '[[]')):
                return each
        return self.config['DefaultCacheBehavior']

    def _refused(self, behaviour: dict) -> Answer | None:
        if str(self.config.get('Enabled', True)).lower() == 'false':
            return _page(403, 'The distribution is disabled.')
        policy = behaviour.get('ViewerProtocolPolicy', 'allow-all')
        if not self.request.secure and policy == 'redirect-to-https':
            query = f'?{self.request.raw_query}' if self.request.raw_query else ''
            location = f'https://{self.request.host}{self.request.raw_path}{query}'
            page = b'<html><head><title>301 Moved Permanently</title></head><body><center><h1>301 Moved Permanently</h1></center></body></html>'
            headers = [
                ('Content-Type', 'text/html'),
                ('Location', location),
                ('X-Cache', 'Redirect from cloudfront'),
                ('Server', 'CloudFront'),
            ]
            return Answer(301, headers, page)
        if not self.request.secure and policy == 'https-only':
            return _page(403, 'This distribution is configured to block access by plain HTTP.')
        allowed = (behaviour.get('AllowedMethods') or {}).get('Items') or ['GET', 'HEAD']
        if self.request.method not in allowed:
            return _page(
                403,
                'This distribution is not configured to allow the HTTP request method that was used for this request.',
            )
        if str((behaviour.get('TrustedSigners') or {}).get('Enabled', False)).lower() == 'true':
            return _page(501, 'Signatures of accounts are not checked here, so that nothing behind them is served.')
        denied = edge_signatures.refused(behaviour, self.request)
        if denied is None:
            self.request = replace(self.request, raw_query=edge_signatures.without_signature(self.request))
        return denied

    def _served(self, behaviour: dict, hooks: edge_hooks.Hooks) -> Answer:
        uri = self.uri
        if uri == '/' and self.config.get('DefaultRootObject'):
            uri = '/' + self.config['DefaultRootObject'].removeprefix('/')
        given, how = self._from_cache_or_origin(behaviour, uri, hooks)
        if given.status >= 400:
            given, how = self._error_page(given, how)
        given.set('X-Cache', how)
        return self._unchanged(given)

    def _from_cache_or_origin(self, behaviour: dict, uri: str, hooks: edge_hooks.Hooks) -> tuple[Answer, str]:
        rules = edge_policies.cache_rules(behaviour)
        encoding = 'gzip' if 'gzip' in (self.request.header('accept-encoding') or '') else ''
        kept = self.request.method in ('GET', 'HEAD') and not self.request.header('range')
        # What CloudFront itself knows of the viewer is there from here on, and no function at the viewer has seen it.
        known = tuple(viewer_place.told(self.request.headers, edge_policies.told_headers(behaviour)))
        request = replace(self.request, headers=known)
        wanted = edge_cache.key(rules, request, uri, encoding)
        if kept and (copy := edge_cache.find(self.distribution.id, wanted)):
            given, age = copy
            given.set('Age', str(age))
            return given, 'Hit from cloudfront' if given.status < 400 else 'Error from cloudfront'
        # A copy is of the whole, so the origin is always asked by GET for what may be kept.
        asked = replace(request, method='GET') if kept else request
        try:
            asked = edge_fields.encrypted(behaviour, asked)
        except edge_fields.Refused as refused:
            return _page(400, str(refused)), 'Error from cloudfront'
        given = origins.fetch(self.backend, self.distribution, behaviour, asked, uri, hooks)
        if given.status < 400 and kept and encoding and str(behaviour.get('Compress', False)).lower() == 'true':
            _compress(given)
        if kept:
            seconds = edge_cache.lifetime(rules, given) if given.status < 400 else self._error_seconds(given.status)
            edge_cache.store(self.distribution.id, wanted, given, seconds)
        return given, 'Miss from cloudfront' if given.status < 400 else 'Error from cloudfront'

    def _custom_error(self, status: int) -> dict:
        every = (self.config.get('CustomErrorResponses') or {}).get('Items') or []
        return next((each for each in every if int(each['ErrorCode']) == status), {})

    def _error_seconds(self, status: int) -> float:
        return float(self._custom_error(status).get('ErrorCachingMinTTL', _ERROR_SECONDS))

    def _error_page(self, given: Answer, how: str) -> tuple[Answer, str]:
        custom = self._custom_error(given.status)
        if not custom.get('ResponsePagePath'):
            return given, how
        path = custom['ResponsePagePath']
        behaviour = self._behaviour(path)
        page, _ = self._from_cache_or_origin(
            behaviour, path, edge_hooks.Hooks(self.distribution, self.request_id, behaviour)
        )
        if page.status >= 400:
            return given, how
        page.status = int(custom.get('ResponseCode') or given.status)
        return page, 'Error from cloudfront'

    def _unchanged(self, given: Answer) -> Answer:
        etag = given.header('etag')
        if given.status == 200 and etag and etag in (self.request.header('if-none-match') or ''):
            return replace(given, status=304, body=b'')
        return given


def _compress(given: Answer):
    content_type = given.header('content-type') or ''
    fits = _SMALLEST_COMPRESSED <= len(given.body) <= _LARGEST_COMPRESSED and content_type.startswith(_COMPRESSED)
    if not fits or given.header('content-encoding') or given.status != 200:
        return
    given.body = gzip.compress(given.body, mtime=0)
    given.set('Content-Encoding', 'gzip')
    given.set('Vary', 'Accept-Encoding')
    etag = given.header('etag')
    if etag and not etag.startswith('W/'):
        given.set('ETag', f'W/{etag}')
