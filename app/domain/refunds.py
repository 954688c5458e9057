"""What comes back when somebody cancels. The guide "How refunds are worked out" says the same in plain words,
and its tables are the tests of this file: change both, or neither.

Days are calendar days as the policy's own dates are written, because that is what the customer reads on the
certificate. All arithmetic is in whole units of the currency.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from app.domain.moments import add_period, day, moment
from app.domain.money import Money
from app.domain.terms import RefundRule

RefundReason = Literal["before_start", "cooling_off", "full", "pro_rata", "none", "ended"]


@dataclass(frozen=True, slots=True)
class Cover:
    """What was bought. `price` includes tax; that of open-ended cover is the price of one year of insurance."""

    price: Money
    start_at: str
    end_at: str | None
    confirmed_at: datetime
    cooling_off_days: int
    rule: RefundRule
    fee: Money


@dataclass(frozen=True, slots=True)
class Refund:
    """`fee` is what was kept, so a fee larger than the part that would come back shrinks to that part.

    The days are those the amount was worked out from, and None where days played no role.
    """

    amount: Money
    reason: RefundReason
    unused_days: int | None
    total_days: int | None
    fee: Money


@dataclass(frozen=True, slots=True)
class _Cancellation:
    cover: Cover
    at: datetime
    today: date
    first: date
    last: date | None


def cooling_off_ends_at(confirmed_at: datetime, days: int) -> datetime:
    """Exactly so many times 24 hours later, that moment included."""
    return confirmed_at + timedelta(days=days)


def refund_for(cover: Cover, at: datetime) -> Refund:
    case = _cancellation(cover, at)
    return next(refund(case, reason) for reason, applies, refund in _RULES if applies(case))


def settlement_for(net: Money, commission: Money) -> Money:
    """What goes back between partner and insurer: the price without tax and without the partner's commission.

    The contract calls it `adjustment_fee`. It is not taken off what the customer gets.
    """
    return net - commission


def _cancellation(cover: Cover, at: datetime) -> _Cancellation:
    today = at.astimezone(moment(cover.start_at).tzinfo or UTC).date()
    first = day(cover.start_at)
    # A start with an offset and an end without one may be written in the wrong order by a few hours.
    last = None if cover.end_at is None else max(first, day(cover.end_at))
    return _Cancellation(cover, at, today, first, last)


def _has_ended(case: _Cancellation) -> bool:
    return case.last is not None and case.today > case.last


def _is_cooling_off(case: _Cancellation) -> bool:
    return case.at <= cooling_off_ends_at(case.cover.confirmed_at, case.cover.cooling_off_days)


def _nothing(case: _Cancellation, reason: RefundReason) -> Refund:
    return _less_fee(case, 0, reason)


def _everything(case: _Cancellation, reason: RefundReason) -> Refund:
    return Refund(case.cover.price, reason, None, None, case.cover.fee._replace(units=0))


def _everything_less_fee(case: _Cancellation, reason: RefundReason) -> Refund:
    return _less_fee(case, case.cover.price.units, reason)


def _unused_part_less_fee(case: _Cancellation, reason: RefundReason) -> Refund:
    unused, total = _unused_and_total_days(case)
    part = (2 * case.cover.price.units * unused + total) // (2 * total)
    return replace(_less_fee(case, part, reason), unused_days=unused, total_days=total)


def _less_fee(case: _Cancellation, part: int, reason: RefundReason) -> Refund:
    kept = case.cover.fee._replace(units=min(case.cover.fee.units, part))
    return Refund(case.cover.price._replace(units=part) - kept, reason, None, None, kept)


def _unused_and_total_days(case: _Cancellation) -> tuple[int, int]:
    """The day of cancelling counts as unused. Cover within one day is one day, and unused until that day is over."""
    first, end = (case.first, case.last) if case.last is not None else _year_of_insurance(case.first, case.today)
    if first == end:
        return 1, 1
    return (end - case.today).days, (end - first).days


def _year_of_insurance(first: date, today: date) -> tuple[date, date]:
    """From the last anniversary of the start to the next. Counted from the start each time: the 29th stays the 29th."""
    years = today.year - first.year
    if _anniversary(first, years) > today:
        years -= 1
    return _anniversary(first, years), _anniversary(first, years + 1)


def _anniversary(first: date, years: int) -> date:
    return day(add_period(first.isoformat(), f"{years}y"))


# The first row that applies decides.
_RULES: tuple[
    tuple[RefundReason, Callable[[_Cancellation], bool], Callable[[_Cancellation, RefundReason], Refund]], ...
] = (
    ("ended", _has_ended, _nothing),
    ("cooling_off", _is_cooling_off, _everything),
    ("before_start", lambda case: case.today < case.first, _everything),
    ("none", lambda case: case.cover.rule == "none", _nothing),
    ("full", lambda case: case.cover.rule == "full", _everything_less_fee),
    ("pro_rata", lambda case: case.cover.rule == "pro_rata", _unused_part_less_fee),
)
