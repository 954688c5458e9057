"""A booking's own arithmetic: sums over what is left, who somebody is, and the small questions others ask of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.bookings import (
    POLICYHOLDER_FIELDS,
    AgreedTerms,
    BookedQuote,
    Booking,
    policyholder_of,
    totals,
)
from app.domain.money import Money, currency
from app.domain.offers import Benefit, Document
from app.domain.pricing import Tax as Rate
from app.domain.pricing import price_breakdown

USD = currency("USD")
SOLD_AT = datetime(2026, 10, 2, 9, 34, 11, 120334, tzinfo=UTC)
TERMS = AgreedTerms(28, "pro_rata", USD.money(0.0), "financial", USD.money(0.0), False)


def a_quote(**fields: Any) -> BookedQuote:
    """A confirmed quote of US$49.50, tax of 10 % included."""
    values: dict[str, Any] = {
        "id": "a",
        "product": "device-protection-2y",
        "product_config_id": "config",
        "policy_version_id": "version",
        "policy": {"type": "device_protection", "version": 1, "underwriter": {"name": "Example Mutual"}},
        "title": "Device protection",
        "status": "CONFIRMED",
        "start_at": "2026-10-02T09:30:00+00:00",
        "end_at": "2028-10-02T09:30:00+00:00",
        "price": price_breakdown(USD, 45.0, [], [Rate("Premium tax", rate=0.1)], 0.2),
        "cover_amount": None,
        "benefits": (Benefit("Accidental damage", limit=USD.money(300.0)), Benefit("Helpline")),
        "files": (Document("Summary", "https://cover.example/summary.html", "summary"),),
        "extra_fields": {"term": "2y"},
        "insured": None,
        "instalment_plan": None,
        "first_instalment_paid": None,
        "terms": TERMS,
        "created_at": SOLD_AT,
        "confirmed_at": SOLD_AT,
        "updated_at": SOLD_AT,
    }
    return BookedQuote(**values | fields)


def a_booking(*quotes: BookedQuote, **fields: Any) -> Booking:
    values: dict[str, Any] = {
        "id": "K7RWD-3HXQP-INS",
        "partner_code": "NWIND",
        "mode": "live",
        "offer_id": "5b0c8d0e-6f1b-4c54-9a3e-2f8f6f0a1c11",
        "release_id": "r" * 64,
        "status": "CONFIRMED",
        "currency": "USD",
        "language": "en",
        "country": "US",
        "region": "WA",
        "subsidiary": None,
        "partner_transaction_id": None,
        "created_at": SOLD_AT,
        "updated_at": SOLD_AT,
        "policyholder": policyholder_of({"first_name": "Ana", "last_name": "Costa"}),
        "quotes": quotes or (a_quote(),),
        "payment": None,
        "booking_agent": None,
        "version": 1,
    }
    return Booking(**values | fields)


def amounts(*quotes: BookedQuote) -> tuple[Any, Any, Any]:
    total = totals(quotes, USD)
    return total.price.amount, total.tax.amount, total.premium.amount


def test_totals_are_the_sums_of_price_tax_and_price_without_tax() -> None:
    assert amounts(a_quote()) == (49.5, 4.5, 45.0)
    assert amounts(a_quote(), a_quote(id="b")) == (99.0, 9.0, 90.0)


def test_of_nothing_the_totals_are_zero_in_the_bookings_currency() -> None:
    total = totals((), currency("JPY"))

    assert total.price == total.tax == total.premium == Money(0, 0, currency("JPY"))
    assert total.price.formatted == "JP¥0"


def test_many_small_amounts_add_up_exactly() -> None:
    dime = a_quote(price=price_breakdown(USD, 0.1, [], [], 0.0))

    assert amounts(*[dime] * 1_000)[0] == 100.0


@pytest.mark.parametrize(("status", "is_active"), [("CONFIRMED", True), ("RENEWED", True), ("CANCELLED", False)])
def test_only_a_cancelled_quote_is_no_longer_active(status: str, is_active: bool) -> None:
    booking = a_booking(a_quote(status=status), a_quote(id="b"))

    assert (booking.quotes[0] in booking.active_quotes) is is_active
    assert booking.quotes[1] in booking.active_quotes


def test_a_quote_is_found_by_its_id() -> None:
    booking = a_booking(a_quote(id="a"), a_quote(id="b"))

    assert booking.quote("b") is booking.quotes[1]
    assert booking.quote("c") is None


def test_changed_quotes_take_the_places_of_the_old_ones() -> None:
    booking = a_booking(a_quote(id="a"), a_quote(id="b"), a_quote(id="c"))

    after = booking.with_quotes({"b": replace(booking.quotes[1], title="Changed")})

    assert [quote.id for quote in after.quotes] == ["a", "b", "c"]
    assert [quote.title for quote in after.quotes] == ["Device protection", "Changed", "Device protection"]
    assert booking.quotes[1].title == "Device protection"


def test_the_slug_of_a_policy_is_its_type_and_version() -> None:
    assert a_quote().policy_type_slug == "device_protection_v1"


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("en", "US", "en-us"),
        ("ar", "KW", "ar-kw"),
        ("en-gb", "US", "en-gb"),
        ("en-GB", "IE", "en-gb"),
        ("DE", "de", "de-de"),
        ("en", "nowhere", "en"),
    ],
)
def test_the_locale_of_links_is_language_and_country_unless_the_language_names_a_region(
    language: str, country: str, locale: str
) -> None:
    assert a_booking(language=language, country=country).locale == locale


def test_an_offer_and_its_booking_share_a_trail_and_a_booking_without_an_offer_has_its_own() -> None:
    assert a_booking().trail_id == "5b0c8d0e-6f1b-4c54-9a3e-2f8f6f0a1c11"
    assert a_booking(offer_id=None).trail_id == "K7RWD-3HXQP-INS"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"first_name": "Ana", "last_name": "Costa"}, "Ana Costa"),
        ({"last_name": "Costa"}, "Costa"),
        ({}, ""),
    ],
)
def test_the_name_of_the_customer_is_what_is_known_of_it(given: dict[str, str], name: str) -> None:
    assert a_booking(policyholder=policyholder_of(given)).name == name


def test_a_policyholder_has_every_field_and_nothing_else() -> None:
    found = policyholder_of({"last_name": "Costa", "age": 41, "shoe_size": 38})

    assert tuple(found) == POLICYHOLDER_FIELDS
    assert found["last_name"] == "Costa"
    assert found["age"] == 41
    assert {name for name, value in found.items() if value is not None} == {"last_name", "age"}
