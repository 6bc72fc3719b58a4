"""What a distribution asks of a private route: a signature in the URL or in cookies, by a key of a group it trusts."""

import base64
import ipaddress
import json
import re
import time
from urllib.parse import parse_qsl, urlencode

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from werkzeug.http import parse_cookie

from runtime import targets

from .answers import Answer
from .incoming import Incoming

_PARTS = ('Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm')
_DENIED = 'Access denied'


def refused(behaviour: dict, request: Incoming) -> Answer | None:
    """The refusal of a request to a private route; None for a good one, and where the route is open."""
    groups = behaviour.get('TrustedKeyGroups') or {}
    if str(groups.get('Enabled', False)).lower() != 'true':
        return None
    fault = _fault(groups.get('Items') or [], request)
    return _denied(*fault) if fault else None


def without_signature(request: Incoming) -> str:
    """The query as the origin and the cache see it: CloudFront keeps what is its own."""
    pairs = parse_qsl(request.raw_query, keep_blank_values=True)
    if not any(name in _PARTS for name, _ in pairs):
        return request.raw_query
    return urlencode([(name, value) for name, value in pairs if name not in _PARTS])


def _fault(groups: list[str], request: Incoming) -> tuple[str, str] | None:
    query = dict(parse_qsl(request.raw_query, keep_blank_values=True))
    cookies = parse_cookie(request.header('cookie') or '')
    signed_url = 'Signature' in query
    part = query.get if signed_url else lambda name: cookies.get(f'CloudFront-{name}')
    key_id, signature = part('Key-Pair-Id'), part('Signature')
    if not key_id or not signature:
        return 'MissingKey', 'Missing Key-Pair-Id query parameter or cookie value'
    key = _trusted(groups, key_id)
    if key is None:
        return 'InvalidKey', 'Unknown Key'
    rest = without_signature(request) if signed_url else request.raw_query
    url = f'https://{request.host.split(":")[0]}{request.raw_path}' + (f'?{rest}' if rest else '')
    policy, expires = part('Policy'), part('Expires')
    if not policy and not expires:
        return 'MissingPolicy', 'Missing Policy or Expires'
    asked = [url, _as_signed(url)]
    for resource in asked:
        text = _decoded(policy) if policy else _canned(resource, expires)
        if _signed(key, text, _decoded(signature), part('Hash-Algorithm') == 'SHA256'):
            return None if _holds(json.loads(text), asked, request.source_ip) else ('AccessDenied', _DENIED)
    return 'AccessDenied', _DENIED


def _as_signed(url: str) -> str:
    """As whoever signed it knows the distribution: by CloudFront's own name, which is another here."""
    return re.sub(r'\.cloudfront\.localhost', '.cloudfront.net', url, count=1)


def _canned(url: str, expires: str) -> bytes:
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}'
    return f'{{"Statement":[{{"Resource":"{url}","Condition":{condition}}}]}}'.encode()


def _holds(policy: dict, urls: list[str], address: str) -> bool:
    statement = policy['Statement'][0]
    condition = statement.get('Condition', {})
    now = time.time()
    pattern = re.escape(statement['Resource']).replace(r'\*', '.*').replace(r'\?', '.')
    block = (condition.get('IpAddress') or {}).get('AWS:SourceIp', '0.0.0.0/0')
    return (
        any(re.fullmatch(pattern, url) for url in urls)
        and now < int(condition['DateLessThan']['AWS:EpochTime'])
        and now >= int((condition.get('DateGreaterThan') or {}).get('AWS:EpochTime', 0))
        and ipaddress.ip_address(address) in ipaddress.ip_network(block, strict=False)
    )


def _signed(key, text: bytes, signature: bytes, sha256: bool) -> bool:
    algorithm = hashes.SHA256() if sha256 else hashes.SHA1()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(algorithm))
        else:
            key.verify(signature, text, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


def _trusted(groups: list[str], key_id: str):
    client = targets.client('cloudfront', 'us-east-1')
    for group in groups:
        try:
            items = client.get_key_group(Id=group)['KeyGroup']['KeyGroupConfig']['Items']
            if key_id in items:
                pem = client.get_public_key(Id=key_id)['PublicKey']['PublicKeyConfig']['EncodedKey']
                return serialization.load_pem_public_key(pem.encode())
        except ClientError:
            continue
    return None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace('-', '+').replace('_', '=').replace('~', '/'))
    except ValueError:
        return b''


def _denied(code: str, message: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    headers = [('Content-Type', 'text/xml'), ('X-Cache', 'Error from cloudfront'), ('Server', 'CloudFront')]
    return Answer(403, headers, body.encode())
