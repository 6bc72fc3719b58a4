"""Buckets as the public sees them: by the host name of the bucket, and as a web site."""

import xmltodict
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from . import bucket_cors, bucket_reader
from .answers import Answer
from .incoming import Incoming


def bucket(name: str, request: Incoming) -> Answer:
    """Somebody who has not signed in asks for an object; signed requests never come here."""
    return anonymous(name, request.path.removeprefix('/'), request)


def anonymous(name: str, key: str, request: Incoming) -> Answer:
    """What the public gets of a bucket: objects its policy lets it read, and nothing else."""
    if request.method not in ('GET', 'HEAD'):
        return bucket_reader.error(403, 'AccessDenied', 'Access Denied')
    given = bucket_reader.read(name, key, {'AWS': '*'}, _context(request), range_header=request.header('range'))
    return bucket_cors.told(name, request.method, request.header('origin'), given)


def _context(request: Incoming) -> dict[str, str]:
    return {
        'aws:securetransport': str(request.secure).lower(),
        'aws:sourceip': request.source_ip,
        's3:tlsversion': '1.3',
    }


def website(name: str, request: Incoming) -> Answer:
    """The website endpoint: an index for a folder, a page for an error, redirects."""
    try:
        found = s3_backends[DEFAULT_ACCOUNT_ID]['aws'].get_bucket(name)
    except MissingBucket:
        return bucket_reader.error(404, 'NoSuchBucket', 'The specified bucket does not exist')
    config = website_configuration(found)
    if not config:
        return bucket_reader.error(
            404, 'NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'
        )
    redirect = config.get('RedirectAllRequestsTo')
    if redirect:
        protocol = redirect.get('Protocol') or ('https' if request.secure else 'http')
        return Answer(301, [('Location', f'{protocol}://{redirect["HostName"]}{request.raw_path}')])
    index = (config.get('IndexDocument') or {}).get('Suffix', 'index.html')
    key = request.path.removeprefix('/')
    given = _read(name, key + index if not key or key.endswith('/') else key, request)
    if given.status >= 400 and not key.endswith('/') and _read(name, f'{key}/{index}', request).status == 200:
        return Answer(302, [('Location', f'/{key}/')])
    error = (config.get('ErrorDocument') or {}).get('Key')
    if given.status >= 400 and error:
        page = _read(name, error, request)
        if page.status == 200:
            page.status = given.status
            return page
    return given


def _read(name: str, key: str, request: Incoming) -> Answer:
    return bucket_reader.read(name, key, {'AWS': '*'}, _context(request))


def website_configuration(found) -> dict:
    """moto keeps the XML it was given."""
    if not found.website_configuration:
        return {}
    text = found.website_configuration
    return xmltodict.parse(text.decode() if isinstance(text, bytes) else text).get('WebsiteConfiguration') or {}
