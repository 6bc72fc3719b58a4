"""Token buckets and quotas: how many calls a stage, a method or a client may make."""

import threading
import time
from datetime import UTC, datetime


class Bucket:
    """Holds up to `burst` calls and gains `rate` of them a second."""

    def __init__(self):
        self._lock = threading.Lock()
        self._tokens: float | None = None
        self._last = 0.0

    def take(self, rate: float, burst: float, now: float | None = None) -> bool:
        """Whether a call may pass; limits may change between calls."""
        now = time.monotonic() if now is None else now
        with self._lock:
            held = burst if self._tokens is None else min(burst, self._tokens + (now - self._last) * rate)
            self._last = now
            self._tokens = held - 1 if held >= 1 else held
            return held >= 1


_buckets: dict[tuple, Bucket] = {}
_used: dict[tuple, int] = {}
_lock = threading.Lock()


def passes(key: tuple, rate, burst) -> bool:
    """Takes one call from the bucket of a key; no limit given is no limit."""
    if rate is None and burst is None:
        return True
    with _lock:
        bucket = _buckets.setdefault(key, Bucket())
    return bucket.take(float(rate or 0), float(burst or 0))


def within_quota(key: tuple, quota: dict) -> bool:
    """Counts one call against a quota of a day, a week or a month."""
    if not quota or 'limit' not in quota:
        return True
    day = datetime.now(UTC)
    period = {'DAY': day.strftime('%Y-%m-%d'), 'WEEK': day.strftime('%G-%V'), 'MONTH': day.strftime('%Y-%m')}[
        quota.get('period', 'MONTH')
    ]
    with _lock:
        used = _used[(*key, period)] = _used.get((*key, period), 0) + 1
    return used <= int(quota['limit'])
