"""What a bucket tells browsers of pages of other origins: in answer to a preflight, and with each answer to a read."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from .answers import Answer
from .bucket_reader import error

_VARY = ('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method')
_REFUSED = (
    'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / '
    "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
)


def preflight(bucket: str, header) -> Answer:
    """S3 looks at no signature here: browsers send none along with a preflight. `header` gives headers by their names."""
    origin = header('Origin') or ''
    method = header('Access-Control-Request-Method') or ''
    named = (header('Access-Control-Request-Headers') or '').lower().split(',')
    asked = [each.strip() for each in named if each.strip()]
    if not origin or not method:
        return error(400, 'BadRequest', 'Insufficient information. Origin request header needed.')
    rules = s3_backends[DEFAULT_ACCOUNT_ID]['aws'].buckets[bucket].cors
    if not rules:
        return error(403, 'AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.')
    found = next((rule for rule in rules if _fits(rule, origin, method, asked)), None)
    if found is None:
        return error(403, 'AccessForbidden', _REFUSED)
    headers = [*_allowed(found, origin), ('Access-Control-Allow-Methods', ', '.join(found.allowed_methods))]
    if asked:
        headers.append(('Access-Control-Allow-Headers', ', '.join(asked)))
    if found.max_age_seconds is not None:
        headers.append(('Access-Control-Max-Age', str(found.max_age_seconds)))
    return Answer(200, [*headers, _VARY])


def told(bucket: str, method: str, origin: str | None, given: Answer) -> Answer:
    """The answer to a read, with what lets pages of the origin see it; as it was where no rule does."""
    found = s3_backends[DEFAULT_ACCOUNT_ID]['aws'].buckets.get(bucket)
    rules = (found.cors if found else None) or []
    rule = next((each for each in rules if origin and _fits(each, origin, method, [])), None)
    if rule is None:
        return given
    headers = [*_allowed(rule, origin), ('Access-Control-Allow-Methods', ', '.join(rule.allowed_methods)), _VARY]
    for name, value in headers:
        given.set(name, value)
    return given


def _allowed(rule, origin: str):
    anybody = '*' in rule.allowed_origins
    yield 'Access-Control-Allow-Origin', '*' if anybody else origin
    if not anybody:
        yield 'Access-Control-Allow-Credentials', 'true'
    if rule.exposed_headers:
        yield 'Access-Control-Expose-Headers', ', '.join(rule.exposed_headers)


def _fits(rule, origin: str, method: str, headers: list[str]) -> bool:
    return (
        any(_matches(each, origin) for each in rule.allowed_origins)
        and method in rule.allowed_methods
        and all(any(_matches(each.lower(), header) for each in rule.allowed_headers or []) for header in headers)
    )


def _matches(pattern: str, text: str) -> bool:
    start, star, end = pattern.partition('*')
    if not star:
        return pattern == text
    return len(text) >= len(start) + len(end) and text.startswith(start) and text.endswith(end)
