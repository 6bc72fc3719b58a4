"""Accelerators: which group of endpoints a connection goes to, and which of its endpoints.

The nearest group takes the share of its dial, and what it does not take goes on to the next; the last whose dial is above zero takes all
that is left. Where nobody of a group is well, the three groups nearest are tried whatever their dials say, and where nobody is well there either,
somebody of the nearest group is taken.
"""

import random
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from runtime.own_program import OwnProgram

from . import machines, network_balancer
from .probe import answers

HOME = 'us-west-2'
USUAL_WEIGHT = 128
_TRIED = 3
_NEAREST = OwnProgram('dns/nearest.ts')
Client = tuple[str, int]
Target = tuple[str, int]


def _things(word: str) -> dict[str, dict]:
    # The registry loads this module.
    from missing.registry import STATE

    return STATE.get((DEFAULT_ACCOUNT_ID, HOME, f'globalaccelerator/{word}'), {})


def _below(word: str, arn: str) -> list[dict]:
    return [one for name, one in list(_things(word).items()) if name.startswith(f'{arn}/')]


def doors() -> Iterator[tuple[str, str, int, Callable[[Client], Target | None]]]:
    """Where accelerators listen, and where who comes there is led."""
    for accelerator in list(_things('Accelerator').values()):
        for listener in _below('Listener', accelerator['AcceleratorArn']) if accelerator['Enabled'] else []:
            for address in accelerator['IpSets'][0]['IpAddresses']:
                for each in listener['PortRanges']:
                    for port in range(each['FromPort'], each['ToPort'] + 1):
                        yield listener['Protocol'], address, port, _chooser(listener, port)


def instances() -> set[tuple[str, str]]:
    """Every instance that is an endpoint, with its Region."""
    return {
        (group['EndpointGroupRegion'], endpoint['EndpointId'])
        for group in list(_things('EndpointGroup').values())
        for endpoint in group['EndpointConfigurations']
        if endpoint['EndpointId'].startswith('i-')
    }


def _chooser(listener: dict, port: int) -> Callable[[Client], Target | None]:
    return lambda client: _choose(listener, port, client)


def _choose(listener: dict, port: int, client: Client) -> Target | None:
    groups = {one['EndpointGroupRegion']: one for one in _below('EndpointGroup', listener['ListenerArn'])}
    order = [groups[region] for region in _nearest(tuple(sorted(groups)))]
    # A client that is to stay where it was has the same luck each time.
    sticky = listener['ClientAffinity'] == 'SOURCE_IP'
    luck = random.Random(zlib.crc32(client[0].encode()) if sticky else None)
    first = _dialled(order, luck)
    if first is None:
        return None
    tried = [first, *[one for one in order if one is not first][:_TRIED]]
    for group in tried:
        taken = [one for one in group['EndpointConfigurations'] if _weight(one) > 0 and health(group, one)[0]]
        if taken:
            return _target(group, luck.choices(taken, [_weight(one) for one in taken])[0], listener, port, client)
    everybody = order[0]['EndpointConfigurations']
    return _target(order[0], luck.choice(everybody), listener, port, client) if everybody else None


@lru_cache(maxsize=64)
def _nearest(regions: tuple[str, ...]) -> tuple[str, ...]:
    """Nobody knows where a client of this machine is, so that all are where AWS asks from."""
    return tuple(_NEAREST.ask({'regions': regions})['order'])


def _dialled(order: list[dict], luck: random.Random) -> dict | None:
    dialled = [group for group in order if group['TrafficDialPercentage'] > 0]
    for group in dialled:
        if luck.random() * 100 < group['TrafficDialPercentage'] or group is dialled[-1]:
            return group
    return None


def _weight(endpoint: dict) -> int:
    return endpoint.get('Weight', USUAL_WEIGHT)


def health(group: dict, endpoint: dict) -> tuple[bool, str]:
    """Whether an endpoint is well, and else why not: a load balancer as it knows itself, anything else as it answers."""
    found = endpoint['EndpointId']
    if ':loadbalancer/' in found:
        return network_balancer.is_well(found)
    host = _host(group, found)
    port = group['HealthCheckPort'] if group['HealthCheckPort'] > 0 else _first_port(group)
    if not host:
        return False, 'it has no address'
    well = answers(group['HealthCheckProtocol'], host, port, group['HealthCheckPath'], '200')
    return well, '' if well else f'nobody answers at port {port}'


def _first_port(group: dict) -> int:
    listener = _things('Listener')[group['EndpointGroupArn'].split('/endpoint-group/')[0]]
    return listener['PortRanges'][0]['FromPort']


def _host(group: dict, endpoint: str) -> str | None:
    region = group['EndpointGroupRegion']
    if endpoint.startswith('i-'):
        return machines.address_of(region, endpoint)
    known = ec2_backends[DEFAULT_ACCOUNT_ID][region].addresses
    return next((one.public_ip for one in known if one.allocation_id == endpoint), None)


def _target(group: dict, endpoint: dict, listener: dict, port: int, client: Client) -> Target | None:
    over = {one['ListenerPort']: one['EndpointPort'] for one in group['PortOverrides']}
    at = over.get(port, port)
    found = endpoint['EndpointId']
    if ':loadbalancer/' in found:
        return network_balancer.leads_to(found, listener['Protocol'], at, client)
    host = _host(group, found)
    return (host, at) if host else None
