"""Event patterns: one matcher for EventBridge rules, filters of event source mappings and filter policies of topics."""

import ipaddress
import re
from typing import Any


class PatternError(ValueError):
    """A pattern that AWS would refuse or that is not known here."""


def matches(pattern: dict, event: Any) -> bool:
    """Whether every field of a pattern finds a value that fits. Lists of objects fit where one of them does as a
    whole.
    """
    if isinstance(event, list):
        return any(matches(pattern, each) for each in event)
    return all(_field(name, wanted, event) for name, wanted in pattern.items())


def _field(name: str, wanted: Any, event: Any) -> bool:
    if name == '$or':
        return any(matches(each, event) for each in wanted)
    there = isinstance(event, dict) and name in event
    value = event.get(name) if isinstance(event, dict) else None
    if isinstance(wanted, dict):
        return matches(wanted, value if there else {})
    if not isinstance(wanted, list):
        raise PatternError(f'"{name}" must be an object or an array, not {wanted!r}')
    return any(_condition(each, value, there) for each in wanted)


def _condition(condition: Any, value: Any, there: bool) -> bool:
    if isinstance(condition, dict) and 'exists' in condition:
        return there == condition['exists']
    if not there:
        return False
    return any(_value(condition, each) for each in _leaves(value))


def _leaves(value: Any) -> list:
    return [leaf for each in value for leaf in _leaves(each)] if isinstance(value, list) else [value]


def _value(condition: Any, value: Any) -> bool:
    if not isinstance(condition, dict):
        return _equal(condition, value)
    if len(condition) != 1:
        raise PatternError(f'one condition at a time: {condition}')
    [(kind, wanted)] = condition.items()
    test = _TESTS.get(kind)
    if not test:
        raise PatternError(f'unknown condition "{kind}"; known are exists, {", ".join(_TESTS)}')
    return test(wanted, value)


def _equal(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool) or wanted is None or value is None:
        return wanted is value
    if isinstance(wanted, (int, float)) != isinstance(value, (int, float)):
        return False
    return wanted == value


def _text_test(test):
    def check(wanted: Any, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        if isinstance(wanted, dict):
            return test(wanted['equals-ignore-case'].lower(), value.lower())
        return test(wanted, value)

    return check


def _numeric(wanted: list, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    pairs = list(zip(wanted[::2], wanted[1::2], strict=True))
    return all(_COMPARISONS[operator](value, limit) for operator, limit in pairs)


_COMPARISONS = {
    '=': lambda value, limit: value == limit,
    '<': lambda value, limit: value < limit,
    '<=': lambda value, limit: value <= limit,
    '>': lambda value, limit: value > limit,
    '>=': lambda value, limit: value >= limit,
}


def _anything_but(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        [(kind, texts)] = wanted.items()
        return not any(_value({kind: text}, value) for text in (texts if isinstance(texts, list) else [texts]))
    return not any(_equal(each, value) for each in (wanted if isinstance(wanted, list) else [wanted]))


def _wildcard(wanted: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    pattern = ''.join(
        '.*' if part == '*' else re.escape(part.replace('\\*', '*')) for part in re.split(r'(?<!\\)(\*)', wanted)
    )
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def _cidr(wanted: str, value: Any) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


_TESTS = {
    'prefix': _text_test(lambda wanted, value: value.startswith(wanted)),
    'suffix': _text_test(lambda wanted, value: value.endswith(wanted)),
    'equals-ignore-case': _text_test(lambda wanted, value: value.lower() == wanted.lower()),
    'wildcard': _wildcard,
    'numeric': _numeric,
    'anything-but': _anything_but,
    'cidr': _cidr,
}
