"""Network Load Balancers: an address in each zone, the target a connection goes to, and whether targets are well."""

import zlib
from collections.abc import Callable, Iterator

from moto.core import DEFAULT_ACCOUNT_ID
from moto.elbv2.models import elbv2_backends

from . import addresses, machines, targets, web_balancer

Client = tuple[str, int]
Target = tuple[str, int]


def balancers() -> Iterator[tuple]:
    """Each with the backend of its Region."""
    for backend in list(elbv2_backends[DEFAULT_ACCOUNT_ID].values()):
        for balancer in list(backend.load_balancers.values()):
            if balancer.type == 'network':
                yield backend, balancer


def address_in(balancer, subnet) -> str:
    """Its address in a zone: an Elastic IP where it was given one, else one of its own."""
    given = balancer.__dict__.setdefault('zone_addresses', {})
    if subnet.id not in given:
        given[subnet.id] = addresses.new()
    return given[subnet.id]


def doors() -> Iterator[tuple[str, str, int, Callable[[Client], Target | None]]]:
    """Where balancers listen, and where who comes there is led."""
    for backend, balancer in balancers():
        for listener in list(balancer.listeners.values()):
            for protocol in _protocols(listener):
                for subnet in list(balancer.subnets):
                    choose = _chooser(backend, balancer, listener, subnet.availability_zone)
                    yield protocol, address_in(balancer, subnet), int(listener.port), choose


def _chooser(backend, balancer, listener, zone: str) -> Callable[[Client], Target | None]:
    return lambda client: _choose(backend, balancer, listener, zone, client)


def _protocols(listener) -> tuple[str, ...]:
    """TLS that ends at the balancer is not served: its certificate has no key here."""
    return {'TCP': ('TCP',), 'UDP': ('UDP',), 'TCP_UDP': ('TCP', 'UDP')}.get(listener.protocol, ())


def leads_to(arn: str, protocol: str, port: int, client: Client) -> Target | None:
    """Where a balancer leads a client of an accelerator, which comes to any of its zones that has somebody."""
    for backend, balancer in balancers():
        for listener in list(balancer.listeners.values()) if balancer.arn == arn else []:
            if int(listener.port) == port and protocol in _protocols(listener):
                zones = [subnet.availability_zone for subnet in balancer.subnets]
                at = _hash(*client) % len(zones)
                found = (_choose(backend, balancer, listener, zone, client) for zone in [*zones[at:], *zones[:at]])
                return next((one for one in found if one), None)
    return None


def is_well(arn: str) -> tuple[bool, str]:
    """Whether each of its groups has a target that is well, and else why not."""
    for backend, balancer in balancers():
        if balancer.arn == arn:
            ill = [group.name for group in _groups(backend, balancer) if not any(map(_well(group), group.targets))]
            return not ill, f'no target of {", ".join(ill)} is well' if ill else ''
    return False, 'there is no such Network Load Balancer'


def instances() -> set[tuple[str, str]]:
    """Every instance that a balancer leads to, with its Region."""
    return {
        (group.region_name, machines.instance_of(group, target))
        for backend, balancer in balancers()
        for group in _groups(backend, balancer)
        for target in list(group.targets)
        if machines.instance_of(group, target)
    }


def web_balancers() -> set[str]:
    """Every Application Load Balancer that one of these leads to."""
    return {
        target
        for backend, balancer in balancers()
        for group in _groups(backend, balancer)
        for target in list(group.targets)
        if group.target_type == 'alb'
    }


def fails(group, target: str) -> bool:
    """Whether a target is known not to be well: one whose program runs here, or should."""
    instance = machines.instance_of(group, target) if group.target_type in ('instance', 'ip') else None
    known = group.target_type == 'alb' or (instance is not None and machines.runs(group.region_name, instance))
    return known and not _well(group)(target)


def _groups(backend, balancer) -> list:
    found = [backend.target_groups.get(_group_arn(listener)) for listener in list(balancer.listeners.values())]
    return [group for at, group in enumerate(found) if group and group not in found[:at]]


def _group_arn(listener) -> str | None:
    for action in listener.default_actions:
        groups = (action.data.get('ForwardConfig') or {}).get('TargetGroups') or [action.data]
        return groups[0].get('TargetGroupArn')
    return None


def _choose(backend, balancer, listener, zone: str, client: Client) -> Target | None:
    """Who is well and in the zone, or in any with cross-zone balancing; where nobody is well everybody is taken to be."""
    group = backend.target_groups.get(_group_arn(listener))
    if not group:
        return None
    reached = [one for one in list(group.targets) if _crosses(balancer, group) or _zone(group, one) in (zone, None)]
    chosen = [one for one in reached if _well(group)(one)] or reached
    if not chosen:
        return None
    sticky = str(group.attributes.get('stickiness.enabled')).lower() == 'true'
    one = chosen[_hash(client[0], 0 if sticky else client[1]) % len(chosen)]
    host = _host(group, one)
    return (host, targets.port_of(group, one)) if host else None


def _crosses(balancer, group) -> bool:
    own = str(group.attributes.get('load_balancing.cross_zone.enabled')).lower()
    return (
        own if own in ('true', 'false') else str(balancer.attrs.get('load_balancing.cross_zone.enabled')).lower()
    ) == 'true'


def _hash(address: str, port: int) -> int:
    return zlib.crc32(f'{address}:{port}'.encode())


def _host(group, target: str) -> str | None:
    if group.target_type == 'alb':
        return web_balancer.address_of(target)
    instance = machines.instance_of(group, target)
    return machines.address_of(group.region_name, instance) if instance else None


def _zone(group, target: str) -> str | None:
    instance = machines.instance_of(group, target)
    return machines.zone_of(group.region_name, instance) if instance else None


def _well(group) -> Callable[[str], bool]:
    def well(target: str) -> bool:
        host = _host(group, target)
        return host is not None and targets.is_well(group, target, host)

    return well
