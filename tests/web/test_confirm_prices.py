"""Confirm Offer honours what was quoted: the price, the dates and the product, for every partner and currency."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.contract import booking_of
from tests.partner import CODES, Partner, published_platform, quote_ids, republish, wish, with_catalog

# partner, example, product: total price, written, first and last day as written, duration
TABLE: list[tuple[str, str, str, Any, str, str, str | None, str | None]] = [
    ("northwind", "camera", "device-protection-2y", 66.53, "US$66.53",
     "2026-10-02T09:30:00+00:00", "2028-10-02T09:30:00+00:00", "731 00:00:00"),
    ("northwind", "tablet-japan", "device-protection-2y", 10378, "JP¥10378",
     "2026-11-01T19:45:00+09:00", "2028-11-01T19:45:00+09:00", "731 00:00:00"),
    ("northwind", "laptop-kuwait", "device-protection-3y", 150.398, "KWD150.398",
     "2026-09-15T18:00:00+03:00", "2029-09-15T18:00:00+03:00", "1096 00:00:00"),
    ("northwind", "headphones", "device-protection-2y", 23.61, "€23.61",
     "2026-11-01T00:00:00", "2028-11-01T00:00:00", "731 00:00:00"),
    ("northwind", "washing-machine", "extended-warranty-2y", 75.96, "€75.96",
     "2028-11-03T16:20:00+01:00", "2030-11-03T16:20:00+01:00", "730 00:00:00"),
    ("meridian", "city-break", "trip-cancellation-standard", 42.24, "£42.24",
     "2026-11-01T10:15:00+00:00", "2027-03-16T00:00:00", "134 13:45:00"),
    ("meridian", "city-break", "travel-medical-worldwide", 25.2, "£25.20",
     "2027-03-12T00:00:00", "2027-03-16T00:00:00", "4 00:00:00"),
    ("meridian", "long-stay", "trip-cancellation-flex", 454.58, "CA$454.58",
     "2026-06-15T21:00:00-04:00", "2027-03-31T00:00:00", "288 03:00:00"),
    ("encore", "concert", "ticket-protection", 11.76, "A$11.76",
     "2026-11-01T11:20:00+11:00", "2026-11-20T23:00:00+11:00", "19 11:40:00"),
    ("encore", "student-night", "ticket-protection", 2.77, "£2.77",
     "2026-11-01T00:00:00", "2026-11-12T23:00:00+00:00", "11 23:00:00"),
    ("parcelway", "guitar-from-tokyo", "parcel-standard", 1925, "JP¥1925",
     "2026-11-09T10:30:00+09:00", "2027-01-08T10:30:00+09:00", "60 00:00:00"),
    ("parcelway", "phones-from-kuwait", "parcel-full-value", 16.158, "KWD16.158",
     "2026-11-04T08:00:00+03:00", "2027-01-03T08:00:00+03:00", "60 00:00:00"),
    ("hearthside", "apartment-in-paris", "renters-contents-plus", 186.1, "€186.10",
     "2026-11-15T00:00:00", "2027-11-15T00:00:00", "365 00:00:00"),
    ("hearthside", "apartment-in-paris", "renters-liability", 35.82, "€35.82",
     "2026-11-15T00:00:00", None, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def partners(app: Flask) -> dict[str, Partner]:
    """All five, by the name of their folder."""
    return {folder: with_catalog(app, folder) for folder in CODES}


@pytest.mark.parametrize(("folder", "name", "product", "price", "written", "start", "end", "duration"), TABLE)
def test_price_and_dates_are_those_of_the_offer(
    partners: dict[str, Partner],
    folder: str,
    name: str,
    product: str,
    price: Any,
    written: str,
    start: str,
    end: str | None,
    duration: str | None,
) -> None:
    partner = partners[folder]
    offer = partner.offered(name)

    booking = booking_of(partner.confirm(offer, wish(offer, product)))

    quote = booking["quotes"][0]
    offered = next(one["details"] for one in offer["products"] if one["name"] == product)
    finance = offered["finance"]
    assert (booking["total_price"], booking["total_price_formatted"]) == (price, written)
    assert (quote["price"], quote["price_formatted"]) == (price, written)
    assert type(quote["price"]) is type(price)
    assert finance["price"]["total_amount"] == price
    assert quote["tax"]["total_amount_without_tax"] == finance["price"]["total_amount_without_tax"]
    assert quote["tax"]["total_tax"] == finance["tax"]["total_amount"]
    assert quote["commission"]["total_commission"] == finance["commission"]["total_amount"]
    assert (quote["policy_start_date"], quote["policy_end_date"]) == (start, end)
    assert (quote["policy_start_date"], quote["policy_end_date"]) == (offered["start_date"], offered["end_date"])
    assert quote["duration"] == duration


def test_every_product_of_an_offer_is_booked_at_the_price_it_was_offered_at(partners: dict[str, Partner]) -> None:
    for partner, name in ((partners["northwind"], "camera"), (partners["hearthside"], "apartment-in-osaka")):
        offer = partner.offered(name)
        ids = quote_ids(offer)

        booking = booking_of(partner.confirm(offer, wish(offer, *ids)))

        prices = {one["id"]: one["details"]["finance"]["price"]["total_amount"] for one in offer["products"]}
        assert {quote["id"]: quote["price"] for quote in booking["quotes"]} == prices
        assert booking["total_price"] == pytest.approx(sum(prices.values()), abs=1e-9)


def test_a_surcharge_is_shown_where_the_product_has_one_and_null_beside_a_zero_where_not(
    partners: dict[str, Partner],
) -> None:
    booking = partners["northwind"].booked("camera", "device-protection-1y", "extended-warranty-2y")

    without, with_one = (quote["surcharge"] for quote in booking["quotes"])
    assert without == {"total_amount": None, "surcharges": None, "total_amount_formatted": "US$0.00"}
    assert with_one == {"total_amount": 1.39, "surcharges": None, "total_amount_formatted": "US$1.39"}


def test_an_offer_of_days_ago_is_confirmed_at_its_price(partners: dict[str, Partner]) -> None:
    partner = partners["northwind"]
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        offer = partner.offered("camera")

    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        booking = booking_of(partner.confirm(offer))

    assert booking["total_price"] == 41.18


def dearer_and_under_another_name(document: dict[str, Any]) -> None:
    product = document["products"]["device-protection-1y"]
    product["pricing"]["minimum"] = 90.0
    product["policy"]["name"] = "Gadget cover"
    product["cooling_off_days"] = 3


def test_a_release_published_after_the_offer_changes_nothing_of_it(sqlite_environment: dict[str, str]) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    offer = partner.offered("camera")

    republish(partner, "northwind", dearer_and_under_another_name)
    booking = booking_of(partner.confirm(offer))

    assert partner.booked("camera")["total_price"] == 104.58
    assert booking["total_price"] == 41.18
    assert booking["quotes"][0]["policy"]["policy_name"] == "Device protection"
    assert booking["quotes"][0]["policy"]["policy_version"] == offer["products"][0]["details"]["policy_version_id"]
