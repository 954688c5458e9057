"""What comes back on cancelling, by the rule of the product and the day; and what Cancel Booking refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.contract import cancellation_of, refusal_of, row_counts
from tests.partner import Partner, published_platform, republish

Booking = dict[str, Any]
UNKNOWN = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"
SOLD_AT = datetime(2026, 10, 2, 9, 34, tzinfo=UTC)
NOT_THERE = {"type": "api_error", "message": "Quote package does not exist"}


def previewed(partner: Partner, booking: Booking, moment: datetime, **body: Any) -> dict[str, Any]:
    with time_machine.travel(moment, tick=False):
        return cancellation_of(partner.post(f"bookings/{booking['id']}/cancel", {"preview": True} | body))


@pytest.fixture(scope="module")
def year_of_cover(northwind: Partner) -> Booking:
    """US$41.18 for a year from the 2nd of October 2026, 28 days to change one's mind, pro rata afterwards."""
    with time_machine.travel(SOLD_AT, tick=False):
        return northwind.booked("camera")


# Days after the sale, and what comes back of US$41.18: 365 days of cover.
DAYS = [
    (0, 41.18),
    (28, 41.18),
    (29, 37.91),
    (100, 29.9),
    (364, 0.11),
    (365, 0.0),
    (500, 0.0),
]


@pytest.mark.parametrize(("days", "refund"), DAYS)
def test_a_refund_is_whole_while_cooling_off_and_the_unused_days_afterwards(
    northwind: Partner, year_of_cover: Booking, days: int, refund: float
) -> None:
    answered = previewed(northwind, year_of_cover, SOLD_AT + timedelta(days=days))

    assert answered["total_refund"] == answered["quotes"][0]["refund_value"] == refund
    assert answered["quotes"][0]["policy_coolingoff_date"] == "2026-10-30T09:34:00.000000Z"
    assert answered["quotes"][0]["adjustment_fee"] == 33.77


def test_cooling_off_ends_to_the_microsecond(northwind: Partner, year_of_cover: Booking) -> None:
    end = SOLD_AT + timedelta(days=28)

    assert previewed(northwind, year_of_cover, end)["total_refund"] == 41.18
    assert previewed(northwind, year_of_cover, end + timedelta(microseconds=1))["total_refund"] < 41.18


def test_before_cover_starts_everything_comes_back(meridian: Partner) -> None:
    with time_machine.travel(SOLD_AT, tick=False):
        trip = meridian.booked("city-break", "travel-medical-worldwide")

    assert previewed(meridian, trip, datetime(2027, 3, 11, 23, tzinfo=UTC))["total_refund"] == 25.2
    assert previewed(meridian, trip, datetime(2027, 3, 14, 12, tzinfo=UTC))["total_refund"] == 12.6


def test_open_ended_cover_is_refunded_by_its_year_of_insurance_less_the_fee(hearthside: Partner) -> None:
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False):
        home = hearthside.booked("apartment-in-paris", "renters-liability")

    answered = previewed(hearthside, home, datetime(2026, 11, 21, tzinfo=UTC))

    assert answered["quotes"][0]["policy_end_date"] is None
    assert answered["quotes"][0]["policy_start_date"] == "2026-11-15T00:00:00"
    assert answered["total_refund"] == 30.23


# The product's rule, its fee in euros (ten are US$11.62 then), and what comes back of US$41.18 after 100 days.
RULES = [("pro_rata", 0, 29.9), ("pro_rata", 10, 18.28), ("full", 0, 41.18), ("full", 10, 29.56), ("none", 0, 0.0)]


@pytest.mark.parametrize(("rule", "fee", "refund"), RULES)
def test_the_rule_and_fee_are_those_of_the_release_of_the_sale(
    sqlite_environment: dict[str, str], rule: str, fee: float, refund: float
) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    republish(partner, "northwind", lambda document: _refund(document, rule, fee))
    with time_machine.travel(SOLD_AT, tick=False):
        booking = partner.booked("camera")

    republish(partner, "northwind", lambda document: _refund(document, "none", 0))

    assert previewed(partner, booking, SOLD_AT + timedelta(days=100))["total_refund"] == refund


def _refund(document: dict[str, Any], rule: str, fee: float) -> None:
    document["products"]["device-protection-1y"]["refund"] = {"rule": rule, "fee": fee}


def test_the_refund_of_a_changed_booking_is_that_of_its_new_price(northwind: Partner) -> None:
    booking = northwind.booked("camera")
    change = {"id": booking["quotes"][0]["id"], "update_fields": {"product": {"retail_value": 360.0}}}
    northwind.patch(f"bookings/{booking['id']}", {"quotes": [change]})

    answered = cancellation_of(northwind.post(f"bookings/{booking['id']}/cancel", {}))

    assert answered["total_refund"] == 49.42


def test_the_refund_of_a_preview_does_not_shrink_until_it_is_confirmed(northwind: Partner) -> None:
    with time_machine.travel(SOLD_AT, tick=False):
        booking = northwind.booked("camera")
    preview = previewed(northwind, booking, SOLD_AT + timedelta(days=28))

    with time_machine.travel(SOLD_AT + timedelta(days=28, hours=23), tick=False):
        path = f"bookings/{booking['id']}/confirm_cancellation/{preview['cancellation_id']}"
        done = cancellation_of(northwind.post(path, {}))

    assert done["total_refund"] == preview["total_refund"] == 41.18


