"""Dates as partners send them: a day, or a day with a time, whose offset is kept."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

_PERIOD = re.compile(r"([0-9]{1,4})([ymwd])")
_LAST_YEAR = 9999


def moment(text: str) -> datetime:
    """A date or date-time of RFC 3339; a day alone gives a naive midnight, which is answered naive as well."""
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    return moment(text).date()


@lru_cache(maxsize=2_000)
def written(text: str) -> str:
    """The form policy dates leave in: `+00:00` instead of `Z`, microseconds only where there are any."""
    return moment(text).isoformat()


def days_between(start: str, end: str) -> int:
    return (day(end) - day(start)).days


def years_between(start: str, end: str) -> int:
    first, last = day(start), day(end)
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


@lru_cache(maxsize=2_000)
def add_period(text: str, period: str) -> str:
    """The date later by 1y, 18m, 4w or 30d. The 29th of February a year on is the 28th, as policies have it."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(f"{period!r} is not a period such as 1y, 18m, 4w or 30d")
    count, unit = int(found[1]), found[2]
    start = moment(text)
    if unit in "wd":
        later = start + timedelta(days=count * (7 if unit == "w" else 1))
    else:
        later = _months_later(start, count * (12 if unit == "y" else 1))
    return later.date().isoformat() if len(text) == 10 else later.isoformat()


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > _LAST_YEAR:
        raise ValueError(f"a date after the year {_LAST_YEAR}")
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def duration(start: str | None, end: str | None) -> str | None:
    """How long cover runs, as partners' systems have always read it: days, then hours, minutes and seconds."""
    if start is None or end is None:
        return None
    first, last = moment(start), moment(end)
    if (first.tzinfo is None) != (last.tzinfo is None):
        first, last = first.replace(tzinfo=None), last.replace(tzinfo=None)
    length = last - first
    seconds = length.seconds
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    fraction = f".{length.microseconds:06}" if length.microseconds else ""
    return f"{length.days} {clock}{fraction}" if length.days else f"{clock}{fraction}"
