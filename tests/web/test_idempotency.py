"""x-idempotency-key: the same call with the same key is carried out once, and its answer is given again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.adapters.change_writer import ChangeWriter
from app.adapters.group_commit import GroupCommit
from app.adapters.store import Logs
from app.adapters.tables import bookings, finished_calls
from app.domain.errors import AlreadyFinished, OfferNotBookable
from app.services.booking_desk import Call, carried_out
from app.services.records import Change, FinishedCall
from app.web.api.desk import desk_for
from app.web.platform import Platform
from tests.contract import booking_of, refusal_of, row_counts, stored_rows
from tests.partner import Partner, published_platform, wish
from tests.waiting import PATIENCE_SECONDS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Send = Callable[[str], TestResponse]


def keyed(partner: Partner, method: str, path: str, body: Any) -> Send:
    """The call, to be sent with whatever key."""
    send = partner.patch if method == "PATCH" else partner.post
    return lambda key: send(path, body, x_idempotency_key=key)


def call_named(partner: Partner, name: str) -> Send:
    """One call of each kind that changes something, on an offer or booking of its own."""
    if name in ("confirm", "opt_out"):
        offer = partner.offered("camera")
        return keyed(partner, "POST", f"offers/{offer['id']}/{name}/", wish(offer) if name == "confirm" else {})
    booking = partner.booked("camera")
    path, first = f"bookings/{booking['id']}", booking["quotes"][0]["id"]
    dearer = {"quotes": [{"id": first, "update_fields": {"product": {"retail_value": 360.0}}}]}
    if name in ("modify", "preview_update"):
        return keyed(partner, "PATCH", path if name == "modify" else f"{path}/quote_for_update", dearer)
    if name in ("cancel", "preview_cancel"):
        return keyed(partner, "POST", f"{path}/cancel", {"preview": name == "preview_cancel"})
    if name == "confirm_update":
        update_id = partner.patch(f"{path}/quote_for_update", dearer).json["update_id"]
        return keyed(partner, "POST", f"{path}/confirm_update/{update_id}", {})
    cancellation_id = partner.post(f"{path}/cancel", {"preview": True}).json["cancellation_id"]
    return keyed(partner, "POST", f"{path}/confirm_cancellation/{cancellation_id}", {})


# Each call that changes something, and the status of its first answer.
CALLS = {
    "confirm": 200,
    "opt_out": 204,
    "modify": 200,
    "preview_update": 200,
    "confirm_update": 201,
    "cancel": 200,
    "preview_cancel": 200,
    "confirm_cancellation": 200,
}


@pytest.mark.parametrize(("name", "status"), CALLS.items())
def test_a_repeat_is_answered_409_with_the_first_answer_byte_for_byte_and_changes_nothing(
    northwind: Partner, name: str, status: int
) -> None:
    send = call_named(northwind, name)
    first = send(f"key of {name}")
    before = row_counts(northwind.app)

    repeats = [send(f"key of {name}") for _ in range(2)]

    assert first.status_code == status
    assert [answer.status_code for answer in repeats] == [409, 409]
    assert [answer.data for answer in repeats] == [first.data] * 2
    assert row_counts(northwind.app) == before


@pytest.mark.parametrize(("name", "status"), CALLS.items())
def test_where_the_original_is_replayed_its_status_is_given_again_too(
    sqlite_environment: dict[str, str], name: str, status: int
) -> None:
    partner = published_platform(sqlite_environment | {"AWNING_IDEMPOTENT_REPLAY": "original"}, "northwind")
    send = call_named(partner, name)

    first, second = send("k"), send("k")

    assert (first.status_code, second.status_code) == (status, status)
    assert first.data == second.data


def test_the_answer_stored_is_the_one_that_was_given_in_the_transaction_of_the_booking(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    before = row_counts(northwind.app)

    answer = northwind.confirm(offer, x_idempotency_key="stored")

    assert row_counts(northwind.app)["finished_call"] == before["finished_call"] + 1
    assert answer.text in [row.answer for row in stored_rows(northwind.app, finished_calls, status=200)]


def test_the_same_key_with_another_body_is_refused(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    booking = booking_of(northwind.confirm(offer, wish(offer), x_idempotency_key="k"))

    for body in (wish(offer, partner_transaction_id="other"), wish(offer, "device-protection-2y")):
        said = refusal_of(northwind.confirm(offer, body, x_idempotency_key="k"), 422)
        assert said["errors"] == {"x-idempotency-key": ["The key was used before with another body."]}

    assert northwind.shown(booking["id"])["partner_transaction_id"] == "NW-2026-000184"


def test_another_key_or_none_is_another_call(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    booking = booking_of(northwind.confirm(offer, x_idempotency_key="first"))
    sentence = f"Booking already exists for fast_quote_id {offer['id']}. INS number: {booking['id']}"

    for headers in ({"x_idempotency_key": "second"}, {}):
        assert refusal_of(northwind.confirm(offer, **headers), 422)["errors"] == [sentence]


def test_one_key_serves_any_number_of_addresses(northwind: Partner) -> None:
    offers = [northwind.offered("camera") for _ in range(3)]

    ids = {booking_of(northwind.confirm(offer, x_idempotency_key="same for all"))["id"] for offer in offers}
    for offer in offers:
        path = f"offers/{offer['id']}/opt_out/"
        assert northwind.post(path, {}, x_idempotency_key="same for all").status_code == 204

    assert len(ids) == 3


def test_a_test_key_and_another_partner_do_not_meet_the_answer_of_a_live_call(
    northwind: Partner, northwind_test: Partner, hearthside: Partner
) -> None:
    offer = northwind.offered("camera")
    booking_of(northwind.confirm(offer, x_idempotency_key="ours"))

    for stranger in (northwind_test, hearthside):
        answer = stranger.confirm(offer, wish(offer), x_idempotency_key="ours")
        assert refusal_of(answer, 404)["message"] == "Quote package does not exist"


def test_both_prefixes_and_both_endings_are_the_same_call(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    first = northwind.confirm(offer, x_idempotency_key="k")

    for prefix in ("/x", "/xcover"):
        caller = Partner(northwind.app, "NWIND", northwind.key_id, northwind.secret, prefix=prefix)
        for ending in ("", "/"):
            again = caller.post(f"offers/{offer['id']}/confirm{ending}", wish(offer), x_idempotency_key="k")
            assert (again.status_code, again.data) == (409, first.data)


def test_a_refusal_is_not_stored_and_the_corrected_call_goes_through_with_the_same_key(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    before = row_counts(northwind.app)

    refusal_of(northwind.confirm(offer, {}, x_idempotency_key="k"), 422)
    refusal_of(northwind.confirm(offer, b"{", x_idempotency_key="k"), 400)

    assert row_counts(northwind.app) == before
    booking_of(northwind.confirm(offer, x_idempotency_key="k"))


@pytest.mark.parametrize("key", ["k", "7c0e8f46-8f4c-4a40-9e0c-3f0a4b4c1d11", "a b", "x" * 255, "!~"])
def test_any_printable_key_is_taken(northwind: Partner, key: str) -> None:
    offer = northwind.offered("camera")

    booking_of(northwind.confirm(offer, x_idempotency_key=key))

    assert northwind.confirm(offer, x_idempotency_key=key).status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_a_key_of_another_form_is_refused_and_nothing_is_done(northwind: Partner, key: str) -> None:
    offer = northwind.offered("camera")
    before = row_counts(northwind.app)

    said = refusal_of(northwind.confirm(offer, x_idempotency_key=key), 422)

    assert said["errors"] == {"x-idempotency-key": ["Must be 1 to 255 printable characters."]}
    assert row_counts(northwind.app) == before


def test_reading_ignores_the_key(northwind: Partner) -> None:
    booking = northwind.booked("camera")

    for _ in range(2):
        booking_of(northwind.get(f"bookings/{booking['id']}/", x_idempotency_key="k"))


class HeldWriter:
    """The real writer, which waits inside its first batch until the test lets it go."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.platform: Platform = app.extensions["awning"]
        self.writer = ChangeWriter(self.platform.database)
        self.is_inside, self.may_go = Event(), Event()

    def write(self, batch: list[Any]) -> None:
        self.is_inside.set()
        assert self.may_go.wait(PATIENCE_SECONDS)
        self.writer.write(batch)

    def install(self) -> None:
        logs = Logs(self.platform.logs.offers, GroupCommit(self))
        self.app.extensions["awning"] = replace(self.platform, logs=logs)


