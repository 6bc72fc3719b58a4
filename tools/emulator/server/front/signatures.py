"""Signatures of AWS, version 4, in a header or in a link: whether who sent a request holds the secret of its key, meant just
this request, and sent it in time. The services of the CLI and the SDKs do not ask; the doors to the outside do.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from .incoming import Incoming

# What the emulator's own clients, and the functions in it, sign with.
_OWN_KEYS = {'test': 'test'}
_ALGORITHM = 'AWS4-HMAC-SHA256'
# How far the clock of a sender may be off.
_LEEWAY = timedelta(minutes=5)

MISSING, UNKNOWN, EXPIRED, WRONG = 'missing', 'unknown', 'expired', 'wrong'
SAYS = {
    MISSING: 'Missing Authentication Token',
    UNKNOWN: 'The security token included in the request is invalid: the emulator does not know the access key; sign with test/test, '
    'with a key that its IAM made, or with what its STS gave',
    EXPIRED: 'Signature expired',
    WRONG: 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and '
    'signing method. Consult the service documentation for details.',
}


@dataclass(frozen=True)
class Asked:
    """What a signature can be about, as the sender wrote it."""

    method: str
    raw_path: str
    query: Iterable[tuple[str, str]]
    header: Callable[[str], str | None]
    # Called only where the sender signed the body and did not say its hash.
    body_hash: Callable[[], str]


@dataclass(frozen=True)
class _Signature:
    credential: str
    date: str
    headers: list[str]
    signature: str
    # In a link, how long it is good for.
    seconds: int | None


def of_incoming(request: Incoming) -> Asked:
    return Asked(
        request.method,
        request.raw_path,
        request.query,
        request.header,
        lambda: hashlib.sha256(request.body).hexdigest(),
    )


def fault(asked: Asked, service: str) -> str | None:
    """What is wrong with the signature of a request to a service; None for a good one."""
    query = dict(asked.query)
    found = _in_link(query) if 'X-Amz-Signature' in query else _in_header(asked)
    if found is None:
        return MISSING
    key, *scope = found.credential.split('/')
    if len(scope) != 4 or scope[2:] != [service, 'aws4_request'] or not found.date.startswith(scope[0]):
        return WRONG
    try:
        signed_at = datetime.strptime(found.date, '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC)
    except ValueError:
        return WRONG
    until = _LEEWAY if found.seconds is None else timedelta(seconds=found.seconds)
    if not signed_at - _LEEWAY <= datetime.now(UTC) <= signed_at + until:
        return EXPIRED
    secret = _secret(key, query.get('X-Amz-Security-Token') or asked.header('x-amz-security-token'))
    if secret is None:
        return UNKNOWN
    canonical = hashlib.sha256(_canonical(asked, found, service).encode()).hexdigest()
    signing_key = f'AWS4{secret}'.encode()
    for part in scope:
        signing_key = hmac.new(signing_key, part.encode(), hashlib.sha256).digest()
    text = f'{_ALGORITHM}\n{found.date}\n{"/".join(scope)}\n{canonical}'
    wanted = hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()
    return None if hmac.compare_digest(wanted, found.signature) else WRONG


def key_of(asked: Asked) -> str | None:
    """The key with which a request says it is signed."""
    query = dict(asked.query)
    found = _in_link(query) if 'X-Amz-Signature' in query else _in_header(asked)
    return found.credential.split('/')[0] if found else None


def _in_link(query: dict[str, str]) -> _Signature | None:
    try:
        return _Signature(
            query['X-Amz-Credential'],
            query['X-Amz-Date'],
            query['X-Amz-SignedHeaders'].split(';'),
            query['X-Amz-Signature'],
            int(query['X-Amz-Expires']),
        )
    except (KeyError, ValueError):
        return None


def _in_header(asked: Asked) -> _Signature | None:
    text = asked.header('authorization') or ''
    parts = dict(re.findall(r'(Credential|SignedHeaders|Signature)=([^,\s]+)', text))
    if not text.startswith(f'{_ALGORITHM} ') or len(parts) != 3:
        return None
    date = asked.header('x-amz-date') or ''
    return _Signature(parts['Credential'], date, parts['SignedHeaders'].split(';'), parts['Signature'], None)


def _secret(access_key: str, session: str | None) -> str | None:
    if access_key in _OWN_KEYS:
        return _OWN_KEYS[access_key]
    found = iam_backends[DEFAULT_ACCOUNT_ID]['aws'].access_keys.get(access_key)
    if found:
        return found.secret_access_key
    role = sts_backends[DEFAULT_ACCOUNT_ID]['aws'].get_assumed_role_from_access_key(access_key) if session else None
    return role.secret_access_key if role else None


def _canonical(asked: Asked, signature: _Signature, service: str) -> str:
    path = quote(unquote(asked.raw_path), safe='/-_.~')
    if service != 's3':
        # All services but S3 have their paths encoded twice.
        path = quote(path, safe='/-_.~')
    pairs = sorted(
        (quote(name, safe='-_.~'), quote(value, safe='-_.~'))
        for name, value in asked.query
        if name != 'X-Amz-Signature'
    )
    headers = ''.join(f'{name}:{" ".join((asked.header(name) or "").split())}\n' for name in signature.headers)
    text = '&'.join(f'{name}={value}' for name, value in pairs)
    return f'{asked.method}\n{path}\n{text}\n{headers}\n{";".join(signature.headers)}\n{_body(asked, signature, service)}'


def _body(asked: Asked, signature: _Signature, service: str) -> str:
    """The hash of the body that was signed. One that the sender says has to be the body's, or nothing would be signed."""
    told = dict(asked.query).get('X-Amz-Content-Sha256') or asked.header('x-amz-content-sha256')
    if service == 's3':
        return told or ('UNSIGNED-PAYLOAD' if signature.seconds is not None else asked.body_hash())
    return asked.body_hash()
