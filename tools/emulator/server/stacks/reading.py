"""Properties that remember what was read of them, so that none is dropped in silence."""

from __future__ import annotations


class Reading(dict):
    """A dictionary that knows which of its paths were read. `in` and `keys()` do not count as reading."""

    def __init__(self, given: dict):
        super().__init__({key: _wrap(value) for key, value in dict.items(given)})
        self._read: set[str] = set()

    def __getitem__(self, key):
        self._read.add(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        return self[key] if key in self else default

    def items(self):
        self._read |= set(self)
        return super().items()

    def values(self):
        self._read |= set(self)
        return super().values()

    def pick(self, *names: str) -> dict:
        """The named properties that are there, as plain values, all of them read."""
        return {name: whole(self[name]) for name in names if name in self}

    def only(self, *names: str) -> Reading:
        """The named properties alone; what is read of them counts here too."""
        return self._part(name for name in self if name in names)

    def without(self, *names: str) -> Reading:
        """All but the named properties; what is read of them counts here too."""
        return self._part(name for name in self if name not in names)

    def _part(self, names) -> Reading:
        made = Reading({})
        made._read = self._read
        for name in names:
            dict.__setitem__(made, name, dict.__getitem__(self, name))
        return made

    def unread(self, path: str = '') -> list[str]:
        """The paths that nobody read, with dots and without the places in lists."""
        found = []
        for key, value in super().items():
            here = f'{path}{key}'
            if key not in self._read:
                found.append(here)
            else:
                found += _unread(value, here)
        return sorted(set(found))


def _wrap(value):
    if isinstance(value, Reading):
        return value
    if isinstance(value, dict):
        return Reading(value)
    if isinstance(value, list):
        return [_wrap(item) for item in value]
    return value


def _unread(value, path: str) -> list[str]:
    if isinstance(value, Reading):
        return value.unread(f'{path}.')
    if isinstance(value, list):
        return [found for item in value for found in _unread(item, path)]
    return []


def whole(value):
    """A plain copy of a value, with everything in it read."""
    if isinstance(value, dict):
        return {key: whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return value
