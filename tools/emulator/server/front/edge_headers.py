"""Response headers policies: security, cross-origin and custom headers that CloudFront adds, and those it removes."""

from fnmatch import fnmatchcase

from .answers import Answer


def apply(policy: dict, origin: str | None, answer: Answer):
    """Adds and removes what a policy says."""
    for each in (policy.get('RemoveHeadersConfig') or {}).get('Items') or []:
        answer.headers = [(name, value) for name, value in answer.headers if name.lower() != each['Header'].lower()]
    for name, value, override in [
        *_security(policy.get('SecurityHeadersConfig') or {}),
        *_custom(policy.get('CustomHeadersConfig') or {}),
    ]:
        if override:
            answer.set(name, value)
        else:
            answer.add_missing(name, value)
    if policy.get('CorsConfig') and origin:
        _cors(policy['CorsConfig'], origin, answer)


def _yes(value) -> bool:
    return str(value).lower() == 'true'


def _security(config: dict):
    if 'StrictTransportSecurity' in config:
        each = config['StrictTransportSecurity']
        value = f'max-age={each["AccessControlMaxAgeSec"]}'
        value += '; includeSubDomains' if _yes(each.get('IncludeSubdomains')) else ''
        value += '; preload' if _yes(each.get('Preload')) else ''
        yield 'Strict-Transport-Security', value, _yes(each.get('Override'))
    if 'ContentSecurityPolicy' in config:
        each = config['ContentSecurityPolicy']
        yield 'Content-Security-Policy', each['ContentSecurityPolicy'], _yes(each.get('Override'))
    if 'ContentTypeOptions' in config:
        yield 'X-Content-Type-Options', 'nosniff', _yes(config['ContentTypeOptions'].get('Override'))
    if 'FrameOptions' in config:
        yield 'X-Frame-Options', config['FrameOptions']['FrameOption'], _yes(config['FrameOptions'].get('Override'))
    if 'ReferrerPolicy' in config:
        yield (
            'Referrer-Policy',
            config['ReferrerPolicy']['ReferrerPolicy'],
            _yes(config['ReferrerPolicy'].get('Override')),
        )
    if 'XSSProtection' in config:
        each = config['XSSProtection']
        value = '0' if not _yes(each.get('Protection')) else '1; mode=block' if _yes(each.get('ModeBlock')) else '1'
        yield 'X-XSS-Protection', value, _yes(each.get('Override'))


def _custom(config: dict):
    for each in config.get('Items') or []:
        yield each['Header'], each.get('Value', ''), _yes(each.get('Override'))


def _cors(config: dict, origin: str, answer: Answer):
    allowed = (config.get('AccessControlAllowOrigins') or {}).get('Items') or []
    host = origin.split('://', 1)[-1]
    fits = [each for each in allowed if each in ('*', origin) or fnmatchcase(origin, each) or fnmatchcase(host, each)]
    if not fits:
        return
    override = _yes(config.get('OriginOverride'))
    put = answer.set if override else answer.add_missing
    put(
        'Access-Control-Allow-Origin',
        '*' if '*' in allowed and not _yes(config.get('AccessControlAllowCredentials')) else origin,
    )
    lists = {
        'AccessControlAllowMethods': 'Access-Control-Allow-Methods',
        'AccessControlAllowHeaders': 'Access-Control-Allow-Headers',
        'AccessControlExposeHeaders': 'Access-Control-Expose-Headers',
    }
    for key, name in lists.items():
        values = (config.get(key) or {}).get('Items')
        if values:
            put(name, ', '.join(values))
    if _yes(config.get('AccessControlAllowCredentials')):
        put('Access-Control-Allow-Credentials', 'true')
    if config.get('AccessControlMaxAgeSec'):
        put('Access-Control-Max-Age', str(config['AccessControlMaxAgeSec']))
