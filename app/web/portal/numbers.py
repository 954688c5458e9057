"""How often one has asked and what customers said: for oneself, and for who runs the store, for everybody in it.

Days are those of the store. What is shown is asking, not only selling: a customer who was asked and said no was served.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_percent
from flask import Response

from app.adapters.counter_numbers import CounterNumbers, Place
from app.adapters.locales import LOCALES
from app.catalog.counter import rules_in
from app.domain.portal_errors import NotAllowed
from app.domain.tallies import Tally, together
from app.web.platform import platform
from app.web.portal.answers import page
from app.web.portal.charts import Chart, Column, chart_of
from app.web.portal.gate import counter, portal_door
from app.web.portal.served import AREA

blueprint = portal_door("portal_numbers")
DAYS, WEEK = 28, 7
PERIODS = (("today", 1), ("week", WEEK), ("month", DAYS))


@dataclass(frozen=True, slots=True)
class Period:
    key: str
    tally: Tally
    ask_rate: str
    attach_rate: str


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    tally: Tally
    attach_rate: str


@blueprint.get("/portal/numbers")
def own() -> Response:
    at = counter()
    if not at.staff.may("sell"):
        raise NotAllowed()
    days = _days()
    found = _numbers().tallies(_starts(days), at.now + timedelta(seconds=1), at.staff.id)
    return _shown("own", days, found, [])


@blueprint.get("/portal/numbers/store")
def store() -> Response:
    at = counter()
    if not at.staff.may("see_store"):
        raise NotAllowed()
    days = _days()
    found = _numbers().tallies(_starts(days), at.now + timedelta(seconds=1))
    return _shown("store", days, found, _people(found))


def _shown(whose: str, days: list[date], found: Mapping[Place, Tally], people: list[Person]) -> Response:
    at = counter()
    by_day = [together(tally for (_, day), tally in found.items() if day == place) for place in range(DAYS)]
    facts = {
        "whose": whose,
        "periods": [_period(key, by_day[-length:]) for key, length in PERIODS],
        "charts": [("days", _chart_of_days(days, by_day)), ("weeks", _chart_of_weeks(days, by_day))],
        "people": people,
        "rules": _capped(),
        "sees_store": at.staff.may("see_store"),
        "sees_own": at.staff.may("sell"),
        "is_empty": not together(by_day).begun and not together(by_day).asked,
    }
    return page("numbers", area=AREA, **facts)


def _numbers() -> CounterNumbers:
    at = counter()
    return CounterNumbers(platform().database, at.store.id, at.mode)


def _days() -> list[date]:
    """Today and those before it, as the store's calendar has them."""
    at = counter()
    today = at.now.astimezone(ZoneInfo(at.store.time_zone)).date()
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def _starts(days: list[date]) -> list[datetime]:
    zone = ZoneInfo(counter().store.time_zone)
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]


def _period(key: str, days: list[Tally]) -> Period:
    tally = together(days)
    return Period(key, tally, _percent(tally.ask_rate), _percent(tally.attach_rate))


def _percent(rate: float | None) -> str:
    return "–" if rate is None else format_percent(rate, locale=counter().language)


def _people(found: Mapping[Place, Tally]) -> list[Person]:
    """Who asked most stands first. Names of people who have left are looked up too: their sales stay theirs."""
    at = counter()
    sums: dict[str, Tally] = {}
    for (staff_id, _), tally in found.items():
        sums[staff_id] = sums.get(staff_id, Tally()) + tally
    names = {one.id: one.name for one in platform().people.staff_of_store(at.store.id)}
    rows = []
    for staff_id, tally in sums.items():
        person = None if staff_id in names else platform().people.staff(staff_id)
        name = names.get(staff_id) or (person.name if person else at.say(AREA)("who.former"))
        rows.append(Person(name, tally, _percent(tally.attach_rate)))
    return sorted(rows, key=lambda row: (-row.tally.asked, row.name))


def _chart_of_days(days: list[date], by_day: list[Tally]) -> Chart:
    pairs = list(zip(days, by_day, strict=True))[-WEEK:]
    columns = [Column(_short(day, "EEE"), _named(day), tally.asked, tally.sold) for day, tally in pairs]
    return _drawn(columns)


def _chart_of_weeks(days: list[date], by_day: list[Tally]) -> Chart:
    columns = []
    for first in range(0, DAYS, WEEK):
        tally = together(by_day[first : first + WEEK])
        name = counter().say(AREA)("numbers.from_day", day=_named(days[first]))
        columns.append(Column(_short(days[first], "MMMd"), name, tally.asked, tally.sold))
    return _drawn(columns)


def _drawn(columns: list[Column]) -> Chart:
    at = counter()
    return chart_of(columns, at.language, at.say(AREA).direction == "rtl")


def _short(day: date, skeleton: str) -> str:
    language = counter().language
    return str(format_skeleton(skeleton, day, locale=LOCALES.get(language, language)))


def _named(day: date) -> str:
    return counter().say(AREA).day(day)


def _capped() -> list[str]:
    """Where the law limits what may be earned by selling, it stands beside the numbers that tempt."""
    at = counter()
    rules = at.catalog.counter
    if rules is None:
        return []
    found = rules_in(rules, at.store.country, at.store.region, "incentive_cap")
    return [rules.said(rule.text, at.language) for rule in found]
