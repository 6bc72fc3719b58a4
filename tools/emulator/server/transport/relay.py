"""Carries what comes on one side to the other, until both have ended."""

import socket
import threading
import time

_CONNECT_SECONDS = 3.0
# After so long a silence a flow of UDP is another one, as with a Network Load Balancer.
_SILENCE_SECONDS = 120.0
_DATAGRAM = 65_535


def carry(client: socket.socket, target: tuple[str, int] | None):
    """Carries one TCP connection; without a target, or where nobody answers there, it is closed."""
    try:
        server = socket.create_connection(target, _CONNECT_SECONDS) if target else None
    except OSError:
        server = None
    if server is None:
        client.close()
        return
    server.settimeout(None)
    back = threading.Thread(target=_pump, args=(server, client), daemon=True)
    back.start()
    _pump(client, server)
    back.join()
    for one in (client, server):
        one.close()


def _pump(source: socket.socket, sink: socket.socket):
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except OSError:
        pass
    # Who has said all may still listen.
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Flows:
    """The flows of UDP through one door: each client has a socket to the target it was given first."""

    def __init__(self, door: socket.socket, choose):
        self._door = door
        self._choose = choose
        self._flows: dict[tuple[str, int], tuple[socket.socket, float]] = {}

    def forward(self, client: tuple[str, int], data: bytes):
        now = time.monotonic()
        upstream, last = self._flows.get(client, (None, 0.0))
        if upstream is None or now - last > _SILENCE_SECONDS:
            target = self._choose(client)
            if target is None:
                return
            upstream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            upstream.connect(target)
            upstream.settimeout(_SILENCE_SECONDS)
            threading.Thread(target=self._answers, args=(client, upstream), daemon=True).start()
        self._flows[client] = (upstream, now)
        try:
            upstream.send(data)
        except OSError:
            self._drop(client, upstream)

    def _answers(self, client: tuple[str, int], upstream: socket.socket):
        try:
            while True:
                self._door.sendto(upstream.recv(_DATAGRAM), client)
        except OSError:
            self._drop(client, upstream)

    def _drop(self, client: tuple[str, int], upstream: socket.socket):
        if self._flows.get(client, (None,))[0] is upstream:
            del self._flows[client]
        upstream.close()

    def close(self):
        for upstream, _ in list(self._flows.values()):
            upstream.close()
