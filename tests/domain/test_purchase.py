"""Prices and days as people type them from a receipt."""

from datetime import date

import pytest

from app.domain.money import currency
from app.domain.portal_errors import PortalRefused
from app.domain.purchase import price_of, price_text, purchase_day

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "typed, code, written",
    [
        ("549", "GBP", "549"),
        ("549.00", "GBP", "549"),
        ("44,99 €", "EUR", "44.99"),
        ("£1,299.00", "GBP", "1299"),
        ("1.299,00", "EUR", "1299"),
        ("1.299", "EUR", "1299"),
        ("1 299,5", "EUR", "1299.50"),
        ("1’299.50", "CHF", "1299.50"),
        ("12,345,678", "JPY", "12345678"),
        ("12.345", "KWD", "12.345"),
        ("٥٤٩٫٥", "GBP", "549.50"),
        ("５４９", "JPY", "549"),
    ],
)
def test_a_price_is_read_as_it_is_written_where_people_shop(typed: str, code: str, written: str) -> None:
    assert price_text(price_of(typed, currency(code))) == written


@pytest.mark.parametrize(
    "typed", ["", "free", "0", "-5", "1.2.3", "1,29,900", "1,299,00", "12..5", "9" * 12, "1e5", "."]
)
def test_what_is_no_price_is_refused(typed: str) -> None:
    with pytest.raises(PortalRefused) as refused:
        price_of(typed, currency("GBP"))

    assert refused.value.key == "price_form"


def test_smaller_units_than_a_currency_has_are_refused() -> None:
    with pytest.raises(PortalRefused) as refused:
        price_of("12.5", currency("JPY"))

    assert refused.value.key == "price_decimals"


@pytest.mark.parametrize(
    "typed, key",
    [("2026-11-22", "day_future"), ("2015-01-01", "day_old"), ("yesterday", "day_form"), ("2026-02-30", "day_form")],
)
def test_a_day_of_purchase_has_been_and_is_not_long_ago(typed: str, key: str) -> None:
    with pytest.raises(PortalRefused) as refused:
        purchase_day(typed, TODAY)

    assert refused.value.key == key


def test_today_is_a_day_of_purchase() -> None:
    assert purchase_day("2026-11-21", TODAY) == TODAY
