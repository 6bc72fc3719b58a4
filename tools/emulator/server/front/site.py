"""Buckets as the public sees them: by the host name of the bucket, and as a web site."""

from http import HTTPStatus
from urllib.parse import quote

import xmltodict
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeDeleteMarker, s3_backends

from runtime.own_program import OwnProgram

from . import bucket_cors, bucket_reader
from .answers import Answer
from .incoming import Incoming

_ANYBODY = {'AWS': '*'}
_WEBSITE = OwnProgram('objects/website.ts')
# What stands for itself in an address; keys may hold anything.
_RESERVED = "/:?#[]@!$&'()*+,;=%~"
_FAULTS = {
    403: ('AccessDenied', 'Access Denied'),
    404: ('NoSuchKey', 'The specified key does not exist.'),
}


def bucket(name: str, request: Incoming) -> Answer:
    """Somebody who has not signed in asks for an object; signed requests never come here."""
    return anonymous(name, request.path.removeprefix('/'), request)


def anonymous(name: str, key: str, request: Incoming) -> Answer:
    """What the public gets of a bucket: objects its policy lets it read, and nothing else."""
    if request.method not in ('GET', 'HEAD'):
        return bucket_reader.error(403, 'AccessDenied', 'Access Denied')
    given = bucket_reader.read(name, key, _ANYBODY, _context(request), range_header=request.header('range'))
    return bucket_cors.told(name, request.method, request.header('origin'), given)


def _context(request: Incoming) -> dict[str, str]:
    return {
        'aws:securetransport': str(request.secure).lower(),
        'aws:sourceip': request.source_ip,
        's3:tlsversion': '1.3',
    }


def website(name: str, request: Incoming) -> Answer:
    """The website endpoint: what it answers is said by the project's own `websiteAnswer`."""
    try:
        found = s3_backends[DEFAULT_ACCOUNT_ID]['aws'].get_bucket(name)
    except MissingBucket:
        return _error(404, 'NoSuchBucket', 'The specified bucket does not exist')
    config = website_configuration(found)
    if not config:
        return _error(
            404, 'NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'
        )
    if request.method not in ('GET', 'HEAD'):
        return _error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.')
    objects = [key for key, each in found.keys.items() if not isinstance(each, FakeDeleteMarker)]
    asked = {
        'path': request.path,
        'query': request.raw_query,
        'host': request.host,
        'objects': objects,
        'readable': bucket_reader.readable(found, objects, _ANYBODY, _context(request)),
    }
    told = _WEBSITE.ask({'website': config, 'request': asked})
    status = int(told['status'])
    if 'location' in told:
        return Answer(status, [('Location', quote(told['location'], safe=_RESERVED)), ('Server', 'AmazonS3')])
    if 'key' not in told:
        return _error(status, *_FAULTS[status])
    given = bucket_reader.read(name, told['key'], _ANYBODY, _context(request))
    return Answer(status, given.headers, given.body)


def _error(status: int, code: str, message: str) -> Answer:
    """The page that a website without one of its own shows."""
    title = f'{status} {HTTPStatus(status).phrase}'
    text = f'<html><head><title>{title}</title></head><body><h1>{title}</h1><ul><li>Code: {code}</li><li>Message: {message}</li></ul></body></html>'
    return Answer(status, [('Content-Type', 'text/html; charset=utf-8'), ('Server', 'AmazonS3')], text.encode())


def website_configuration(found) -> dict:
    """In the words of templates; moto keeps the XML it was given."""
    if not found.website_configuration:
        return {}
    text = found.website_configuration
    parsed = xmltodict.parse(text.decode() if isinstance(text, bytes) else text, force_list=('RoutingRule',))
    config = parsed.get('WebsiteConfiguration') or {}
    rules = (config.get('RoutingRules') or {}).get('RoutingRule') or []
    made = {
        'IndexDocument': (config.get('IndexDocument') or {}).get('Suffix'),
        'ErrorDocument': (config.get('ErrorDocument') or {}).get('Key'),
        'RedirectAllRequestsTo': config.get('RedirectAllRequestsTo'),
        'RoutingRules': [_rule(rule) for rule in rules],
    }
    return {key: value for key, value in made.items() if value}


def _rule(rule: dict) -> dict:
    condition = rule.get('Condition')
    return {
        'RedirectRule': rule.get('Redirect') or {},
        **({'RoutingRuleCondition': condition} if condition else {}),
    }
