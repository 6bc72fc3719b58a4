"""Which processes stand ready for a function version, and how many may run at once."""

import atexit
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from typing import Callable, Hashable

from .process import RuntimeProcess, kill_all

# Lambda would start one for each concurrent invocation; a small machine would choke on hundreds of runtimes.
PROCESSES_OF_ONE_FUNCTION = 10
IDLE_SECONDS = 300
IDLE_PROCESSES = 40


class Pool:
    """Processes by key (function version) and fingerprint (its configuration): an outdated one is never used again."""

    def __init__(self):
        self._changed = threading.Condition()
        self._idle: dict[Hashable, list[RuntimeProcess]] = defaultdict(list)
        self._busy: dict[Hashable, int] = defaultdict(int)
        self._fingerprints: dict[Hashable, Hashable] = {}
        atexit.register(kill_all)

    @contextmanager
    def process(self, key: Hashable, fingerprint: Hashable, start: Callable[[], RuntimeProcess]):
        """A process of its own for the length of one invocation; waits where all of a function are busy."""
        process = self._take(key, fingerprint)
        try:
            process = process or start()
            yield process
        finally:
            self._give_back(key, fingerprint, process)

    def _take(self, key, fingerprint) -> RuntimeProcess | None:
        with self._changed:
            if self._fingerprints.get(key) != fingerprint:
                self._discard(key)
                self._fingerprints[key] = fingerprint
            while self._busy[key] >= PROCESSES_OF_ONE_FUNCTION:
                self._changed.wait()
            self._busy[key] += 1
            while self._idle[key]:
                process = self._idle[key].pop()
                if process.alive:
                    return process
                process.kill()
        return None

    def _give_back(self, key, fingerprint, process: RuntimeProcess | None):
        with self._changed:
            self._busy[key] -= 1
            self._changed.notify_all()
            current = self._fingerprints.get(key) == fingerprint
            if process and process.alive and current:
                self._idle[key].append(process)
                process = None
        if process:
            process.kill()
        self._tidy()

    def _discard(self, key):
        for process in self._idle.pop(key, []):
            process.kill()

    def forget(self, keep: Callable[[Hashable], bool]):
        """Ends the idle processes of every key that is not to be kept; busy ones end when they are given back."""
        with self._changed:
            for key in [each for each in self._fingerprints if not keep(each)]:
                self._fingerprints.pop(key)
                self._discard(key)

    def _tidy(self):
        with self._changed:
            idle = sorted(
                ((p.idle_since, key, p) for key, ps in self._idle.items() for p in ps), key=lambda each: each[0]
            )
            oldest = time.monotonic() - IDLE_SECONDS
            surplus = len(idle) - IDLE_PROCESSES
            for at, (since, key, process) in enumerate(idle):
                if at >= surplus and since >= oldest:
                    break
                self._idle[key].remove(process)
                process.kill()
