"""The mark beside an item: what Create Offer would answer in this store, and why not, without asking it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.catalog.counter import Counter
from app.catalog.model import Catalog
from app.domain.money import currency
from app.services.eligible_items import (
    COVERED,
    KIND,
    NO_PRICE,
    Eligibility,
    Place,
    eligibility,
    eligibility_of,
    facts_at,
)
from tests.catalog.folders import CATALOG, compiled_folder

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LEEDS = Place("GB", None, "GBP", "en", "NORTHWIND-UK", NOW)
TOKYO = Place("JP", "13", "JPY", "ja", None, NOW)
OSLO = Place("NO", None, "EUR", "en", None, NOW)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return compiled_folder(CATALOG / "northwind")


@pytest.fixture(scope="module")
def counter(catalog: Catalog) -> Counter:
    assert catalog.counter is not None
    return catalog.counter


def found(catalog: Catalog, sku: str, place: Place, price: float | None = None) -> Eligibility:
    """The mark of an item in a store, at its own price or at a typed one."""
    item, counter = catalog.items.by_sku(sku), catalog.counter
    assert item is not None
    assert counter is not None
    if price is None:
        return eligibility(catalog, counter, item, place)
    facts = facts_at(item, place) | {"price": currency(place.currency).money(price)}
    return eligibility_of(catalog, counter, facts, place)


@pytest.mark.parametrize(
    ("sku", "place", "expected"),
    [
        ("NW-PH-5", LEEDS, COVERED),
        ("NW-WM-8", LEEDS, COVERED),
        ("NW-HP-7", TOKYO, COVERED),
        ("NW-WM-8", TOKYO, NO_PRICE),
        ("NW-BK-PH", LEEDS, KIND),
        ("NW-WM-8", OSLO, KIND),
        ("NW-KB-88", LEEDS, KIND),
    ],
)
def test_an_item_is_covered_or_says_why_not(catalog: Catalog, sku: str, place: Place, expected: Eligibility) -> None:
    assert found(catalog, sku, place) == expected


@pytest.mark.parametrize(
    ("sku", "place", "price", "reason", "limit"),
    [
        ("NW-CB-C1", LEEDS, None, "price_low", 10),
        ("NW-KT-1", LEEDS, None, "price_low", 40),
        ("NW-KT-1", LEEDS, 0.01, "price_low", 40),
        ("NW-CB-C1", TOKYO, 1, "price_low", 1500),
    ],
)
def test_a_price_outside_the_band_is_told_with_the_nearest_that_is_covered(
    catalog: Catalog, sku: str, place: Place, price: float | None, reason: str, limit: float
) -> None:
    assert found(catalog, sku, place, price) == Eligibility("not", reason, currency(place.currency).money(limit))


@pytest.mark.parametrize(("price", "mark"), [(9.99, "not"), (10, "covered"), (10_000_000, "covered")])
def test_the_mark_follows_the_price_that_is_typed(catalog: Catalog, price: float, mark: str) -> None:
    assert found(catalog, "NW-LT-14", LEEDS, price).mark == mark


def test_a_price_above_the_band_is_too_high(catalog: Catalog, counter: Counter) -> None:
    audio = tuple(offer for offer in catalog.offers if offer.name.startswith("audio-cover"))
    only_audio = replace(catalog, offers=audio)

    assert found(only_audio, "NW-AM-1", LEEDS) == Eligibility("not", "price_high", currency("GBP").money(2000))
    assert found(only_audio, "NW-HP-7", LEEDS) == COVERED
    assert found(only_audio, "NW-PH-5", LEEDS) == KIND


def test_an_offer_with_some_products_that_cannot_be_priced_is_covered_in_part(catalog: Catalog) -> None:
    """Without its rates the extended warranty has no price; the plans beside it have."""
    tables = {name: table for name, table in catalog.tables.items() if name != "warranty_rates"}

    assert found(replace(catalog, tables=tables), "NW-LT-14", LEEDS) == Eligibility("some", "some")


def test_a_thing_of_which_no_product_can_be_priced_is_not_covered_at_any_price(catalog: Catalog) -> None:
    assert found(replace(catalog, tables={}), "NW-LT-14", LEEDS) == KIND


def test_another_shop_of_the_partner_may_not_make_the_offer(catalog: Catalog) -> None:
    """The phone offer is open to the UK stores alone, and it stands before the one for every device."""
    only_phones = replace(catalog, offers=tuple(o for o in catalog.offers if o.name == "uk-phone-cover"))

    assert found(only_phones, "NW-PH-5", LEEDS) == COVERED
    assert found(only_phones, "NW-PH-5", replace(LEEDS, subsidiary="NORTHWIND-US")) == KIND
