"""Opt-out: the customer said no. Recorded each time, harmless at any time."""

from typing import Any

import orjson
import pytest

from app.adapters.tables import events, trails
from tests.contract import booking_of, refusal_of, row_counts, stored_rows
from tests.partner import Partner, with_key

Offer = dict[str, Any]
UNKNOWN = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"


def opt_out(partner: Partner, offer: Offer, body: Any = b"{}", **headers: str) -> Any:
    return partner.post(f"offers/{offer['id']}/opt_out/", body, **headers)


def trail(partner: Partner, offer: Offer) -> list[tuple[int, str, Any]]:
    """Number, name and facts of each event of the offer's trail."""
    rows = stored_rows(partner.app, events, trail_id=offer["id"])
    return [(row.number, row.name, orjson.loads(row.facts)) for row in rows]


def state(partner: Partner, offer: Offer) -> str:
    (row,) = stored_rows(partner.app, trails, id=offer["id"])
    return str(row.state)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"partner_metadata": null}'])
def test_it_is_answered_204_without_a_body(northwind: Partner, body: bytes) -> None:
    offer = northwind.offered("camera")

    answer = opt_out(northwind, offer, body)

    assert (answer.status_code, answer.data) == (204, b"")
    assert state(northwind, offer) == "OPTED_OUT"


def test_it_may_be_repeated_and_each_time_is_on_record(northwind: Partner) -> None:
    offer = northwind.offered("camera")

    for _ in range(3):
        assert opt_out(northwind, offer).status_code == 204

    assert trail(northwind, offer) == [(number, "opted_out", {}) for number in (1, 2, 3)]


def test_what_the_partner_adds_is_kept_in_the_evidence(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    said = {"partner_metadata": {"reason": "price", "page": "checkout"}, "shop": [1, None, {"deep": "日本"}]}

    assert opt_out(northwind, offer, said).status_code == 204

    assert trail(northwind, offer) == [(1, "opted_out", said)]


def test_after_a_confirmation_it_is_recorded_and_the_booking_stands(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    booking = booking_of(northwind.confirm(offer))
    before = northwind.get(f"bookings/{booking['id']}/").data

    assert opt_out(northwind, offer).status_code == 204

    assert northwind.get(f"bookings/{booking['id']}/").data == before
    assert [name for _, name, _ in trail(northwind, offer)] == ["confirmed", "opted_out"]
    assert state(northwind, offer) == "CONFIRMED"


def test_a_customer_may_come_back_after_it_and_both_are_on_record(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    opt_out(northwind, offer)

    booking_of(northwind.confirm(offer))

    assert [name for _, name, _ in trail(northwind, offer)] == ["opted_out", "confirmed"]
    assert state(northwind, offer) == "CONFIRMED"


def test_it_sends_nothing_to_anybody(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    before = row_counts(northwind.app)

    opt_out(northwind, offer)

    after = row_counts(northwind.app)
    assert {name: after[name] - count for name, count in before.items() if after[name] != count} == {
        "event": 1,
        "trail": 1,
    }


@pytest.mark.parametrize(
    ("body", "status", "errors"),
    [
        (b"[]", 422, {"non_field_errors": ["Must be an object."]}),
        (b'"no"', 422, {"non_field_errors": ["Must be an object."]}),
        (b'{"partner_metadata": "price"}', 422, {"partner_metadata": ["Must be an object."]}),
        (b"{", 400, None),
        (b'{"a": 1, "a": 2}', 400, None),
        (b'{"x": "' + b"x" * 300_000 + b'"}', 413, None),
    ],
)
def test_a_body_that_cannot_be_kept_is_refused_without_a_trace(
    northwind: Partner, body: bytes, status: int, errors: Any
) -> None:
    offer = northwind.offered("camera")
    before = row_counts(northwind.app)

    said = refusal_of(opt_out(northwind, offer, body), status)

    assert said.get("errors") == errors
    assert row_counts(northwind.app) == before


@pytest.mark.parametrize("offer_id", [UNKNOWN, "x", "%00"])
def test_an_unknown_offer_is_refused_without_a_trace(northwind: Partner, offer_id: str) -> None:
    before = row_counts(northwind.app)

    said = refusal_of(opt_out(northwind, {"id": offer_id}), 404)

    assert said == {"type": "api_error", "message": "Quote package does not exist"}
    assert row_counts(northwind.app) == before


def test_an_offer_of_another_partner_or_mode_does_not_exist(northwind: Partner, northwind_test: Partner) -> None:
    offer = northwind.offered("camera")

    for stranger in (northwind_test, with_key(northwind.app, "STRNG")):
        refusal_of(opt_out(stranger, offer), 404)

    assert trail(northwind, offer) == []


def test_version_2_errors_are_for_this_endpoint_too(northwind: Partner) -> None:
    said = refusal_of(opt_out(northwind, {"id": UNKNOWN}, X_API_Error_Version="v2"), 404, "v2")

    assert said["code"] == "offer_not_found"
