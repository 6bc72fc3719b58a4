"""Tumbling windows: what the runs of a shard hand on to each other for a time, until the last of them is told that it is over."""

import json
import time

from .functions import Outcome

_LATE = 1.0
"""Seconds after its end for which a window is kept open, as a record that arrived in it may not have been seen yet."""


class Window:
    """The window a reader of a shard is in; none before the first record, and after a last run."""

    def __init__(self, seconds: int, shard: str, source: str):
        self._seconds, self._shard, self._source = seconds, shard, source
        self._start: float | None = None
        self._state: dict = {}

    def is_over(self, arrived: float | None) -> bool:
        """Whether it has ended: by a record that arrived after it, or by the clock where there is none."""
        if self._start is None:
            return False
        end = self._start + self._seconds
        return arrived >= end if arrived is not None else time.time() >= end + _LATE

    def holds(self, arrived: float) -> bool:
        """Whether a record belongs to it; the first one opens it."""
        start = arrived // self._seconds * self._seconds
        if self._start is None:
            self._start = start
        return start <= self._start

    def told(self, is_last: bool) -> dict:
        """What a run is told besides its records."""
        return {
            'window': {'start': _iso(self._start), 'end': _iso(self._start + self._seconds)},
            'state': self._state,
            'shardId': self._shard,
            'eventSourceARN': self._source,
            'isFinalInvokeForWindow': is_last,
            'isWindowTerminatedEarly': False,
        }

    def keep(self, outcome: Outcome | None):
        """Takes the state a run hands on."""
        if outcome is None or outcome.failed:
            return
        answer = json.loads(outcome.payload or 'null')
        state = answer.get('state') if isinstance(answer, dict) else None
        self._state = state if isinstance(state, dict) else {}

    def close(self):
        self._start, self._state = None, {}


def _iso(seconds: float) -> str:
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))
