"""What comes back: every row of every table in the guide, and what holds for all covers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.moments import add_period, day, moment
from app.domain.money import Money, currency
from app.domain.refunds import Cover, Refund, cooling_off_ends_at, refund_for, settlement_for

GUIDE = Path(__file__).resolve().parents[2] / "templates" / "guides" / "refunds.md"
RULES: tuple[Any, ...] = ("full", "pro_rata", "none")
Row = dict[str, str]


def _sections() -> Iterator[tuple[str, str, list[Row]]]:
    """Of each section with a table: its title, the reason its text names, the rows."""
    for section in re.split(r"^#{2,3} ", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        lines = [line for line in section.splitlines() if line.startswith("|")]
        if lines:
            reason = re.search(r"program calls this `(\w+)`", section)
            heads, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
            yield (
                section.splitlines()[0],
                reason[1] if reason else "",
                [dict(zip(heads, row, strict=True)) for row in rows],
            )


def _rows(column: str) -> list[Any]:
    """The rows of the tables that have this column, each with the reason it is given."""
    return [
        pytest.param(row, row.get("Because", reason).replace(" ", "_").replace("-", "_"), id=f"{title} {number}")
        for title, reason, rows in _sections()
        for number, row in enumerate(rows, 1)
        if column in row
    ]


def money(text: str) -> Money:
    """`EUR 120.00`; the digits must be those the currency has."""
    code, figures = text.split(" ")
    amount = Decimal(figures)
    assert -int(amount.as_tuple().exponent) == currency(code).digits, text
    return Money(int(amount.scaleb(currency(code).digits)), currency(code).digits, currency(code))


def at_utc(text: str) -> datetime:
    found = moment(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def covers_of(row: Row, reason: str) -> Iterator[Cover]:
    """The cover a row is about. What the table leaves out plays no part, so several values are tried."""
    price, at = money(row["Price"]), at_utc(row["Cancelled"])
    start, end = re.split(r" to |, ", row["Cover"])
    rules = (row["Rule"].replace(" ", "_"),) if "Rule" in row else (reason,) if reason in RULES else RULES
    if "Fee" in row:
        fees = (price._replace(units=0) if row["Fee"] == "none" else money(row["Fee"]),)
    else:
        fees = tuple(price._replace(units=units) for units in (0, 1, price.units * 2))
    if "Bought" in row:
        bought = ((at_utc(row["Bought"]), int(row["Time to think"].removesuffix(" days"))),)
    else:
        bought = ((at - timedelta(days=14, seconds=1), 14), (at - timedelta(seconds=1), 0))
    for rule, fee, (confirmed_at, days) in product(rules, fees, bought):
        yield Cover(price, start, None if end == "no end" else end, confirmed_at, days, rule, fee)  # type: ignore[arg-type]


@pytest.mark.parametrize(("row", "reason"), _rows("Comes back"))
def test_what_the_guide_promises_comes_back(row: Row, reason: str) -> None:
    for cover in covers_of(row, reason):
        refund = refund_for(cover, at_utc(row["Cancelled"]))

        assert (refund.amount, refund.reason) == (money(row["Comes back"]), reason), cover
        if "Days left" in row:
            assert f"{refund.unused_days} of {refund.total_days}" == row["Days left"]


@pytest.mark.parametrize(("row", "_reason"), _rows("Adjustment fee"))
def test_what_the_guide_says_is_settled_is_settled(row: Row, _reason: str) -> None:
    net = money(row["Price"]) - money(row["Tax"])

    assert settlement_for(net, money(row["Partner's commission"])) == money(row["Adjustment fee"])


def test_the_guide_has_a_row_for_every_reason_and_the_hard_cases() -> None:
    rows = [(parameter.values[0], parameter.values[1]) for parameter in _rows("Comes back")]
    covers = [cover for row, reason in rows for cover in covers_of(row, reason)]

    assert {reason for _, reason in rows} == {"before_start", "cooling_off", "full", "pro_rata", "none", "ended"}
    assert {cover.price.currency.code for cover in covers} >= {"EUR", "JPY", "KWD"}
    assert any(cover.end_at is None for cover in covers)
    assert any("02-29" in cover.start_at for cover in covers)
    assert len(rows) >= 40


def eur(units: int) -> Money:
    return Money(units, 2, currency("EUR"))


OFFSETS = ("", "Z", "+11:00", "-08:00")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@st.composite
def covers(draw: st.DrawFn, ends: bool | None = None) -> Cover:
    """Covers of all lengths, one day included; `ends` says whether all or none of them have an end."""
    start = day("2024-01-01") + timedelta(days=draw(st.integers(0, 1_500)))
    clock = draw(st.sampled_from(OFFSETS))
    length = draw(st.integers(0, 1_200))
    has_end = draw(st.booleans()) if ends is None else ends
    written = [f"{on}T18:30:00{clock}" if clock else f"{on}" for on in (start, start + timedelta(days=length))]
    return Cover(
        price=eur(draw(st.integers(0, 500_000))),
        start_at=written[0],
        end_at=written[1] if has_end else None,
        confirmed_at=datetime.combine(start, NOON.timetz()) - timedelta(hours=draw(st.integers(-500, 3_000))),
        cooling_off_days=draw(st.integers(0, 60)),
        rule=draw(st.sampled_from(RULES)),
        fee=eur(draw(st.one_of(st.just(0), st.integers(0, 20_000)))),
    )


hours = st.integers(-3_000, 40_000).map(lambda count: timedelta(hours=count))


def refund_after(cover: Cover, since_start: timedelta) -> Refund:
    return refund_for(cover, at_utc(cover.start_at) + since_start)


@given(covers(), hours)
def test_never_less_than_nothing_and_never_more_than_the_price_comes_back(cover: Cover, later: timedelta) -> None:
    refund = refund_after(cover, later)

    assert 0 <= refund.amount.units <= cover.price.units
    assert 0 <= refund.fee.units <= cover.fee.units
    assert refund.amount.units + refund.fee.units <= cover.price.units


@given(covers(ends=True), hours, hours)
def test_waiting_never_brings_more(cover: Cover, one: timedelta, other: timedelta) -> None:
    """True for cover with an end, before the time to think is over as well as after."""
    sooner, later = sorted((one, other))

    assert refund_after(cover, sooner).amount.units >= refund_after(cover, later).amount.units


@given(covers(ends=False), st.integers(0, 4), st.integers(0, 364), st.integers(0, 364))
def test_waiting_never_brings_more_within_a_year_of_insurance(cover: Cover, year: int, one: int, other: int) -> None:
    begins = at_utc(add_period(cover.start_at, f"{year}y"))
    sooner, later = (begins + timedelta(days=days) for days in sorted((one, other)))

    assert refund_for(cover, sooner).amount.units >= refund_for(cover, later).amount.units


@given(covers(ends=True), st.floats(0, 1))
def test_inside_the_time_to_think_everything_comes_back(cover: Cover, part: float) -> None:
    at = cover.confirmed_at + part * timedelta(days=cover.cooling_off_days)
    refund = refund_for(cover, at)

    assert refund.reason == "ended" or (refund.amount, refund.fee.units) == (cover.price, 0)


@given(covers(), hours)
def test_what_comes_back_what_was_used_and_the_fee_make_the_price(cover: Cover, later: timedelta) -> None:
    cover = replace(cover, rule="pro_rata", confirmed_at=at_utc(cover.start_at) - timedelta(days=365))
    refund = refund_after(cover, later)

    if refund.unused_days is not None and refund.total_days is not None:
        assert 0 <= refund.unused_days <= refund.total_days
        used = Decimal(cover.price.units) * (refund.total_days - refund.unused_days) / refund.total_days
        # Rounding moves at most half a unit from one side to the other.
        assert abs(refund.amount.units + refund.fee.units + used - cover.price.units) <= Decimal("0.500001")


@given(covers(ends=True))
def test_days_are_counted_down_one_by_one_from_the_first_day_to_the_last(cover: Cover) -> None:
    cover = replace(cover, rule="pro_rata", confirmed_at=at_utc(cover.start_at) - timedelta(days=365))
    length = (day(cover.end_at or "") - day(cover.start_at)).days

    counted = [refund_after(cover, timedelta(days=days)).unused_days for days in range(length + 1)]

    assert counted == (list(range(length, -1, -1)) if length else [1])
    assert refund_after(cover, timedelta(days=length + 1)).reason == "ended"


def test_an_end_written_before_the_start_is_cover_within_one_day() -> None:
    """A start with an offset and an end without one: four hours that begin on the 22nd and end on the 21st."""
    cover = Cover(eur(900), "2026-11-22T01:00:00+09:00", "2026-11-21T20:00:00", NOON, 0, "pro_rata", eur(0))

    assert refund_for(cover, datetime(2026, 11, 21, 16, tzinfo=UTC)).amount == eur(900)
    assert refund_for(cover, datetime(2026, 11, 22, 15, tzinfo=UTC)).reason == "ended"


def test_a_fee_in_another_currency_is_refused() -> None:
    cover = Cover(eur(900), "2026-03-01", None, NOON - timedelta(days=90), 14, "full", Money(1, 0, currency("JPY")))

    with pytest.raises(ValueError, match="not amounts of the same kind"):
        refund_for(cover, NOON)


def test_the_time_to_think_is_so_many_times_24_hours() -> None:
    assert cooling_off_ends_at(NOON, 28) == datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert cooling_off_ends_at(NOON, 0) == NOON
