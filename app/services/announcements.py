"""What leaves because a booking changed: a mail to the customer, and a webhook for every endpoint that asked for it.

They are rows of the booking's own transaction; a worker delivers them later. Practice at the counter reaches nobody.
"""

from typing import Any

import orjson

from app.domain.bookings import Booking, totals
from app.domain.modes import TRAINING
from app.domain.moments import duration
from app.domain.money import Money, currency
from app.services.booking_desk import BookingDesk
from app.services.records import Outgoing, Settled

# What happened: the webhook event and the mail.
CREATED = ("BOOKING_CREATED", "confirmation")
UPDATED = ("BOOKING_UPDATED", "modification")
CANCELLED = ("BOOKING_CANCELLED", "cancellation")
WEBHOOK_EVENTS = tuple(event for event, _ in (CREATED, UPDATED, CANCELLED))


def announcements(
    desk: BookingDesk, settled: Settled, what: tuple[str, str], facts: dict[str, Any]
) -> tuple[Outgoing, ...]:
    event, mail = what
    booking = settled.booking
    if booking.mode == TRAINING:
        return ()
    found = [
        _outgoing(desk, booking, "webhook", event, endpoint, webhook_body(event, booking))
        for endpoint in desk.endpoints(event)
    ]
    address = booking.policyholder.get("email")
    if address:
        found.append(mail_to(desk, settled, mail, [address], facts))
    return tuple(found)


def mail_to(desk: BookingDesk, settled: Settled, event: str, to: list[str], facts: dict[str, Any]) -> Outgoing:
    """The booking as it is now goes with the mail: it tells what was so when it was caused, whenever it leaves."""
    booking = settled.booking
    letter = {"to": to, "language": booking.language, "booking": orjson.Fragment(settled.state), "facts": facts}
    return _outgoing(desk, booking, "mail", event, None, orjson.dumps(letter).decode())


def _outgoing(desk: BookingDesk, booking: Booking, kind: str, event: str, endpoint: str | None, body: str) -> Outgoing:
    return Outgoing(desk.new_id(), kind, booking.id, event, endpoint, body, desk.now)


def webhook_body(event: str, booking: Booking) -> str:
    """Event and payload as the contract has them."""
    total = totals(booking.active_quotes, currency(booking.currency)).price
    payload = {
        "id": booking.id,
        "status": booking.status,
        "currency": booking.currency,
        **_money("total_price", total),
        "partner_transaction_id": booking.partner_transaction_id,
        "quotes": [_quote(quote) for quote in booking.quotes],
    }
    return orjson.dumps({"event": event, "payload": payload}).decode()


def _quote(quote: Any) -> dict[str, Any]:
    body = {
        "id": quote.id,
        "policy_start_date": quote.start_at,
        "policy_end_date": quote.end_at,
        "status": quote.status,
        **_money("price", quote.price.total),
        "policy": {
            "policy_type": quote.policy["type"],
            "policy_name": quote.policy["name"],
            "policy_version": quote.policy_version_id,
        },
        "duration": duration(quote.start_at, quote.end_at),
        "total_renewed_times": quote.renewed_times,
    }
    if quote.refund is not None:
        body["refund_value"] = quote.refund.amount
    return body


def _money(name: str, amount: Money) -> dict[str, Any]:
    return {name: amount.amount, f"{name}_formatted": amount.formatted}
