"""Values of the domain go into the database as JSON and come back equal, with the same types."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from app.domain.bookings import BookedQuote, Booking
from app.domain.money import Money, currency
from app.domain.offers import Benefit
from app.domain.pricing import PriceBreakdown
from app.domain.stored import plain, restored
from tests.domain.test_bookings import a_booking, a_quote


def returned(kind: type[Any], value: Any) -> Any:
    """The value after it was written as JSON and read again."""
    return restored(kind, orjson.loads(orjson.dumps(plain(value))))


@pytest.mark.parametrize(("code", "amount"), [("USD", 41.18), ("JPY", 10378.0), ("KWD", 67.571), ("EUR", -3.2)])
def test_money_keeps_its_units_its_digits_and_its_currency(code: str, amount: float) -> None:
    money = currency(code).money(amount)

    again = returned(Money, money)

    assert again == money
    assert again.formatted == money.formatted


def test_a_tax_line_keeps_more_digits_than_its_currency_has() -> None:
    yen = currency("JPY").money(941.34, 2)

    assert returned(Money, yen).digits == yen.digits == 2


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 10, 2, 9, 30, tzinfo=UTC), datetime(2026, 10, 2, 9, 30, 0, 7, timezone(timedelta(hours=9)))],
)
def test_a_moment_comes_back_with_its_microseconds_and_its_offset(moment: datetime) -> None:
    again = returned(datetime, moment)

    assert again == moment
    assert again.utcoffset() == moment.utcoffset()


def test_a_price_comes_back_with_its_tax_lines() -> None:
    price = a_quote().price

    again = returned(PriceBreakdown, price)

    assert again == price
    assert type(again) is PriceBreakdown
    assert type(again.tax_lines) is tuple


def test_a_quote_comes_back_whole() -> None:
    quote = a_quote(
        insured=({"first_name": "Ana", "metadata": {"seat": 4}}, {}),
        cover_amount=currency("USD").money(600.0),
        cancelled_at=datetime(2026, 11, 2, tzinfo=UTC),
        refund=currency("USD").money(12.5),
        changes={"product": {"retail_value": 360.0}},
    )

    assert returned(BookedQuote, quote) == quote


def test_a_quote_without_any_optional_value_comes_back_whole() -> None:
    quote = a_quote(insured=None, cover_amount=None, start_at=None, end_at=None)

    assert returned(BookedQuote, quote) == quote


def test_a_booking_comes_back_whole() -> None:
    booking = replace(a_booking(a_quote(), a_quote(id="b")), booking_agent={"desk": [1, None, "x"]})

    again = returned(Booking, booking)

    assert again == booking
    assert [type(quote) for quote in again.quotes] == [BookedQuote, BookedQuote]


def test_what_was_stored_before_a_field_was_added_is_read_with_the_fields_own_default() -> None:
    old = orjson.loads(orjson.dumps(plain(a_quote())))
    for added_later in ("changes", "renewed_times", "settlement"):
        del old[added_later]

    assert restored(BookedQuote, old) == a_quote()


def test_benefits_are_read_as_benefits() -> None:
    quote = a_quote()

    assert quote.benefits
    assert {type(one) for one in returned(BookedQuote, quote).benefits} == {Benefit}
