"""Requests to S3 that nobody signed, or that carry their signature in the link: moto lets both through unseen."""

from urllib.parse import parse_qsl, unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from . import bucket_cors, signatures, site
from .answers import Answer
from .bucket_reader import error
from .incoming import Incoming


def answer(environ, start_response):
    """The part of the application that looks at requests to buckets by their path before moto does."""
    if 'HTTP_AUTHORIZATION' in environ or 'HTTP_X_AMZ_TARGET' in environ:
        return None
    bucket, _, _ = environ.get('PATH_INFO', '').removeprefix('/').partition('/')
    if bucket not in s3_backends[DEFAULT_ACCOUNT_ID]['aws'].buckets:
        return None
    if environ['REQUEST_METHOD'] == 'OPTIONS':
        asked = bucket_cors.preflight(bucket, lambda name: _header(environ, name))
        return asked.response()(environ, start_response)
    query = dict(parse_qsl(environ.get('QUERY_STRING', ''), keep_blank_values=True))
    if 'X-Amz-Signature' in query:
        refused = _refused_link(environ, query)
        return refused.response()(environ, start_response) if refused else None
    if 'Signature' in query and 'AWSAccessKeyId' in query:
        # Version 2, which S3 takes from no bucket that was made since June 2020.
        message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
        return error(400, 'InvalidRequest', message).response()(environ, start_response)
    if environ['REQUEST_METHOD'] == 'POST':
        # A form whose fields carry the signature.
        return None
    request = Incoming.of(environ)
    key = unquote(request.raw_path).removeprefix(f'/{bucket}').removeprefix('/')
    return site.anonymous(bucket, key, request).response()(environ, start_response)


def _refused_link(environ, query: dict) -> Answer | None:
    """The refusal of a link that is out of date, was signed for something else, or by a key that nobody knows; None for a
    good one.
    """
    raw = (environ.get('RAW_URI') or environ.get('REQUEST_URI') or environ['PATH_INFO']).partition('?')[0]
    asked = signatures.Asked(
        environ['REQUEST_METHOD'], raw, list(query.items()), lambda name: _header(environ, name), lambda: ''
    )
    found = signatures.fault(asked, 's3')
    if found:
        return error(403, *_CODES[found])
    return error(403, 'AccessDenied', _UNSIGNED) if _unsigned(environ, query) else None


def _unsigned(environ, query: dict) -> bool:
    """Whether a request has headers of S3's own that its signature says nothing of, such as tags."""
    own = {name.removeprefix('HTTP_').lower().replace('_', '-') for name in environ if name.startswith('HTTP_X_AMZ_')}
    return bool(own - set(query['X-Amz-SignedHeaders'].split(';')) - {'x-amz-content-sha256'})


_UNSIGNED = 'There were headers present in the request which were not signed'
_CODES = {
    signatures.MISSING: ('AuthorizationQueryParametersError', 'A parameter of the signature is missing or is none'),
    signatures.UNKNOWN: ('InvalidAccessKeyId', signatures.SAYS[signatures.UNKNOWN]),
    signatures.EXPIRED: ('AccessDenied', 'Request has expired'),
    signatures.WRONG: (
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ),
}


def _header(environ, name: str) -> str:
    if name in ('content-type', 'content-length'):
        return environ.get(name.upper().replace('-', '_'), '').strip()
    return ' '.join(environ.get(f'HTTP_{name.upper().replace("-", "_")}', '').split())
