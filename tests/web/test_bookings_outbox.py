"""What leaves because of a booking is rows of its own transaction: a mail, and a webhook for everybody who asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from sqlalchemy import Row

from app.adapters.tables import outbox
from app.domain.bookings import Booking
from app.domain.money import Money
from app.domain.stored import restored
from tests.contract import booking_of, cancellation_of, modification_of, row_counts, stored_rows
from tests.deliveries import new_endpoint
from tests.partner import ANA, Partner, published_platform, wish

URL = "https://shop.example/hooks"
UPDATE = {"update_fields": {"product": {"retail_value": 360.0}}}
# As in contract section 6.8, each level literally.
PAYLOAD_KEYS = "id status currency total_price total_price_formatted partner_transaction_id quotes"
QUOTE_KEYS = "id policy_start_date policy_end_date status price price_formatted policy duration total_renewed_times"


@pytest.fixture
def partner(empty_environment: dict[str, str]) -> Partner:
    """Northwind with two endpoints: one wants every event, one only cancellations; others are not concerned."""
    made = published_platform(empty_environment, "northwind")
    database = made.platform.database
    new_endpoint(database, URL, key_id="every")
    new_endpoint(database, URL, key_id="cancelled", events=("BOOKING_CANCELLED",))
    new_endpoint(database, URL, mode="test")
    new_endpoint(database, URL, partner_code="HRTHS")
    return made


def waiting(partner: Partner, kind: str, event: str | None = None) -> list[Row[Any]]:
    chosen = {"kind": kind} if event is None else {"kind": kind, "event": event}
    return stored_rows(partner.app, outbox, **chosen)


def first_of(booking: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"quotes": [{"id": booking["quotes"][0]["id"]} | fields]}


def test_a_confirmation_leaves_a_mail_and_a_webhook_for_who_wants_it(partner: Partner) -> None:
    booking = partner.booked("camera")

    (mail,), (hook,) = waiting(partner, "mail"), waiting(partner, "webhook")
    for row in (mail, hook):
        assert (row.partner_code, row.mode, row.booking_id) == ("NWIND", "live", booking["id"])
        assert (row.status, row.attempts, row.finished_at) == ("waiting", 0, None)
        assert row.next_at == row.created_at
    assert (mail.event, mail.endpoint_id) == ("confirmation", None)
    assert (hook.event, hook.endpoint_id) == ("BOOKING_CREATED", every(partner))


def every(partner: Partner) -> str:
    """The id of the endpoint that wants every event."""
    (found,) = partner.platform.endpoints.ids_for("NWIND", "live", "BOOKING_UPDATED")
    return found


def test_the_webhook_says_what_the_contract_says(partner: Partner) -> None:
    booking = partner.booked("camera", "device-protection-1y", "accidental-damage-2y")

    (hook,) = waiting(partner, "webhook")
    said = orjson.loads(hook.payload)

    assert list(said) == ["event", "payload"]
    assert said["event"] == "BOOKING_CREATED"
    assert " ".join(said["payload"]) == PAYLOAD_KEYS
    assert [" ".join(quote) for quote in said["payload"]["quotes"]] == [QUOTE_KEYS] * 2
    assert said["payload"] == {
        "id": booking["id"],
        "status": "CONFIRMED",
        "currency": "USD",
        "total_price": 59.04,
        "total_price_formatted": "US$59.04",
        "partner_transaction_id": "NW-2026-000184",
        "quotes": [quote_in_webhook(quote) for quote in booking["quotes"]],
    }


def quote_in_webhook(quote: dict[str, Any]) -> dict[str, Any]:
    policy = ("policy_type", "policy_name", "policy_version")
    same = ("id", "policy_start_date", "policy_end_date", "status", "price", "price_formatted", "duration")
    return {name: quote[name] for name in same} | {
        "policy": {name: quote["policy"][name] for name in policy},
        "total_renewed_times": 0,
    }


def test_the_mail_carries_the_booking_as_it_was_then_in_the_customers_language(partner: Partner) -> None:
    booking = partner.booked("phone-uk")
    partner.patch(f"bookings/{booking['id']}", {"policyholder": {"city": "Leeds"}})

    (mail,) = waiting(partner, "mail", "confirmation")
    letter = orjson.loads(mail.payload)

    assert list(letter) == ["to", "language", "booking", "facts"]
    assert (letter["to"], letter["language"]) == ([ANA["email"]], "en")
    kept = restored(Booking, letter["booking"])
    assert (kept.id, kept.version, kept.policyholder["city"]) == (booking["id"], 1, None)


def test_a_modification_leaves_its_own(partner: Partner) -> None:
    booking = partner.booked("camera")

    modification_of(partner.patch(f"bookings/{booking['id']}", first_of(booking, **UPDATE)))

    (mail,), (hook,) = waiting(partner, "mail", "modification"), waiting(partner, "webhook", "BOOKING_UPDATED")
    assert orjson.loads(hook.payload)["payload"]["total_price"] == 49.42
    facts = orjson.loads(mail.payload)["facts"]
    assert restored(Money, facts["difference"]).formatted == "US$8.24"
    assert (facts["is_more"], facts["is_less"]) == (True, False)
    assert facts["quotes"] == [booking["quotes"][0]["id"]]


def test_a_cancellation_leaves_one_for_each_endpoint_and_says_what_comes_back(partner: Partner) -> None:
    booking = partner.booked("camera", "device-protection-1y", "accidental-damage-2y")

    cancellation_of(partner.post(f"bookings/{booking['id']}/cancel", first_of(booking)))

    hooks = waiting(partner, "webhook", "BOOKING_CANCELLED")
    assert len({hook.endpoint_id for hook in hooks}) == len(hooks) == 2
    payload = orjson.loads(hooks[0].payload)["payload"]
    assert (payload["status"], payload["total_price"]) == ("CONFIRMED", 17.86)
    assert [quote.get("refund_value") for quote in payload["quotes"]] == [41.18, None]
    assert " ".join(payload["quotes"][0]) == f"{QUOTE_KEYS} refund_value"
    (mail,) = waiting(partner, "mail", "cancellation")
    assert orjson.loads(mail.payload)["facts"]["quotes"] == [booking["quotes"][0]["id"]]
    kept = restored(Booking, orjson.loads(mail.payload)["booking"])
    assert [quote.refund and quote.refund.formatted for quote in kept.quotes] == ["US$41.18", None]


def test_a_confirmed_preview_leaves_what_a_direct_call_does_and_the_preview_nothing(partner: Partner) -> None:
    booking = partner.booked("camera")
    path = f"bookings/{booking['id']}"

    update_id = modification_of(partner.patch(f"{path}/quote_for_update", first_of(booking, **UPDATE)))["update_id"]
    assert len(waiting(partner, "webhook")) == 1
    modification_of(partner.post(f"{path}/confirm_update/{update_id}", {}), 201)
    cancellation_id = cancellation_of(partner.post(f"{path}/cancel", {"preview": True}))["cancellation_id"]
    assert len(waiting(partner, "webhook")) == 2
    cancellation_of(partner.post(f"{path}/confirm_cancellation/{cancellation_id}", {}))

    found = [row.event for row in waiting(partner, "webhook")]
    assert sorted(found) == ["BOOKING_CANCELLED", "BOOKING_CANCELLED", "BOOKING_CREATED", "BOOKING_UPDATED"]
    mails = [row.event for row in waiting(partner, "mail")]
    assert sorted(mails) == ["cancellation", "confirmation", "modification"]


def test_what_was_refused_or_repeated_leaves_nothing_more(partner: Partner) -> None:
    offer = partner.offered("camera")
    booking = booking_of(partner.confirm(offer, x_idempotency_key="k"))
    before = row_counts(partner.app)

    refused = [
        partner.confirm(offer, x_idempotency_key="k"),
        partner.confirm(offer),
        partner.confirm(offer, {}),
        partner.patch(f"bookings/{booking['id']}", {"policyholder": {"phone": "1"}}),
        partner.post(f"bookings/{booking['id']}/cancel", {"why": 1}),
    ]

    assert [answer.status_code for answer in refused] == [409, 422, 422, 422, 422]
    assert row_counts(partner.app) == before


def test_a_transaction_that_fails_takes_its_mail_and_webhooks_with_it(partner: Partner) -> None:
    """A table that is written after the outbox is taken away: everything before it is undone."""
    offer = partner.offered("camera")
    before = row_counts(partner.app)

    with renamed(partner, "finished_call"):
        answer = partner.confirm(offer, wish(offer), x_idempotency_key="k")

    assert answer.status_code in (500, 503)
    assert row_counts(partner.app) == before
    booking_of(partner.confirm(offer, wish(offer), x_idempotency_key="k"))
    assert len(waiting(partner, "mail")) == len(waiting(partner, "webhook")) == 1


@contextmanager
def renamed(partner: Partner, table: str) -> Iterator[None]:
    """Nobody finds the table until the block ends."""
    for old, new in ((table, "put_away"), ("put_away", table)):
        with partner.platform.database.writing() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
        if new == "put_away":
            yield
