"""Application Load Balancers behind a Network Load Balancer: whoever comes that way has an address and no name, so each of them listens at an
address of its own, on the ports of its listeners."""

import sys
import threading

from moto.core import DEFAULT_ACCOUNT_ID
from moto.elbv2.models import elbv2_backends

from front import load_balancer
from front.incoming import Incoming
from front.tls import Server

from . import addresses, machines

_authority = None
_addresses: dict[str, str] = {}
_servers: dict[tuple[str, int], Server] = {}


def use(authority):
    """Names who signs the certificates of listeners with TLS."""
    global _authority
    _authority = authority


def address_of(arn: str) -> str:
    return _addresses.setdefault(arn, addresses.new())


def instances() -> set[tuple[str, str]]:
    """Every instance that requests are handed to, with its Region. No other kind of balancer has groups of these protocols."""
    return {
        (group.region_name, machines.instance_of(group, target))
        for backend in list(elbv2_backends[DEFAULT_ACCOUNT_ID].values())
        for group in list(backend.target_groups.values())
        if group.protocol in ('HTTP', 'HTTPS') and group.target_type in ('instance', 'ip')
        for target in list(group.targets)
        if machines.instance_of(group, target)
    }


def keep(arns: set[str]):
    """Has exactly these balancers listen."""
    wanted = {(arn, int(listener.port)) for arn in arns for listener in _listeners(arn)}
    for arn, port in [one for one in _servers if one not in wanted]:
        _servers.pop((arn, port)).shutdown()
    for arn, port in wanted - set(_servers):
        name = arn.split('/')[2]
        try:
            server = Server(address_of(arn), port, _application(name), _authority)
        except (OSError, SystemExit) as error:
            print(f'{name} does not listen at {address_of(arn)}:{port}: {error}', file=sys.stderr)
            continue
        _servers[arn, port] = server
        threading.Thread(target=server.serve_forever, daemon=True).start()


def _listeners(arn: str) -> list:
    backends = list(elbv2_backends[DEFAULT_ACCOUNT_ID].values())
    found = [backend.load_balancers[arn] for backend in backends if arn in backend.load_balancers]
    return [listener for balancer in found for listener in list(balancer.listeners.values())]


def _application(name: str):
    return lambda environ, start: load_balancer.answer(name, Incoming.of(environ)).response()(environ, start)
