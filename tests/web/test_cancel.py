"""Cancel Booking: previewed, confirmed from the preview's moment on, or at once; whole or quote by quote."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import orjson
import pytest
import time_machine

from app.adapters.tables import events
from tests.contract import booking_of, cancellation_of, refusal_of, row_counts, stored_rows
from tests.partner import Partner

Booking = dict[str, Any]
# As in contract section 2.6, each level literally.
CANCELLATION_KEYS = (
    "id status quotes policyholder pds_url coi created_at updated_at total_price total_price_formatted total_refund"
    " total_refund_formatted total_tax total_tax_formatted total_premium total_premium_formatted currency"
    " cancellation_id confirm_before partner refund_amount refund_amount_formatted cancellation_payout_url"
)
QUOTE_KEYS = (
    "id policy_start_date policy_end_date policy_cancellation_date policy_coolingoff_date status price refund_value"
    " adjustment_fee policy insured created_at confirmed_at updated_at cancelled_at cancelled_from commission"
)
SOLD_AT = datetime(2026, 10, 2, 9, 34, 11, 90200, tzinfo=UTC)
PREVIEWED_AT = datetime(2026, 10, 5, 8, 0, 0, 400000, tzinfo=UTC)
AT_ONCE = 12
TWICE = "Status change not allowed for QuotePackage in status CANCELLED"


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def cancel(partner: Partner, booking: Booking, body: Any = b"{}", **headers: str) -> Any:
    return partner.post(f"bookings/{booking['id']}/cancel/", body, **headers)


def confirm(partner: Partner, booking: Booking, cancellation_id: str, body: Any = b"{}") -> Any:
    return partner.post(f"bookings/{booking['id']}/confirm_cancellation/{cancellation_id}/", body)


def preview_of(partner: Partner, booking: Booking, **body: Any) -> dict[str, Any]:
    return cancellation_of(cancel(partner, booking, {"preview": True} | body))


@pytest.fixture
def sold(northwind: Partner) -> Booking:
    """A camera's cover and that of its accessories, sold on the 2nd of October."""
    with at(SOLD_AT):
        return northwind.booked("camera", "device-protection-1y", "accidental-damage-2y")


def test_the_answer_has_every_key_in_the_order_of_the_contract(northwind: Partner, sold: Booking) -> None:
    answered = cancellation_of(cancel(northwind, sold))

    assert " ".join(answered) == CANCELLATION_KEYS
    assert [" ".join(quote) for quote in answered["quotes"]] == [QUOTE_KEYS] * 2
    assert list(answered["policyholder"]) == list(sold["policyholder"])
    assert list(answered["coi"]) == ["url", "pdf"]
    assert answered["partner"] == sold["partner"]
    assert answered["quotes"][0]["policy"] == sold["quotes"][0]["policy"]


def test_a_preview_projects_the_cancellation_and_leaves_everything_as_it_was(northwind: Partner, sold: Booking) -> None:
    with at(PREVIEWED_AT):
        preview = preview_of(northwind, sold)
        shown = northwind.shown(sold["id"])

    assert shown == sold
    assert preview["status"] == "CANCELLED"
    assert {quote["status"] for quote in preview["quotes"]} == {"CANCELLED"}
    assert preview["cancellation_id"].endswith("-CCL")
    assert preview["confirm_before"] == "2026-10-06T08:00:00.400000Z"
    for quote in preview["quotes"]:
        assert quote["cancelled_at"] is quote["cancelled_from"] is quote["policy_cancellation_date"] is None


def test_a_confirmation_takes_effect_from_the_moment_of_the_preview(northwind: Partner, sold: Booking) -> None:
    with at(PREVIEWED_AT):
        preview = preview_of(northwind, sold)
    with at(PREVIEWED_AT + timedelta(hours=20)):
        done = cancellation_of(confirm(northwind, sold, preview["cancellation_id"]))
        shown = northwind.shown(sold["id"])

    assert (done["cancellation_id"], done["confirm_before"]) == (None, None)
    assert done["total_refund"] == preview["total_refund"] == 59.04
    assert done["updated_at"] == shown["updated_at"] == "2026-10-06T04:00:00.400000Z"
    for quote in (*done["quotes"], *shown["quotes"]):
        assert quote["cancelled_at"] == quote["cancelled_from"] == "2026-10-05T08:00:00.400000Z"
    assert done["quotes"][0]["policy_cancellation_date"] == "2026-10-05T08:00:00.400000Z"


