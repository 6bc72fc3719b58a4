"""Whether a health check passes: the target is asked when somebody wants to know, instead of twice a minute by a fleet."""

from moto.route53.models import HealthCheck, Route53Backend

_READ = 5120


def is_healthy(backend: Route53Backend, check: HealthCheck) -> bool:
    """The state of a check now. What stands outside of the emulator is taken for healthy."""
    found = check.disabled or _state(backend, check)
    return found is not True if check.inverted else bool(found)


def _state(backend: Route53Backend, check: HealthCheck) -> bool:
    if check.type_ == 'CALCULATED':
        children = [backend.health_checks.get(child) for child in check.children or []]
        healthy = [child for child in children if child and is_healthy(backend, child)]
        return len(healthy) >= int(check.health_threshold or 0)
    if check.type_ == 'CLOUDWATCH_METRIC':
        # No metrics are made, so that there is never any data. What somebody sets an alarm to has no effect on AWS either.
        return getattr(check, 'given', {}).get('InsufficientDataHealthStatus') != 'Unhealthy'
    return _answers(check)


def _answers(check: HealthCheck) -> bool:
    # Front doors load what loads this.
    from front import hosts
    from front.incoming import Incoming

    if check.type_ == 'TCP' or not check.fqdn:
        return True
    request = Incoming(
        method='GET',
        host=check.fqdn,
        raw_path=check.resource_path or '/',
        raw_query='',
        headers=(('Host', check.fqdn), ('User-Agent', 'Amazon-Route53-Health-Check-Service')),
        body=b'',
        secure=check.type_.startswith('HTTPS'),
        source_ip='127.0.0.1',
    )
    answer = hosts.inside(check.fqdn, request)
    if answer is None:
        return True
    wanted = (check.search_string or '').encode()
    return 200 <= answer.status < 400 and wanted in answer.body[:_READ]
