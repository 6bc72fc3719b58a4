"""The copies a distribution keeps, for how long, and what an invalidation takes away."""

import re
import threading
import time
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from .answers import Answer
from .edge_policies import CacheRules
from .incoming import Incoming


@dataclass
class Copy:
    answer: Answer
    stored: float
    until: float


_copies: dict[str, dict[tuple, Copy]] = {}
_lock = threading.Lock()


def key(rules: CacheRules, request: Incoming, uri: str, encoding: str) -> tuple:
    """What tells one copy from another."""
    query = tuple((name, value) for name, value in request.query if rules.wants_query(name))
    headers = tuple((name, request.header(name)) for name in sorted(rules.headers))
    cookies = tuple(
        sorted(
            cookie.strip()
            for cookie in (request.header('cookie') or '').split(';')
            if cookie.strip() and rules.wants_cookie(cookie.strip().split('=')[0])
        )
    )
    return uri, query, headers, cookies, encoding


def find(distribution: str, wanted: tuple) -> tuple[Answer, int] | None:
    """A copy that is still good, with its age."""
    with _lock:
        copy = _copies.get(distribution, {}).get(wanted)
    if not copy or copy.until <= time.time():
        return None
    return replace(copy.answer, headers=list(copy.answer.headers)), int(time.time() - copy.stored)


def store(distribution: str, wanted: tuple, answer: Answer, seconds: float):
    if seconds <= 0:
        return
    kept = replace(answer, headers=list(answer.headers))
    with _lock:
        _copies.setdefault(distribution, {})[wanted] = Copy(kept, time.time(), time.time() + seconds)


def lifetime(rules: CacheRules, answer: Answer) -> float:
    """Seconds by the origin's Cache-Control, within the policy's bounds; the default where the origin says nothing."""
    told = (answer.header('cache-control') or '').lower()
    if re.search(r'no-store|no-cache|private', told):
        return rules.least
    found = re.search(r's-maxage=(\d+)', told) or re.search(r'(?<!s-)max-age=(\d+)', told)
    seconds = int(found[1]) if found else rules.default
    return max(rules.least, min(rules.most, seconds))


def invalidate(distribution: str, paths: list[str]):
    """Takes away every copy whose path fits one of the paths; a star at the end fits the rest."""
    with _lock:
        copies = _copies.get(distribution, {})
        for wanted in [each for each in copies if any(_fits(path, each[0]) for path in paths)]:
            del copies[wanted]


def _fits(path: str, uri: str) -> bool:
    path = path if path.startswith('/') else f'/{path}'
    return fnmatchcase(uri, path.replace('[', '[[]')) if path.endswith('*') else uri == path