def test_an_immediate_cancellation_takes_effect_now(northwind: Partner, sold: Booking) -> None:
    with at(PREVIEWED_AT):
        done = cancellation_of(cancel(northwind, sold))

    assert done["status"] == "CANCELLED"
    assert (done["cancellation_id"], done["confirm_before"], done["cancellation_payout_url"]) == (None, None, None)
    for quote in done["quotes"]:
        moments = (quote["cancelled_at"], quote["cancelled_from"], quote["policy_cancellation_date"])
        assert moments == ("2026-10-05T08:00:00.400000Z",) * 3
        assert quote["policy_coolingoff_date"] == "2026-10-30T09:34:11.090200Z"
        assert quote["policy_start_date"] == "2026-10-02T09:30:00Z"


def test_totals_and_commissions_are_zero_and_the_refund_stands_under_both_names(
    northwind: Partner, sold: Booking
) -> None:
    for body in ({"preview": True}, {}):
        with at(PREVIEWED_AT):
            answered = cancellation_of(cancel(northwind, sold, body))

        assert [answered[name] for name in ("total_price", "total_tax", "total_premium")] == [0, 0, 0]
        assert answered["total_price_formatted"] == answered["total_premium_formatted"] == "US$0.00"
        assert answered["total_refund"] == answered["refund_amount"] == 59.04
        assert answered["total_refund_formatted"] == answered["refund_amount_formatted"] == "US$59.04"
        for quote in answered["quotes"]:
            assert quote["commission"]["total_commission"] == quote["commission"]["partner_commission"] == 0


def test_the_adjustment_is_the_price_without_tax_less_the_commission(northwind: Partner) -> None:
    booking = northwind.booked("phone-uk")

    (quote,) = cancellation_of(cancel(northwind, booking))["quotes"]

    assert (quote["price"], quote["adjustment_fee"]) == (63.02, 46.14)
    assert round(56.27 - 10.13, 2) == 46.14


def test_afterwards_the_booking_is_worth_nothing_and_cannot_be_cancelled(northwind: Partner, sold: Booking) -> None:
    cancel(
        northwind, sold, {"quotes": [{"id": one["id"], "reason_for_cancellation": "Sold it"} for one in sold["quotes"]]}
    )

    shown = booking_of(northwind.get(f"bookings/{sold['id']}/"))

    assert shown["status"] == "CANCELLED"
    assert [shown[name] for name in ("total_price", "total_tax", "total_premium")] == [0, 0, 0]
    for quote, before in zip(shown["quotes"], sold["quotes"], strict=True):
        assert (quote["status"], quote["can_be_cancelled"]) == ("CANCELLED", False)
        assert quote["cancellation_info"] == {"reason_for_cancellation": "Sold it"}
        assert quote["price"] == before["price"]
    assert shown["security_token"] == sold["security_token"]


@pytest.mark.parametrize("body", [{}, {"preview": True}])
def test_a_second_cancellation_is_refused_in_the_recorded_words(
    northwind: Partner, sold: Booking, body: dict[str, Any]
) -> None:
    cancellation_of(cancel(northwind, sold))
    before = row_counts(northwind.app)

    said = refusal_of(cancel(northwind, sold, body, X_API_Error_Version="v2"), 422)

    assert said == {"type": "validation_error", "message": "An API error occurred.", "errors": [TWICE]}
    assert row_counts(northwind.app) == before


def test_a_preview_is_confirmed_once(northwind: Partner, sold: Booking) -> None:
    preview = preview_of(northwind, sold)
    cancellation_of(confirm(northwind, sold, preview["cancellation_id"]))

    assert refusal_of(confirm(northwind, sold, preview["cancellation_id"]), 422)["errors"] == [TWICE]


def test_one_quote_is_cancelled_and_the_booking_goes_on_with_the_other(northwind: Partner, sold: Booking) -> None:
    first, second = sold["quotes"]
    with at(PREVIEWED_AT):
        part = cancellation_of(cancel(northwind, sold, {"quotes": [{"id": first["id"]}]}))

    assert part["status"] == "CONFIRMED"
    assert [quote["id"] for quote in part["quotes"]] == [first["id"]]
    assert (part["total_price"], part["total_refund"]) == (second["price"], first["price"])
    shown = northwind.shown(sold["id"])
    assert shown["status"] == "CONFIRMED"
    assert [quote["status"] for quote in shown["quotes"]] == ["CANCELLED", "CONFIRMED"]
    assert [quote["can_be_cancelled"] for quote in shown["quotes"]] == [False, True]
    assert shown["total_price"] == second["price"]


