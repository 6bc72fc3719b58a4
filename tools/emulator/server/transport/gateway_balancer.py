"""Connections to instances whose packets the routes of the internet gateway lead through the endpoint of a Gateway Load Balancer.

A connection comes in as a stream. What either side says becomes packets, each is handed to an appliance in its wrapping, and what comes back
goes on to the other side. What does not come back is sent again, as TCP does, and after that nothing more is said: whoever waits for an answer waits.
"""

import ipaddress
import random
import selectors
import socket
import zlib
from collections.abc import Callable, Iterator

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from . import addresses, machines, network_balancer, packets

_PORT = 6081
_PIECE = 1_400
_BACK_SECONDS = 0.5
_TRIES = 4
# Whoever is not answered goes at last; nobody here waits for longer.
_PATIENCE_SECONDS = 60.0


def doors() -> Iterator[tuple[str, str, int, Callable]]:
    """Where instances listen that are led to by appliances: at their public addresses, at the ports their groups open to everybody."""
    for region, instance, endpoint in _inspected():
        for port in _open_ports(instance):
            yield 'TCP', instance.public_ip, port, _carrier(region, instance, endpoint, port)


def instances() -> set[tuple[str, str]]:
    """Those instances and the appliances before them, with their Regions."""
    found = set()
    for region, instance, endpoint in _inspected():
        found.add((region, instance.id))
        found |= {(region, one) for one in _appliances(region, endpoint)}
    return found


def _inspected() -> Iterator[tuple]:
    for region, backend in list(ec2_backends[DEFAULT_ACCOUNT_ID].items()):
        ways = _ways(backend)
        for reservation in list(backend.reservations.values()) if ways else []:
            for instance in reservation.instances:
                endpoint = _endpoint_to(ways, instance)
                if endpoint and instance.state == 'running' and instance.public_ip:
                    yield region, instance, endpoint


def _ways(backend) -> list[tuple[str, ipaddress.IPv4Network, str]]:
    """Where each internet gateway leads by its own table: the network, the destination, the endpoint."""
    gateways = {one.id: one.vpc.id for one in list(backend.internet_gateways.values()) if one.vpc}
    return [
        (gateways[gateway], ipaddress.ip_network(route.destination_cidr_block), route.vpc_endpoint_id)
        for table in list(backend.route_tables.values())
        for gateway in list(table._associations.values())
        if gateway in gateways
        for route in list(table.routes)
        if route.vpc_endpoint_id and route.destination_cidr_block
    ]


def _endpoint_to(ways, instance) -> str | None:
    """The endpoint by which packets come to an instance: that of the narrowest route."""
    if not instance.private_ip:
        return None
    here = ipaddress.ip_address(instance.private_ip)
    found = [(block.prefixlen, endpoint) for vpc, block, endpoint in ways if vpc == instance.vpc_id and here in block]
    return max(found)[1] if found else None


def _open_ports(instance) -> set[int]:
    return {
        int(rule.from_port)
        for nic in instance.nics.values()
        for group in nic.group_set
        for rule in group.ingress_rules
        if rule.ip_protocol == 'tcp'
        and rule.from_port == rule.to_port
        and rule.ip_range.get('CidrIp') == '0.0.0.0/0'
    }


def _appliances(region: str, endpoint_id: str) -> dict[str, bool]:
    """The appliances behind an endpoint, with whether each is well."""
    backend = ec2_backends[DEFAULT_ACCOUNT_ID][region]
    endpoint = backend.vpc_end_points.get(endpoint_id)
    if not endpoint or endpoint.state != 'available':
        return {}
    services = [one for one in backend.configurations.values() if one.service_name == endpoint.service_name]
    balancers = {arn for one in services for arn in one.gateway_load_balancer_arns}
    elb = elbv2_backends[DEFAULT_ACCOUNT_ID][region]
    return {
        target: not network_balancer.fails(group, target)
        for group in list(elb.target_groups.values())
        if group.protocol == 'GENEVE' and balancers & set(group.load_balancer_arns)
        for target in list(group.targets)
    }


def _carrier(region: str, instance, endpoint: str, port: int) -> Callable:
    def choose(client):
        target = (machines.address_of(region, instance.id), port)
        return lambda line: Connection(region, endpoint, client, (instance.private_ip, port)).carry(line, target)

    return choose


class Connection:
    """One connection, whose appliance stays the same as long as that is well."""

    def __init__(self, region: str, endpoint: str, client: tuple[str, int], server: tuple[str, int]):
        self._region, self._endpoint = region, endpoint
        self._ends = (client, server)
        self._next = [random.randrange(2**32), random.randrange(2**32)]
        self._cookie = random.randrange(2**32)
        self._appliance: str | None = None
        # Each connection comes from an address of the balancer's own, so that what comes back to it is of this one.
        own = addresses.new()
        self._out, self._back = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
        self._out.bind((own, 0))
        self._back.bind((own, _PORT))
        self._back.settimeout(_BACK_SECONDS)

    def carry(self, client: socket.socket, target: tuple[str, int]):
        """Carries what both sides say, each of it by an appliance."""
        server = None
        try:
            if self._says(0, packets.SYN):
                server = socket.create_connection(target, 3)
                server.settimeout(None)
                self._says(1, packets.SYN | packets.ACK)
                self._exchange((client, server))
            else:
                self._wait(client)
        except OSError:
            pass
        finally:
            for one in (client, server, self._out, self._back):
                if one:
                    one.close()

    def _exchange(self, lines: tuple[socket.socket, socket.socket]):
        selector = selectors.DefaultSelector()
        for side, line in enumerate(lines):
            selector.register(line, selectors.EVENT_READ, side)
        while selector.get_map():
            for key, _ in selector.select():
                side, other = key.data, lines[1 - key.data]
                said = lines[side].recv(_PIECE)
                if not self._says(side, packets.PUSH | packets.ACK if said else packets.FIN | packets.ACK, said):
                    return self._wait(lines[0])
                if said:
                    other.sendall(said)
                    self._says(1 - side, packets.ACK)
                else:
                    selector.unregister(lines[side])
                    other.shutdown(socket.SHUT_WR)

    def _says(self, side: int, flags: int, said: bytes = b'') -> bool:
        """Whether a packet of one side, the client's or the server's, came back from an appliance, the first time or when it was sent again."""
        source, to = self._ends[side], self._ends[1 - side]
        packet = packets.segment(source, to, self._next[side], self._next[1 - side], flags, said)
        datagram = packets.wrapped(packet, zlib.crc32(self._endpoint.encode()), self._cookie)
        for _ in range(_TRIES):
            self._appliance = self._chosen()
            if self._appliance and self._came_back(datagram):
                self._next[side] += len(said) + (1 if flags & (packets.SYN | packets.FIN) else 0)
                return True
        return False

    def _came_back(self, datagram: bytes) -> bool:
        self._out.sendto(datagram, (machines.address_of(self._region, self._appliance), _PORT))
        try:
            while self._back.recv(65_535) != datagram:
                pass
        except OSError:
            return False
        return True

    def _chosen(self) -> str | None:
        """The one it has, while that is well; else one of those that are."""
        known = _appliances(self._region, self._endpoint)
        if known.get(self._appliance):
            return self._appliance
        well = sorted(one for one in known if known[one])
        return well[self._cookie % len(well)] if well else None

    def _wait(self, client: socket.socket):
        """Says nothing more, until who waits for it goes."""
        client.settimeout(_PATIENCE_SECONDS)
        while client.recv(_PIECE):
            pass
