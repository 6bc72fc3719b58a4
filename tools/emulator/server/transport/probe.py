"""Whether something answers: a connection, or a page. It is asked when somebody needs to know, rather than every few seconds, and an answer
counts for one second."""

import http.client
import socket
import ssl
import time

_KEPT_SECONDS = 1.0
_PROBE_SECONDS = 2.0
_kept: dict[tuple, tuple[float, bool]] = {}


def answers(protocol: str, host: str, port: int, path: str = '/', codes: str = '200') -> bool:
    """By TCP, HTTP or HTTPS; `codes` are numbers and ranges, as in a target group."""
    asked = (protocol, host, port, path, codes)
    at, said = _kept.get(asked, (0.0, False))
    if time.monotonic() - at > _KEPT_SECONDS:
        said = _ask(*asked)
        _kept[asked] = (time.monotonic(), said)
    return said


def _ask(protocol: str, host: str, port: int, path: str, codes: str) -> bool:
    try:
        if protocol not in ('HTTP', 'HTTPS'):
            socket.create_connection((host, port), _PROBE_SECONDS).close()
            return True
        # Certificates of targets are not verified, as a load balancer does not.
        secure = {'context': ssl._create_unverified_context()} if protocol == 'HTTPS' else {}
        kind = http.client.HTTPSConnection if protocol == 'HTTPS' else http.client.HTTPConnection
        connection = kind(host, port, timeout=_PROBE_SECONDS, **secure)
        try:
            connection.request('GET', path)
            return _is_one(connection.getresponse().status, codes)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return False


def _is_one(status: int, codes: str) -> bool:
    ranges = [[int(number) for number in part.split('-')] for part in codes.split(',')]
    return any(one[0] <= status <= one[-1] for one in ranges)