@pytest.mark.parametrize("names_it", [True, False])
def test_with_the_last_quote_the_booking_ends(northwind: Partner, sold: Booking, names_it: bool) -> None:
    first, second = sold["quotes"]
    cancel(northwind, sold, {"quotes": [{"id": first["id"]}]})

    rest = cancellation_of(cancel(northwind, sold, {"quotes": [{"id": second["id"]}]} if names_it else {}))

    assert rest["status"] == "CANCELLED"
    assert [quote["id"] for quote in rest["quotes"]] == [second["id"]]
    assert rest["total_price"] == 0
    assert northwind.shown(sold["id"])["status"] == "CANCELLED"


def test_a_quote_is_cancelled_once(northwind: Partner, sold: Booking) -> None:
    first = {"quotes": [{"id": sold["quotes"][0]["id"]}]}
    cancel(northwind, sold, first)

    said = refusal_of(cancel(northwind, sold, first), 422)

    assert said["errors"] == ["Status change not allowed for Quote in status CANCELLED"]


def test_a_preview_of_one_quote_cancels_that_one_with_its_reason(northwind: Partner, sold: Booking) -> None:
    first = {"id": sold["quotes"][0]["id"], "reason_for_cancellation": "Returned the camera"}
    preview = preview_of(northwind, sold, quotes=[first])

    done = cancellation_of(confirm(northwind, sold, preview["cancellation_id"]))

    assert (preview["status"], done["status"]) == ("CONFIRMED", "CONFIRMED")
    reasons = [quote["cancellation_info"]["reason_for_cancellation"] for quote in northwind.shown(sold["id"])["quotes"]]
    assert reasons == ["Returned the camera", ""]


@pytest.mark.parametrize(("late", "status"), [(timedelta(hours=24, microseconds=-1), 200), (timedelta(hours=24), 422)])
def test_a_preview_holds_for_24_hours(northwind: Partner, sold: Booking, late: timedelta, status: int) -> None:
    with at(PREVIEWED_AT):
        preview = preview_of(northwind, sold)

    with at(PREVIEWED_AT + late):
        answer = confirm(northwind, sold, preview["cancellation_id"])

    assert answer.status_code == status
    if status == 422:
        until = "could be confirmed until 2026-10-06 08:00 UTC. Preview again."
        assert refusal_of(answer, 422)["errors"] == [f"{preview['cancellation_id']} {until}"]
        assert northwind.shown(sold["id"]) == sold


@pytest.mark.parametrize("change", ["a modification", "a part cancelled"])
def test_a_preview_is_void_when_the_booking_has_changed_since(northwind: Partner, sold: Booking, change: str) -> None:
    cancellation_id = preview_of(northwind, sold)["cancellation_id"]
    if change == "a modification":
        northwind.patch(f"bookings/{sold['id']}", {"policyholder": {"city": "Berlin"}})
    else:
        cancel(northwind, sold, {"quotes": [{"id": sold["quotes"][0]["id"]}]})

    said = refusal_of(confirm(northwind, sold, cancellation_id), 422)

    assert said["errors"] == [f"The booking has changed since {cancellation_id} was worked out. Preview again."]
    assert northwind.shown(sold["id"])["status"] == "CONFIRMED"


def test_of_many_at_once_one_cancels_and_the_others_are_told_so(northwind: Partner, sold: Booking) -> None:
    barrier = Barrier(AT_ONCE)

    def send(_: int) -> Any:
        barrier.wait()
        return cancel(northwind, sold)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, range(AT_ONCE)))

    assert sorted(answer.status_code for answer in answers) == [200] + [422] * (AT_ONCE - 1)
    assert {refusal_of(one, 422)["errors"][0] for one in answers if one.status_code == 422} == {TWICE}
    names = [row.name for row in stored_rows(northwind.app, events, trail_id=sold["fast_quote_id"])]
    assert names == ["confirmed", "cancelled"]


def test_evidence_says_what_was_cancelled_and_what_came_back_in_no_words_of_the_customers(
    northwind: Partner, sold: Booking
) -> None:
    first = {"id": sold["quotes"][0]["id"], "reason_for_cancellation": "Returned the camera"}
    with at(PREVIEWED_AT):
        cancel(northwind, sold, {"quotes": [first]})

    *_, last = stored_rows(northwind.app, events, trail_id=sold["fast_quote_id"])
    assert (last.name, last.actor) == ("cancelled", f"partner:{northwind.key_id}")
    facts = orjson.loads(last.facts)
    assert {name: facts[name] for name in ("booking", "status", "refund", "quotes")} == {
        "booking": sold["id"],
        "status": "CONFIRMED",
        "refund": "US$41.18",
        "quotes": [
            {
                "id": first["id"],
                "effective": "2026-10-05T08:00:00.400000+00:00",
                "gave_a_reason": True,
                "refund": "US$41.18",
                "refund_rule": "cooling_off",
            }
        ],
    }
