"""Addresses that one emulator has for itself, out of the sixteen million by which Linux knows its own machine. Each is as good as one of the
world: the same ports can be open at several, and who connects to one reaches it, without anybody's resolver.
"""

import itertools
import random
import socket
import threading
from functools import lru_cache

_lock = threading.Lock()
_numbers = itertools.count(1)
# Nobody listens there but to say that the network is taken.
_TAKEN = 65_533


@lru_cache(maxsize=1)
def _network() -> tuple[int, socket.socket | None]:
    """The second number of the addresses, which no other emulator of this machine has."""
    candidates = random.sample(range(64, 255), 20)
    for number in candidates:
        claim = socket.socket()
        try:
            claim.bind((f'127.{number}.255.254', _TAKEN))
        except OSError:
            claim.close()
            continue
        return number, claim
    # Some systems have 127.0.0.1 alone; whoever listens will say so.
    return candidates[0], None


def new() -> str:
    """An address that nothing here has had."""
    with _lock:
        number = next(_numbers)
        return f'127.{_network()[0]}.{number // 250 % 255}.{number % 250 + 1}'
