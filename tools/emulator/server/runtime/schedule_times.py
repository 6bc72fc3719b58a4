"""When at(), rate() and cron() expressions are due."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = {'minute': 60, 'hour': 3600, 'day': 86400}
_MONTHS = {name.upper(): at for at, name in enumerate(calendar.month_abbr) if name}
_DAYS = {'SUN': 1, 'MON': 2, 'TUE': 3, 'WED': 4, 'THU': 5, 'FRI': 6, 'SAT': 7}


class ExpressionError(ValueError):
    """An expression AWS would refuse."""


def is_due(expression: str, base: float, last: float, now: float, zone: str = 'UTC', at_base: bool = True) -> bool:
    """Whether an expression is due after `last` up to and including `now`; rates count from `base`, which is due
    itself or not.
    """
    kind = re.fullmatch(r'(at|rate|cron)\((.+)\)', expression.strip())
    if not kind:
        raise ExpressionError(f'"{expression}" is no at(), rate() or cron() expression')
    if kind[1] == 'at':
        moment = datetime.fromisoformat(kind[2]).replace(tzinfo=ZoneInfo(zone)).timestamp()
        return last < moment <= now
    if kind[1] == 'rate':
        seconds = _seconds(kind[2])
        first = base if at_base else base + seconds
        before, after = (last - first) // seconds, (now - first) // seconds
        return after >= 0 and after > max(before, -1)
    return _cron_is_due(kind[2], last, now, zone)


def _seconds(text: str) -> float:
    rate = re.fullmatch(r'(\d+) (minute|hour|day)s?', text.strip())
    if not rate or int(rate[1]) < 1:
        raise ExpressionError(f'rate({text}) must be a whole number of minutes, hours or days')
    return int(rate[1]) * _UNITS[rate[2]]


def _cron_is_due(text: str, last: float, now: float, zone: str) -> bool:
    minute = datetime.fromtimestamp(last, UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while minute.timestamp() <= now:
        if cron_fits(text, minute.astimezone(ZoneInfo(zone))):
            return True
        minute += timedelta(minutes=1)
    return False


def cron_fits(text: str, when: datetime) -> bool:
    """Whether a minute fits the six fields: minute, hour, day of month, month, day of week, year."""
    fields = text.split()
    if len(fields) != 6:
        raise ExpressionError(f'cron({text}) must have six fields: minutes hours day-of-month month day-of-week year')
    minute, hour, day, month, weekday, year = fields
    return (
        _in(minute, when.minute, 0, 59)
        and _in(hour, when.hour, 0, 23)
        and _in(month, when.month, 1, 12, _MONTHS)
        and _in(year, when.year, 1970, 2199)
        and _day_of_month(day, when)
        and _day_of_week(weekday, when)
    )


def _in(field: str, value: int, least: int, most: int, names: dict[str, int] | None = None) -> bool:
    return any(_part(part, value, least, most, names or {}) for part in field.upper().split(','))


def _part(part: str, value: int, least: int, most: int, names: dict[str, int]) -> bool:
    spread, _, step = part.partition('/')
    if spread in ('*', '?'):
        first, last = least, most
    else:
        ends = [names.get(end) or int(end) for end in spread.split('-')]
        first, last = ends[0], ends[-1] if len(ends) > 1 or not step else most
    return first <= value <= last and (value - first) % int(step or 1) == 0


def _day_of_month(field: str, when: datetime) -> bool:
    last = calendar.monthrange(when.year, when.month)[1]
    if field == 'L':
        return when.day == last
    if field.endswith('W'):
        wanted = datetime(when.year, when.month, min(int(field[:-1]), last))
        if wanted.weekday() == 5:
            wanted += timedelta(days=-1 if wanted.day > 1 else 2)
        elif wanted.weekday() == 6:
            wanted += timedelta(days=1 if wanted.day < last else -2)
        return when.day == wanted.day
    return _in(field, when.day, 1, 31)


def _day_of_week(field: str, when: datetime) -> bool:
    today = when.isoweekday() % 7 + 1
    if '#' in field:
        day, nth = field.split('#')
        return today == (_DAYS.get(day.upper()) or int(day)) and (when.day - 1) // 7 + 1 == int(nth)
    if field.endswith('L') and field != 'L':
        day = field[:-1]
        last = calendar.monthrange(when.year, when.month)[1]
        return today == (_DAYS.get(day.upper()) or int(day)) and when.day + 7 > last
    if field == 'L':
        return today == 7
    return _in(field, today, 1, 7, _DAYS)
