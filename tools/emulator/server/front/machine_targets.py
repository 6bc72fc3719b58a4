"""Requests that an Application Load Balancer hands to machines whose programs run here; of any other nobody answers."""

import http.client
import itertools
import ssl
from functools import lru_cache

from transport import addresses, machines, targets

from .answers import Answer
from .incoming import Incoming

_SECONDS = 30
_turn = itertools.count()
# What is between two ends alone, and is made anew by each.
_OF_ONE_HOP = ('connection', 'content-length', 'keep-alive', 'transfer-encoding')


def hand_over(group, headers: dict[str, list[str]], request: Incoming) -> Answer | None:
    """What one who is well says, each in turn; nothing where nobody is."""
    well = [(target, host) for target, host in _places(group) if targets.is_well(group, target, host)]
    if not well:
        return None
    target, host = well[next(_turn) % len(well)]
    path = request.raw_path + (f'?{request.raw_query}' if request.raw_query else '')
    connection = _connection(group, host, targets.port_of(group, target))
    try:
        connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
        for name, values in headers.items():
            for value in values if name not in _OF_ONE_HOP else []:
                connection.putheader(name, value)
        connection.putheader('content-length', str(len(request.body)))
        connection.endheaders(request.body)
        said = connection.getresponse()
        body = said.read()
        return Answer(said.status, [one for one in said.getheaders() if one[0].lower() not in _OF_ONE_HOP], body)
    except (OSError, http.client.HTTPException):
        return Answer(502, [('Server', 'awselb/2.0'), ('Content-Type', 'text/html')], b'502 Bad Gateway')
    finally:
        connection.close()


def _connection(group, host: str, port: int) -> http.client.HTTPConnection:
    """From an address of the balancer's own, which no machine takes for itself. Certificates of targets are not verified, as on AWS."""
    given = {'timeout': _SECONDS, 'source_address': (_own_address(), 0)}
    if group.protocol == 'HTTPS':
        return http.client.HTTPSConnection(host, port, context=ssl._create_unverified_context(), **given)
    return http.client.HTTPConnection(host, port, **given)


@lru_cache(maxsize=1)
def _own_address() -> str:
    return addresses.new()


def _places(group) -> list[tuple[str, str]]:
    """Each target with the address of its machine."""
    found = [(target, machines.instance_of(group, target)) for target in list(group.targets)]
    return [(target, machines.address_of(group.region_name, instance)) for target, instance in found if instance]