def test_while_a_call_is_running_its_repeat_is_told_to_wait(empty_environment: dict[str, str]) -> None:
    partner = published_platform(empty_environment, "northwind")
    offer = partner.offered("camera")
    held = HeldWriter(partner.app)
    held.install()

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(partner.confirm, offer, wish(offer), x_idempotency_key="k")
        assert held.is_inside.wait(PATIENCE_SECONDS)
        meanwhile = partner.confirm(offer, x_idempotency_key="k")
        other_body = partner.confirm(offer, wish(offer, booking_agent="x"), x_idempotency_key="k")
        held.may_go.set()
        booking = booking_of(first.result())
    afterwards = partner.confirm(offer, x_idempotency_key="k")

    for answer in (meanwhile, other_body):
        said = refusal_of(answer, 423)
        sentence = "A request with this x-idempotency-key is still running. Please retry shortly."
        assert said == {"type": "api_error", "message": sentence}
        assert answer.headers["Retry-After"] == "1"
    assert (afterwards.status_code, afterwards.json) == (409, booking)
    assert len(stored_rows(partner.app, bookings)) == 1


def test_a_call_that_another_server_finished_meanwhile_is_answered_as_a_repeat(northwind: Partner) -> None:
    """Between looking for a stored answer and reading the offer, the same call ends elsewhere."""
    with northwind.app.app_context():
        call = Call("s" * 64, "b" * 64, 200)
        desk = desk_for("NWIND", "live", "partner:test", NOW, call)

        def too_late() -> tuple[Change, bytes]:
            finished = FinishedCall(call.scope, call.body_hash, 200, '{"id":"made elsewhere"}', NOW)
            desk.store.commit(Change(finished=finished))
            raise OfferNotBookable("offer", "Booking already exists")

        with pytest.raises(AlreadyFinished) as repeat:
            carried_out(desk, too_late)

    assert (repeat.value.status, repeat.value.answer) == (200, b'{"id":"made elsewhere"}')
