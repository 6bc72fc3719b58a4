"""Sockets that listen for load balancers, accelerators and inspected instances. What there should be is looked at again and again, so that
whatever makes, changes or deletes one opens and closes its doors.
"""

import socket
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from typing import Callable

from . import accelerator, gateway_balancer, machines, network_balancer, relay, web_balancer

Client = tuple[str, int]
Target = tuple[str, int]
_LOOK_SECONDS = 0.3


@dataclass(frozen=True)
class Door:
    """Where something listens: `protocol` is TCP or UDP."""

    protocol: str
    address: str
    port: int


class Open:
    """A door that is open. Where a client is led is asked for each connection anew."""

    def __init__(self, door: Door, choose: Callable[[Client], Target | None]):
        self.choose = choose
        kind = socket.SOCK_STREAM if door.protocol == 'TCP' else socket.SOCK_DGRAM
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._flows = relay.Flows(self._socket, lambda client: self.choose(client))
        self._socket.bind((door.address, door.port))
        if door.protocol == 'TCP':
            self._socket.listen(128)
        serve = self._serve_tcp if door.protocol == 'TCP' else self._serve_udp
        threading.Thread(target=serve, daemon=True).start()

    def _serve_tcp(self):
        while True:
            try:
                client, address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client, address), daemon=True).start()

    def _carry(self, client: socket.socket, address: Client):
        chosen = self.choose(address)
        # Some are not carried as they come: packet by packet, through appliances.
        chosen(client) if callable(chosen) else relay.carry(client, chosen)

    def _serve_udp(self):
        while True:
            try:
                data, client = self._socket.recvfrom(65_535)
            except OSError:
                return
            self._flows.forward(client, data)

    def close(self):
        # Without it whoever waits in accept would go on waiting.
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
        self._flows.close()


_open: dict[Door, Open] = {}
_refused: set[Door] = set()
_printed: set[str] = set()


def look():
    """Opens what there should be and is not, and closes what there should not be any more."""
    machines.keep(
        network_balancer.instances() | web_balancer.instances() | accelerator.instances() | gateway_balancer.instances()
    )
    web_balancer.keep(network_balancer.web_balancers())
    wanted: dict[Door, Callable[[Client], Target | None]] = {}
    for protocol, address, port, choose in [*network_balancer.doors(), *accelerator.doors(), *gateway_balancer.doors()]:
        wanted[Door(protocol, address, port)] = choose
    for door in [one for one in _open if one not in wanted]:
        _open.pop(door).close()
    for door, choose in wanted.items():
        if door in _open:
            _open[door].choose = choose
        elif door not in _refused:
            _try(door, choose)


def _try(door: Door, choose):
    try:
        _open[door] = Open(door, choose)
    except OSError as error:
        _refused.add(door)
        said = f'nothing listens at {door.address}:{door.port} ({door.protocol}): {error.strerror}'
        print(f'{said}; ports below 1024 and addresses beside 127.0.0.1 are not every system\'s', file=sys.stderr)


def _for_ever():
    while True:
        try:
            look()
        except Exception:
            # Something may have been made or deleted while it was looked at, and the next look sees it whole.
            _print_once(traceback.format_exc())
        time.sleep(_LOOK_SECONDS)


def _print_once(text: str):
    if text not in _printed:
        _printed.add(text)
        print(text, file=sys.stderr)


def start():
    threading.Thread(target=_for_ever, daemon=True).start()
