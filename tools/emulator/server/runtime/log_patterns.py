"""Filter patterns of CloudWatch Logs: terms, fields between brackets, and conditions on lines that are JSON."""

import json
import re
from fnmatch import fnmatchcase

_TOKEN = re.compile(r'\s*(&&|\|\||\(|\)|!=|>=|<=|=|>|<|"(?:\\.|[^"\\])*"|[^\s()=!<>&|"]+)')
_COMPARISONS = {
    '>': lambda value, wanted: value > wanted,
    '<': lambda value, wanted: value < wanted,
    '>=': lambda value, wanted: value >= wanted,
    '<=': lambda value, wanted: value <= wanted,
}


class LogPatternError(ValueError):
    """A pattern CloudWatch Logs would refuse, or one that is not known here."""


def fits(pattern: str | None, line: str) -> bool:
    """Whether a line fits a pattern; an empty pattern fits every line."""
    pattern = (pattern or '').strip()
    if not pattern:
        return True
    if pattern.startswith('{'):
        return _json(pattern, line)
    if pattern.startswith('['):
        return _fields(pattern, line)
    return _terms(pattern, line)


_CONDITION = re.compile(r'\w+\s*(!=|>=|<=|=|>|<)\s*(\S+)')


def _fields(pattern: str, line: str) -> bool:
    """Fields are separated by blanks; a line with another number of them does not fit."""
    if not pattern.endswith(']'):
        raise LogPatternError(f'{pattern}: the closing bracket is missing')
    fields = [field.strip() for field in pattern[1:-1].split(',')]
    values = line.split()
    if '...' in fields:
        raise LogPatternError(f'{pattern}: fields left out by ... are not known here; name each')
    return len(fields) == len(values) and all(map(_field_holds, fields, values))


def _field_holds(field: str, value: str) -> bool:
    if re.fullmatch(r'\w+', field):
        return True
    return any(all(_field_fits(one.strip(), value) for one in both.split('&&')) for both in field.split('||'))


def _field_fits(condition: str, value: str) -> bool:
    found = _CONDITION.fullmatch(condition)
    if found is None:
        raise LogPatternError(f'{condition}: not a condition on a field')
    number = re.fullmatch(r'-?\d+(\.\d+)?', value)
    return _compared(float(value) if number else value, found[1], found[2])


def _terms(pattern: str, line: str) -> bool:
    wanted, optional, unwanted = [], [], []
    for mark, quoted, plain in re.findall(r'([?-]?)(?:"((?:\\.|[^"\\])*)"|([^\s"]+))', pattern):
        term = quoted.replace('\\"', '"') if quoted else plain
        {'': wanted, '?': optional, '-': unwanted}[mark].append(term)
    return (
        all(term in line for term in wanted)
        and not any(term in line for term in unwanted)
        and (not optional or bool(wanted) or any(term in line for term in optional))
    )


def _json(pattern: str, line: str) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    if not isinstance(record, dict):
        return False
    body = pattern.strip().removeprefix('{').removesuffix('}').strip()
    tokens = _TOKEN.findall(body)
    if ''.join(tokens) != re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', '', body):
        raise LogPatternError(f'{pattern}: not a pattern')
    holds, rest = _either(tokens, record, pattern)
    if rest:
        raise LogPatternError(f'{pattern}: "{rest[0]}" was not expected')
    return holds


def _either(tokens: list[str], record: dict, pattern: str) -> tuple[bool, list[str]]:
    holds, rest = _both(tokens, record, pattern)
    while rest and rest[0] == '||':
        other, rest = _both(rest[1:], record, pattern)
        holds = holds or other
    return holds, rest


def _both(tokens: list[str], record: dict, pattern: str) -> tuple[bool, list[str]]:
    holds, rest = _one(tokens, record, pattern)
    while rest and rest[0] == '&&':
        other, rest = _one(rest[1:], record, pattern)
        holds = holds and other
    return holds, rest


def _one(tokens: list[str], record: dict, pattern: str) -> tuple[bool, list[str]]:
    if not tokens:
        raise LogPatternError(f'{pattern}: a condition is missing')
    if tokens[0] == '(':
        holds, rest = _either(tokens[1:], record, pattern)
        if not rest or rest[0] != ')':
            raise LogPatternError(f'{pattern}: a closing bracket is missing')
        return holds, rest[1:]
    there, value = _selected(record, tokens[0])
    words = [token.upper() for token in tokens[1:3]]
    if words[:1] == ['EXISTS']:
        return there, tokens[2:]
    if words == ['NOT', 'EXISTS']:
        return not there, tokens[3:]
    if words[:1] == ['IS'] and words[1:] in (['NULL'], ['TRUE'], ['FALSE']):
        wanted = {'NULL': None, 'TRUE': True, 'FALSE': False}[words[1]]
        return there and value is wanted, tokens[3:]
    if len(tokens) < 3:
        raise LogPatternError(f'{pattern}: a comparison is missing')
    return there and _compared(value, tokens[1], tokens[2]), tokens[3:]


def _selected(record: dict, selector: str) -> tuple[bool, object]:
    value: object = record
    for name, index in re.findall(r'\.([^.\[\]]+)|\[(\d+)\]', selector.removeprefix('$')):
        if name and isinstance(value, dict) and name in value:
            value = value[name]
        elif index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        else:
            return False, None
    return True, value


def _compared(value: object, operator: str, token: str) -> bool:
    if operator in _COMPARISONS:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and _COMPARISONS[operator](value, float(token))
    same = _same(value, token)
    return same if operator == '=' else not same


def _same(value: object, token: str) -> bool:
    if token.startswith('"'):
        wanted = token[1:-1].replace('\\"', '"')
        return isinstance(value, str) and fnmatchcase(value, wanted.replace('[', '[[]'))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return value == float(token)
        except ValueError:
            return fnmatchcase(str(value), token)
    return isinstance(value, str) and fnmatchcase(value, token.replace('[', '[[]'))