@pytest.fixture(scope="module")
def booking(northwind: Partner) -> Booking:
    """A booking that no test may cancel."""
    return northwind.booked("camera", "device-protection-1y", "accidental-damage-2y")


@pytest.mark.parametrize(
    "body",
    [
        {"preview": True},
        {"preview": True, "refund_required": True},
        {"preview": True, "refund_required": None, "quotes": None},
        {"preview": True, "refund_required": False, "quotes": [{"id": "FIRST", "reason_for_cancellation": None}]},
    ],
)
def test_what_is_documented_is_accepted(northwind: Partner, booking: Booking, body: dict[str, Any]) -> None:
    for item in body.get("quotes") or []:
        item["id"] = booking["quotes"][0]["id"]

    cancellation_of(northwind.post(f"bookings/{booking['id']}/cancel", body))

    assert northwind.shown(booking["id"]) == booking


NOT_A_UUID = {"quotes": {"0": {"id": ["Must be a valid UUID."]}}}
WRONG: list[tuple[Any, int, Any]] = [
    ({"reason_for_cancellation": "Sold it"}, 422, {"reason_for_cancellation": "Unexpected field"}),
    ({"preview": True, "force": 1}, 422, {"force": "Unexpected field"}),
    ({"preview": "yes"}, 422, {"preview": ["Must be a valid boolean."]}),
    ({"refund_required": "no"}, 422, {"refund_required": ["Must be a valid boolean."]}),
    ({"quotes": "all"}, 422, {"quotes": ["Must be a list."]}),
    ({"quotes": [{}]}, 422, {"quotes": {"0": {"id": ["This field is required."]}}}),
    ({"quotes": [{"id": "x"}]}, 422, NOT_A_UUID),
    ({"quotes": [{"id": UNKNOWN + "\n"}]}, 422, NOT_A_UUID),
    ({"quotes": [{"id": UNKNOWN}]}, 422, {"quotes": {"0": {"id": ["The quote is not part of this booking."]}}}),
    ({"quotes": [{"id": UNKNOWN, "refund": 1}]}, 422, {"quotes": {"0": {"refund": "Unexpected field"}}}),
    ({"quotes": [{"id": UNKNOWN, "reason_for_cancellation": "x" * 2_001}]}, 422,
     {"quotes": {"0": {"reason_for_cancellation": ["Ensure this field has no more than 2000 characters."]}}}),
    ([], 422, {"non_field_errors": ["Must be an object."]}),
    (b"{", 400, None),
    (b'{"preview": false, "preview": true}', 400, None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "errors"), WRONG)
def test_a_wrong_body_cancels_nothing_whatever_error_version_is_asked(
    northwind: Partner, booking: Booking, body: Any, status: int, errors: Any
) -> None:
    before = row_counts(northwind.app)

    said = refusal_of(northwind.post(f"bookings/{booking['id']}/cancel", body, X_API_Error_Version="v2"), status)

    assert said.get("errors") == errors
    assert row_counts(northwind.app) == before
    assert northwind.shown(booking["id"]) == booking


def test_a_quote_that_stands_twice_is_refused(northwind: Partner, booking: Booking) -> None:
    twice = {"quotes": [{"id": booking["quotes"][0]["id"]}, {"id": booking["quotes"][0]["id"].upper()}]}

    said = refusal_of(northwind.post(f"bookings/{booking['id']}/cancel", twice), 422)

    assert said["errors"] == {"quotes": {"1": {"id": ["The quote stands twice in the list."]}}}


def test_only_a_cancellation_id_of_this_very_booking_is_confirmed(northwind: Partner, booking: Booking) -> None:
    other = northwind.booked("camera")
    foreign = previewed(northwind, other, datetime.now(UTC))["cancellation_id"]
    updating = northwind.patch(f"bookings/{booking['id']}/quote_for_update", {}).json["update_id"]

    for wrong in (foreign, updating, "AAAAA-aaaaa-AAAAA-CCL", "x", "%00", "x" * 3_000):
        said = refusal_of(northwind.post(f"bookings/{booking['id']}/confirm_cancellation/{wrong}/", {}), 404)
        assert said == {"type": "api_error", "message": "There is no such preview of this booking"}
    assert northwind.shown(booking["id"]) == booking


def test_confirming_takes_no_fields(northwind: Partner, booking: Booking) -> None:
    preview = previewed(northwind, booking, datetime.now(UTC))
    path = f"bookings/{booking['id']}/confirm_cancellation/{preview['cancellation_id']}"

    assert refusal_of(northwind.post(path, {"preview": False}), 422)["errors"] == {"preview": "Unexpected field"}
    assert northwind.shown(booking["id"]) == booking


@pytest.mark.parametrize("booking_id", ["AAAAA-AAAAA-INS", "x", "%00"])
def test_an_unknown_booking_is_refused(northwind: Partner, booking_id: str) -> None:
    for path in ("cancel", "confirm_cancellation/AAAAA-aaaaa-AAAAA-CCL/"):
        assert refusal_of(northwind.post(f"bookings/{booking_id}/{path}", {}), 404) == NOT_THERE
