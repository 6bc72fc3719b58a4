"""Requests to S3 that nobody signed, or that carry their signature in the link: moto lets both through unseen."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from . import site
from .answers import Answer
from .bucket_reader import error
from .incoming import Incoming

# What the emulator's own clients sign with, as its environment says.
_OWN_KEYS = {'test': 'test'}


def answer(environ, start_response):
    """The part of the application that looks at requests to buckets by their path before moto does."""
    if 'HTTP_AUTHORIZATION' in environ or 'HTTP_X_AMZ_TARGET' in environ:
        return None
    bucket, _, _ = environ.get('PATH_INFO', '').removeprefix('/').partition('/')
    if bucket not in s3_backends[DEFAULT_ACCOUNT_ID]['aws'].buckets:
        return None
    query = dict(parse_qsl(environ.get('QUERY_STRING', ''), keep_blank_values=True))
    if 'X-Amz-Signature' in query:
        refused = _refused_link(environ, query)
        return refused.response()(environ, start_response) if refused else None
    if 'Signature' in query and 'AWSAccessKeyId' in query:
        return None
    if environ['REQUEST_METHOD'] in ('OPTIONS', 'POST'):
        # A browser's question, and a form whose fields carry the signature.
        return None
    request = Incoming.of(environ)
    key = unquote(request.raw_path).removeprefix(f'/{bucket}').removeprefix('/')
    return site.anonymous(bucket, key, request).response()(environ, start_response)


def _secret(access_key: str, session: str | None) -> str | None:
    if access_key in _OWN_KEYS:
        return _OWN_KEYS[access_key]
    found = iam_backends[DEFAULT_ACCOUNT_ID]['aws'].access_keys.get(access_key)
    if found:
        return found.secret_access_key
    role = sts_backends[DEFAULT_ACCOUNT_ID]['aws'].get_assumed_role_from_access_key(access_key) if session else None
    return role.secret_access_key if role else None


def _refused_link(environ, query: dict) -> Answer | None:
    """The refusal of a link that is out of date or was signed for something else; None for a good one, or one of a
    stranger's key.
    """
    access_key, day, region, service, _ = query['X-Amz-Credential'].split('/')
    signed_at = datetime.strptime(query['X-Amz-Date'], '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC)
    if datetime.now(UTC) > signed_at + timedelta(seconds=int(query['X-Amz-Expires'])):
        return error(403, 'AccessDenied', 'Request has expired')
    secret = _secret(access_key, query.get('X-Amz-Security-Token'))
    if secret is None:
        return None
    scope = f'{day}/{region}/{service}/aws4_request'
    canonical = hashlib.sha256(_canonical(environ, query).encode()).hexdigest()
    text = f'AWS4-HMAC-SHA256\n{query["X-Amz-Date"]}\n{scope}\n{canonical}'
    key = f'AWS4{secret}'.encode()
    for part in (day, region, service, 'aws4_request'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    wanted = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, query['X-Amz-Signature']):
        message = 'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
        return error(403, 'SignatureDoesNotMatch', message)
    return None


def _canonical(environ, query: dict) -> str:
    raw = (environ.get('RAW_URI') or environ.get('REQUEST_URI') or environ['PATH_INFO']).partition('?')[0]
    path = quote(unquote(raw), safe='/-_.~')
    names = query['X-Amz-SignedHeaders'].split(';')
    pairs = sorted(
        (quote(name, safe='-_.~'), quote(value, safe='-_.~'))
        for name, value in query.items()
        if name != 'X-Amz-Signature'
    )
    headers = ''.join(f'{name}:{_header(environ, name)}\n' for name in names)
    body = query.get('X-Amz-Content-Sha256') or environ.get('HTTP_X_AMZ_CONTENT_SHA256') or 'UNSIGNED-PAYLOAD'
    text = '&'.join(f'{name}={value}' for name, value in pairs)
    return f'{environ["REQUEST_METHOD"]}\n{path}\n{text}\n{headers}\n{";".join(names)}\n{body}'


def _header(environ, name: str) -> str:
    if name in ('content-type', 'content-length'):
        return environ.get(name.upper().replace('-', '_'), '').strip()
    return ' '.join(environ.get(f'HTTP_{name.upper().replace("-", "_")}', '').split())
