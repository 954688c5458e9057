"""What Modify Booking refuses: by the product's rules, by time, and by what is simply not so. Nothing changes then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.contract import cancellation_of, modification_of, refusal_of, row_counts
from tests.partner import Partner, published_platform, republish

Booking = dict[str, Any]
UNKNOWN = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"
NO_BOOKING = "Quote package does not exist"
NO_PREVIEW = "There is no such preview of this booking"
NOT_A_DATE = ["Must be a date or date-time of RFC 3339."]
DEARER = {"update_fields": {"product": {"retail_value": 360.0}}}


@pytest.fixture(scope="module")
def booking(northwind: Partner) -> Booking:
    """A booking that nothing in this file may change."""
    return northwind.booked("camera")


def change_of(booking: Booking, **fields: Any) -> dict[str, Any]:
    return {"quotes": [{"id": booking["quotes"][0]["id"]} | fields]}


@contextmanager
def unchanged(partner: Partner, booking: Booking) -> Iterator[None]:
    before = row_counts(partner.app)
    yield
    assert row_counts(partner.app) == before
    assert partner.shown(booking["id"]) == booking


# What is asked of the quote, and the errors for it.
WRONG_QUOTES: list[tuple[dict[str, Any], Any]] = [
    ({"policy_start_date": "soon"}, {"policy_start_date": NOT_A_DATE}),
    ({"policy_start_date": "2026-02-30"}, {"policy_start_date": NOT_A_DATE}),
    ({"policy_start_date": "2026-12-01\n"}, {"policy_start_date": NOT_A_DATE}),
    ({"policy_start_date": "2026-12-01T99:99"}, {"policy_start_date": NOT_A_DATE}),
    ({"policy_start_date": "2026-12-01T1:0:0Z"}, {"policy_start_date": NOT_A_DATE}),
    ({"policy_start_date": "2026-12-01T10:00:00+99:00"}, {"policy_start_date": NOT_A_DATE}),
    ({"policy_start_date": 20261201}, {"policy_start_date": ["Not a valid string."]}),
    ({"policy_start_date": "2026-12-01", "policy_end_date": "2026-11-30"},
     {"policy_end_date": ["must not be before policy_start_date"]}),
    ({"policy_end_date": "2030-01-01"},
     {"policy_end_date": ["by the rules of this product it would be 2027-10-02T09:30:00+00:00"]}),
    ({"update_fields": "retail_value"}, {"update_fields": ["Must be an object."]}),
    ({"update_fields": {"product": {"retail_value": -1}}},
     {"update_fields": {"product": {"retail_value": ["-1 is less than or equal to the minimum of 0"]}}}),
    ({"update_fields": {"product": {"quantity": "two"}}},
     {"update_fields": {"product": {"quantity": ["'two' is not of type 'integer'"]}}}),
    ({"update_fields": {"product": "camera"}}, {"update_fields": {"product": ["'camera' is not of type 'object'"]}}),
    ({"update_fields": {"product": {"quantity": None}}},
     {"update_fields": {"product": {"quantity": ["None is not of type 'integer'"]}}}),
    ({"insured": [{"age": 200}]}, {"insured": {"0": {"age": ["Must be a whole number from 0 to 150."]}}}),
    ({"price": 1}, {"price": "Unexpected field"}),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "errors"), WRONG_QUOTES)
@pytest.mark.parametrize("ending", ["", "/quote_for_update"])
def test_a_quote_that_cannot_be_so_is_told_field_by_field(
    northwind: Partner, booking: Booking, fields: dict[str, Any], errors: Any, ending: str
) -> None:
    with unchanged(northwind, booking):
        said = refusal_of(northwind.patch(f"bookings/{booking['id']}{ending}", change_of(booking, **fields)), 422)

    assert said == {
        "type": "validation_error",
        "message": "An API error occurred.",
        "errors": {"quotes": {"0": errors}},
    }


WRONG_BODIES: list[tuple[Any, int, Any]] = [
    ({"malformed": 1}, 422, {"malformed": "Unexpected field"}),
    ({"policyholder": {"phone": "12065550123"}}, 422,
     {"policyholder": {"phone": ['The phone number should start with "+" character']}}),
    ({"policyholder": {"nickname": "A"}}, 422, {"policyholder": {"nickname": "Unexpected field"}}),
    ({"policyholder": {"first_name": None}}, 422, {"policyholder": {"first_name": ["This field may not be null."]}}),
    ({"policyholder": {"first_name": " "}}, 422, {"policyholder": {"first_name": ["This field may not be blank."]}}),
    ({"policyholder": {"phone": "1"}, "malformed": 1}, 422,
     {"policyholder": {"phone": ['The phone number should start with "+" character']}}),
    ({"quotes": [{}]}, 422, {"quotes": {"0": {"id": ["This field is required."]}}}),
    ({"quotes": [{"id": "x"}]}, 422, {"quotes": {"0": {"id": ["Must be a valid UUID."]}}}),
    ({"quotes": [{"id": UNKNOWN}]}, 422, {"quotes": {"0": {"id": ["The quote is not part of this booking."]}}}),
    ([], 422, {"non_field_errors": ["Must be an object."]}),
    (b"{", 400, None),
    (b'{"policyholder": {"city": "' + b"x" * 300_000 + b'"}}', 413, None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "errors"), WRONG_BODIES)
def test_a_wrong_body_is_refused_whatever_error_version_is_asked(
    northwind: Partner, booking: Booking, body: Any, status: int, errors: Any
) -> None:
    with unchanged(northwind, booking):
        said = refusal_of(northwind.patch(f"bookings/{booking['id']}", body, X_API_Error_Version="v2"), status)

    assert said.get("errors") == errors


def test_a_quote_that_stands_twice_is_refused(northwind: Partner, booking: Booking) -> None:
    twice = {"quotes": change_of(booking)["quotes"] * 2}

    with unchanged(northwind, booking):
        said = refusal_of(northwind.patch(f"bookings/{booking['id']}", twice), 422)

    assert said["errors"] == {"quotes": {"1": {"id": ["The quote stands twice in the list."]}}}


def test_a_start_that_follows_from_something_else_is_refused(northwind: Partner) -> None:
    booking = northwind.booked("camera", "extended-warranty-2y")
    start = booking["quotes"][0]["policy_start_date"]

    with unchanged(northwind, booking):
        change = change_of(booking, policy_start_date="2027-12-24")
        said = refusal_of(northwind.patch(f"bookings/{booking['id']}", change), 422)

    rule = f"by the rules of this product it would be {start}"
    assert said["errors"] == {"quotes": {"0": {"policy_start_date": [rule]}}}


def test_a_start_said_beside_the_field_it_comes_from_is_accepted(northwind: Partner) -> None:
    booking = northwind.booked("camera")

    change = change_of(booking, policy_start_date="2026-11-25", update_fields={"purchase_date": "2026-11-25"})
    answer = northwind.patch(f"bookings/{booking['id']}", change)

    assert answer.status_code == 200, answer.text
    assert answer.json["quotes"][0]["policy_start_date"] == "2026-11-25T00:00:00"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2027-01-15T10:00:00Z", "this cover has begun, so its start can no longer be moved."),
        ("2029-01-15T10:00:00Z", "this cover has ended."),
    ],
)
def test_cover_that_has_run_is_not_given_again(northwind: Partner, day: str, sentence: str) -> None:
    """It would be a year for nothing, or be paid back in full as if it had not begun."""
    booking = northwind.booked("camera")

    with time_machine.travel(day, tick=False), unchanged(northwind, booking):
        change = change_of(booking, policy_start_date="2029-03-01")
        said = refusal_of(northwind.patch(f"bookings/{booking['id']}", change), 422)

    assert said["errors"] == [f"Device protection · 1 year: {sentence}"]


def test_cover_that_would_end_before_it_starts_is_refused(meridian: Partner) -> None:
    booking = meridian.booked("city-break", "trip-cancellation-standard")

    with unchanged(meridian, booking):
        change = change_of(booking, policy_start_date="2027-03-20")
        said = refusal_of(meridian.patch(f"bookings/{booking['id']}", change), 422)

    sentence = "cover would end on 2027-03-16T00:00:00, before it starts"
    assert said["errors"] == {"quotes": {"0": {"policy_end_date": [sentence]}}}


def test_what_has_no_price_any_more_is_refused_with_the_reason(meridian: Partner) -> None:
    booking = meridian.booked("city-break", "travel-medical-worldwide")

    with unchanged(meridian, booking):
        change = change_of(booking, update_fields={"trip_end_date": "2028-03-01"})
        said = refusal_of(meridian.patch(f"bookings/{booking['id']}", change), 422)

    assert said["errors"]["quotes"]["0"]["update_fields"][0].startswith("daily_rate calculation failed.")


def test_a_cancelled_booking_cannot_be_changed_nor_a_preview_of_it_confirmed(northwind: Partner) -> None:
    booking = northwind.booked("camera")
    path = f"bookings/{booking['id']}"
    preview = modification_of(northwind.patch(f"{path}/quote_for_update", change_of(booking, **DEARER)))
    cancellation_of(northwind.post(f"{path}/cancel", {}))

    refusals = [
        northwind.patch(path, {"policyholder": {"city": "Berlin"}}),
        northwind.patch(f"{path}/quote_for_update", {}),
        northwind.post(f"{path}/confirm_update/{preview['update_id']}", {}),
    ]

    for answer in refusals:
        assert refusal_of(answer, 422)["errors"] == ["Update not allowed for QuotePackage in status CANCELLED"]


def test_a_cancelled_quote_of_a_booking_that_goes_on_cannot_be_changed(northwind: Partner) -> None:
    booking = northwind.booked("camera", "device-protection-1y", "accidental-damage-2y")
    cancellation_of(northwind.post(f"bookings/{booking['id']}/cancel", change_of(booking)))

    said = refusal_of(northwind.patch(f"bookings/{booking['id']}", change_of(booking, insured=[])), 422)

    assert said["errors"] == ["Update not allowed for Quote in status CANCELLED"]


def preview_of(partner: Partner, booking: Booking) -> str:
    answer = partner.patch(f"bookings/{booking['id']}/quote_for_update", change_of(booking, **DEARER))
    found: str = modification_of(answer)["update_id"]
    return found


def confirmed(partner: Partner, booking: Booking, update_id: str, body: Any = b"{}") -> Any:
    return partner.post(f"bookings/{booking['id']}/confirm_update/{update_id}/", body)


def test_a_preview_is_confirmed_once(northwind: Partner) -> None:
    booking = northwind.booked("camera")
    update_id = preview_of(northwind, booking)
    modification_of(confirmed(northwind, booking, update_id), 201)

    said = refusal_of(confirmed(northwind, booking, update_id), 422)

    assert said["errors"] == [f"The booking has changed since {update_id} was worked out. Preview again."]


def test_a_preview_is_void_when_the_booking_has_changed_since(northwind: Partner) -> None:
    booking = northwind.booked("camera")
    first, second = preview_of(northwind, booking), preview_of(northwind, booking)
    northwind.patch(f"bookings/{booking['id']}", {"policyholder": {"city": "Berlin"}})

    for update_id in (first, second):
        said = refusal_of(confirmed(northwind, booking, update_id), 422)
        assert said["errors"] == [f"The booking has changed since {update_id} was worked out. Preview again."]


@pytest.mark.parametrize(("late", "status"), [(timedelta(hours=24, seconds=-1), 201), (timedelta(hours=24), 422)])
def test_a_preview_holds_for_24_hours(northwind: Partner, late: timedelta, status: int) -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        booking = northwind.booked("camera")
        update_id = preview_of(northwind, booking)

    with time_machine.travel(now + late, tick=False):
        answer = confirmed(northwind, booking, update_id)

    assert answer.status_code == status
    if status == 422:
        sentence = f"{update_id} could be confirmed until 2026-11-22 12:00 UTC. Preview again."
        assert refusal_of(answer, 422)["errors"] == [sentence]


def test_only_an_update_id_of_this_very_booking_is_confirmed(northwind: Partner, booking: Booking) -> None:
    other = northwind.booked("camera")
    foreign = preview_of(northwind, other)
    cancelling = cancellation_of(northwind.post(f"bookings/{booking['id']}/cancel", {"preview": True}))
    wrong = (foreign, cancelling["cancellation_id"], "AAAAA-aaaaa-AAAAA-UPD", "x", "%00", "x" * 3_000, UNKNOWN)

    with unchanged(northwind, booking):
        for update_id in wrong:
            said = refusal_of(confirmed(northwind, booking, update_id), 404)
            assert said == {"type": "api_error", "message": NO_PREVIEW}


def test_confirming_takes_no_fields(northwind: Partner, booking: Booking) -> None:
    update_id = preview_of(northwind, booking)

    with unchanged(northwind, booking):
        said = refusal_of(confirmed(northwind, booking, update_id, {"quotes": []}), 422)

    assert said["errors"] == {"quotes": "Unexpected field"}


@pytest.mark.parametrize("booking_id", ["AAAAA-AAAAA-INS", "x", "%00"])
def test_an_unknown_booking_is_refused(northwind: Partner, booking_id: str) -> None:
    for answer in (
        northwind.patch(f"bookings/{booking_id}", {}),
        northwind.patch(f"bookings/{booking_id}/quote_for_update/", {}),
        northwind.post(f"bookings/{booking_id}/confirm_update/AAAAA-aaaaa-AAAAA-UPD/", {}),
    ):
        assert refusal_of(answer, 404) == {"type": "api_error", "message": NO_BOOKING}


@pytest.fixture
def ruled(sqlite_environment: dict[str, str]) -> Callable[..., tuple[Partner, Booking]]:
    """A partner whose first product has these terms of modification, and a booking of it."""
    partner = published_platform(sqlite_environment, "northwind")

    def with_terms(rule: str, fee: float = 0) -> tuple[Partner, Booking]:
        def change(document: dict[str, Any]) -> None:
            document["products"]["device-protection-1y"]["modification"] = {"rule": rule, "fee": fee}

        republish(partner, "northwind", change)
        return partner, partner.booked("camera")

    return with_terms


NAMES = {"insured": [{"first_name": "Ben"}]}
SAME_PRICE = {"policy_start_date": "2026-12-01T00:00:00Z"}
TITLE_ONLY = {"update_fields": {"product": {"title": "Another camera"}}}
CONTACT = {"policyholder": {"city": "Berlin"}}
NEVER = "Device protection · 1 year: this product cannot be changed after it was bought."
SAME_ONLY = "Device protection · 1 year: only changes that leave the price as it is can be made."

# The product's rule, what is asked, and the refusal.
RULES: list[tuple[str, dict[str, Any], str | None]] = [
    ("financial", DEARER, None),
    ("financial", SAME_PRICE, None),
    ("non_financial", DEARER, SAME_ONLY),
    ("non_financial", SAME_PRICE, None),
    ("non_financial", TITLE_ONLY, None),
    ("non_financial", NAMES, None),
    ("none", DEARER, NEVER),
    ("none", SAME_PRICE, NEVER),
    ("none", NAMES, NEVER),
    ("none", {}, None),
]


@pytest.mark.parametrize(("rule", "fields", "refusal"), RULES)
def test_the_products_rule_decides_what_may_change(
    ruled: Callable[..., tuple[Partner, Booking]], rule: str, fields: dict[str, Any], refusal: str | None
) -> None:
    partner, booking = ruled(rule)

    answer = partner.patch(f"bookings/{booking['id']}", change_of(booking, **fields) | CONTACT)

    if refusal is None:
        assert modification_of(answer)["policyholder"]["city"] == "Berlin"
    else:
        assert refusal_of(answer, 422)["errors"] == [refusal]
        assert partner.shown(booking["id"]) == booking


# The fee is two euros, US$2.32 for this customer: for changes of price or dates, and not for names.
FEES = [(DEARER, 8.24, 1), (SAME_PRICE, 0.0, 1), (NAMES, 0.0, 0), (TITLE_ONLY, 0.0, 0)]


@pytest.mark.parametrize(("fields", "dearer", "fees"), FEES)
def test_a_fee_is_part_of_the_difference_and_not_of_the_price(
    ruled: Callable[..., tuple[Partner, Booking]], fields: dict[str, Any], dearer: float, fees: int
) -> None:
    partner, booking = ruled("financial", 2.0)

    changed = modification_of(partner.patch(f"bookings/{booking['id']}", change_of(booking, **fields)))

    fee = 2.32 * fees
    assert changed["total_price"] == pytest.approx(booking["total_price"] + dearer, abs=1e-9)
    assert changed["total_price_diff"] == pytest.approx(dearer + fee, abs=1e-9)
