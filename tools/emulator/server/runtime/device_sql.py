"""The queries of IoT rules: SELECT * or a list, FROM a topic filter, WHERE a condition.

Of the functions there are topic(), clientid() and timestamp().
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

_SHAPE = re.compile(
    r"\s*SELECT\s+(?P<what>.+?)\s+FROM\s+'(?P<topic>[^']*)'(?:\s+WHERE\s+(?P<where>.+?))?\s*;?\s*$", re.I | re.S
)
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_][\w$]*)*)|(?P<sign><>|<=|>=|[=<>(),]))"
)
_COMPARISONS: dict[str, Callable] = {
    '=': lambda a, b: a == b,
    '<>': lambda a, b: a != b,
    '<': lambda a, b: a < b,
    '<=': lambda a, b: a <= b,
    '>': lambda a, b: a > b,
    '>=': lambda a, b: a >= b,
}
UNDEFINED = object()


class BadQuery(Exception):
    """A query that is none, or uses what is not there."""


@dataclass
class Message:
    topic: str
    content: object
    client: str


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic fits a filter: `+` is one level, `#` at the end is all that follow, and the level above."""
    wanted, given = topic_filter.split('/'), topic.split('/')
    if wanted[-1] == '#':
        wanted.pop()
        given = given[: len(wanted)] if len(given) >= len(wanted) else given
    if len(wanted) != len(given):
        return False
    # What AWS publishes itself is found by its full beginning only.
    if topic.startswith('$') and not topic_filter.startswith('$'):
        return False
    return all(one in ('+', other) for one, other in zip(wanted, given))


class Query:
    def __init__(self, sql: str):
        found = _SHAPE.match(sql)
        if not found:
            raise BadQuery(f"{sql}: SELECT what FROM 'topic' WHERE condition is what there is here")
        self.topic_filter = found['topic']
        self._what = [_parsed_item(item) for item in _items(found['what'])]
        self._where = _parsed(found['where']) if found['where'] else None

    def chosen(self, message: Message):
        """What the rule hands on of a message; UNDEFINED where the condition does not hold."""
        if self._where and self._where(message) is not True:
            return UNDEFINED
        if self._what == [('*', None)]:
            return message.content
        made = {}
        for name, value in self._what:
            if name == '*':
                made.update(message.content if isinstance(message.content, dict) else {})
                continue
            worth = value(message)
            if worth is not UNDEFINED:
                made[name] = worth
        return made


def _items(what: str) -> list[str]:
    """The parts between commas that stand in no brackets and no text."""
    items, depth, quoted, begun = [], 0, False, 0
    for at, sign in enumerate(what):
        quoted ^= sign == "'"
        depth += (sign == '(') - (sign == ')') if not quoted else 0
        if sign == ',' and depth == 0 and not quoted:
            items.append(what[begun:at])
            begun = at + 1
    return [item.strip() for item in [*items, what[begun:]]]


def _parsed_item(item: str):
    if item == '*':
        return '*', None
    expression, _, name = re.match(r'(?is)(.+?)(\s+AS\s+(\w+))?$', item).groups()
    return name or expression.strip().rstrip('()').split('.')[-1], _parsed(expression)


def _parsed(text: str) -> Callable[[Message], object]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise BadQuery(f'{text[at:].strip()}: not known here')
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    parser = _Parser(tokens)
    made = parser.either()
    if parser.tokens:
        raise BadQuery(f'{text}: {parser.tokens[0][1]} is not known here')
    return made


class _Parser:
    """OR of ANDs of comparisons of values."""

    def __init__(self, tokens):
        self.tokens = tokens

    def _next(self, *wanted: str) -> str | None:
        if self.tokens and self.tokens[0][0] != 'text' and self.tokens[0][1].upper() in wanted:
            return self.tokens.pop(0)[1].upper()
        return None

    def either(self):
        parts = [self.all()]
        while self._next('OR'):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else lambda m: any(part(m) is True for part in parts)

    def all(self):
        parts = [self.one()]
        while self._next('AND'):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda m: all(part(m) is True for part in parts)

    def one(self):
        if self._next('NOT'):
            denied = self.one()
            return lambda m: denied(m) is False
        left = self.value()
        sign = self._next(*_COMPARISONS)
        if not sign:
            return left
        right, compare = self.value(), _COMPARISONS[sign]
        return lambda m: _compared(compare, left(m), right(m))

    def value(self):
        if self._next('('):
            inside = self.either()
            self._close()
            return inside
        if not self.tokens:
            raise BadQuery('a value is missing at the end')
        kind, text = self.tokens.pop(0)
        if kind == 'text':
            return lambda m: text[1:-1].replace("''", "'")
        if kind == 'number':
            return lambda m: float(text) if '.' in text else int(text)
        if kind == 'name' and text.lower() in ('true', 'false', 'null'):
            return lambda m: {'true': True, 'false': False, 'null': None}[text.lower()]
        if kind == 'name' and self._next('('):
            return self._called(text.lower())
        if kind == 'name':
            return lambda m: _found(m.content, text.split('.'))
        raise BadQuery(f'{text} is not known here')

    def _called(self, name: str):
        given = []
        while not self._next(')'):
            given.append(self.value())
            if not self._next(','):
                self._close()
                break
        if name == 'topic':
            return lambda m: m.topic if not given else _level(m.topic, given[0](m))
        if name == 'clientid' and not given:
            return lambda m: m.client
        if name == 'timestamp' and not given:
            return lambda m: int(time.time() * 1000)
        raise BadQuery(f'{name}() is not known here; topic(), clientid() and timestamp() are')

    def _close(self):
        if not self._next(')'):
            raise BadQuery('a bracket is not closed')


def _compared(compare, left, right) -> bool | object:
    """Values of two kinds compare to nothing."""
    if UNDEFINED in (left, right):
        return UNDEFINED
    try:
        return compare(left, right)
    except TypeError:
        return UNDEFINED


def _level(topic: str, number):
    levels = topic.split('/')
    return levels[number - 1] if isinstance(number, int) and 1 <= number <= len(levels) else UNDEFINED


def _found(content, path: list[str]):
    for name in path:
        if not isinstance(content, dict) or name not in content:
            return UNDEFINED
        content = content[name]
    return content
