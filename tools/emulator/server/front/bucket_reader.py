"""Reads objects of a bucket for somebody who is judged by the bucket's policy, as S3 judges CloudFront and the
public.
"""

from datetime import UTC
from email.utils import format_datetime

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from runtime import policies

from .answers import Answer


def read(
    bucket_name: str, key: str, principal: dict[str, str], context: dict[str, str], *, range_header: str | None = None
) -> Answer:
    """The object, or S3's refusal: 404 only for who may list the bucket, 403 for everybody else."""
    backend = s3_backends[DEFAULT_ACCOUNT_ID]['aws']
    try:
        bucket = backend.get_bucket(bucket_name)
    except MissingBucket:
        return error(404, 'NoSuchBucket', 'The specified bucket does not exist')
    policy = _effective_policy(bucket, principal)
    if not _may_read(bucket, policy, key, principal, context):
        return error(403, 'AccessDenied', 'Access Denied')
    found = backend.get_object(bucket_name, key) if key else None
    if found is None or getattr(found, 'value', None) is None:
        listed = policies.allows(policy, principal, 's3:ListBucket', bucket.arn, context)
        return (
            error(404, 'NoSuchKey', 'The specified key does not exist.')
            if listed
            else error(403, 'AccessDenied', 'Access Denied')
        )
    return _object(found, range_header)


def readable(bucket, keys: list[str], principal: dict[str, str], context: dict[str, str]) -> list[str]:
    """Those of the keys that the bucket's policy lets somebody read."""
    policy = _effective_policy(bucket, principal)
    return [key for key in keys if _may_read(bucket, policy, key, principal, context)]


def _may_read(bucket, policy, key: str, principal: dict[str, str], context: dict[str, str]) -> bool:
    return policies.allows(policy, principal, 's3:GetObject', f'{bucket.arn}/{key}', context)


def _effective_policy(bucket, principal: dict[str, str]):
    """RestrictPublicBuckets lets a public policy be read by services and the account only."""
    block = bucket.public_access_block
    restricted = block is not None and str(getattr(block, 'restrict_public_buckets', 'false')).lower() == 'true'
    if restricted and principal.get('AWS') == '*':
        return None
    return bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy


def _object(found, range_header: str | None) -> Answer:
    body = found.value
    headers = [
        (
            'Content-Type',
            found.metadata.get('content-type') or getattr(found, 'content_type', None) or 'binary/octet-stream',
        ),
        ('ETag', found.etag),
        ('Last-Modified', format_datetime(found.last_modified.replace(tzinfo=UTC), usegmt=True)),
        ('Accept-Ranges', 'bytes'),
        ('Server', 'AmazonS3'),
    ]
    for name, value in found.metadata.items():
        if name.lower() in (
            'cache-control',
            'content-disposition',
            'content-encoding',
            'content-language',
            'expires',
        ) or name.lower().startswith('x-amz-meta-'):
            headers.append((_title(name), value))
    if getattr(found, 'encryption', None):
        headers.append(('x-amz-server-side-encryption', found.encryption))
    if getattr(found, 'is_versioned', False):
        headers.append(('x-amz-version-id', str(found.version_id)))
    if range_header and range_header.startswith('bytes=') and ',' not in range_header:
        return _part(body, headers, range_header.removeprefix('bytes='))
    return Answer(200, headers, body)


def _title(name: str) -> str:
    return name if name.startswith('x-amz-') else '-'.join(part.capitalize() for part in name.split('-'))


def _part(body: bytes, headers: list, text: str) -> Answer:
    first, _, last = text.partition('-')
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(int(last), len(body) - 1) if first and last else len(body) - 1
    if start >= len(body) or start > end:
        return Answer(416, [('Content-Range', f'bytes */{len(body)}')])
    return Answer(206, [*headers, ('Content-Range', f'bytes {start}-{end}/{len(body)}')], body[start : end + 1])


def error(status: int, code: str, message: str) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Answer(status, [('Content-Type', 'application/xml'), ('Server', 'AmazonS3')], text.encode())
