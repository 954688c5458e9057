"""Cancel: preview, at once, or confirm a preview. What comes back is worked out by the terms of the sale.

A preview says what would be so from its own moment on, and confirming it makes exactly that so: the refund the
customer was told does not shrink while the partner pays it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.domain import identifiers
from app.domain.bookings import BookedQuote, Booking
from app.domain.errors import BodyInvalid, BookingNotFound, ChangeRefused, PreviewNotFound, QuoteNamedTwice
from app.domain.evidence import Happening
from app.domain.lifecycle import CONFIRMED, next_state
from app.domain.money import Money, currency
from app.domain.refunds import Cover, refund_for, settlement_for
from app.domain.stored import restored, stored_text
from app.services.announcements import CANCELLED, announcements
from app.services.booking_desk import BookingDesk, account_of, carried_out, step
from app.services.records import BookingOnFile, Change, Preview, Settled

PREVIEW_HELD = timedelta(hours=24)
KIND = "cancellation"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What is answered: the booking as it is or would be, which quotes it is about, and until when to confirm."""

    booking: Booking
    cancelled: tuple[str, ...]
    preview_id: str | None
    confirm_before: datetime | None

    @property
    def is_preview(self) -> bool:
        return self.preview_id is not None

    def refund(self) -> Money:
        code = currency(self.booking.currency)
        amounts = (quote.refund for quote in self.booking.quotes if quote.id in self.cancelled and quote.refund)
        return Money(sum(amount.units for amount in amounts), code.digits, code)


Present = Callable[[Cancellation], bytes]


def preview_cancellation(
    desk: BookingDesk, booking_id: str, wanted: Sequence[dict[str, Any]], present: Present
) -> bytes:
    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        booking, cancelled = _cancelled(found.booking, wanted, desk.now)
        preview = Preview(
            id=identifiers.cancellation_id(desk.choose),
            booking_id=booking_id,
            kind=KIND,
            created_at=desk.now,
            expires_at=desk.now + PREVIEW_HELD,
            booking_version=found.booking.version,
            state=stored_text(booking),
            facts=orjson.dumps(cancelled).decode(),
        )
        answer = present(Cancellation(booking, cancelled, preview.id, preview.expires_at))
        return Change(previews=(preview,)), answer

    return carried_out(desk, attempt)


def cancel_booking(desk: BookingDesk, booking_id: str, wanted: Sequence[dict[str, Any]], present: Present) -> bytes:
    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        booking, cancelled = _cancelled(found.booking, wanted, desk.now)
        return _change(desk, found, booking, cancelled), present(Cancellation(booking, cancelled, None, None))

    return carried_out(desk, attempt)


def confirm_cancellation(desk: BookingDesk, booking_id: str, preview_id: str, present: Present) -> bytes:
    """The preview's moment counts, not this one."""

    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        preview = usable_preview(desk, found, preview_id, KIND, "cancel")
        cancelled = tuple(orjson.loads(preview.facts))
        booking = replace(restored(Booking, orjson.loads(preview.state)), updated_at=desk.now)
        return _change(desk, found, booking, cancelled), present(Cancellation(booking, cancelled, None, None))

    return carried_out(desk, attempt)


def on_file(desk: BookingDesk, booking_id: str) -> BookingOnFile:
    found = desk.store.booking_on_file(booking_id)
    if found is None:
        raise BookingNotFound()
    return found


def usable_preview(desk: BookingDesk, found: BookingOnFile, preview_id: str, kind: str, action: str) -> Preview:
    """The preview, if the booking still is what it was worked out from."""
    preview = desk.store.preview(preview_id, found.booking.id, kind)
    if preview is None:
        raise PreviewNotFound()
    next_state("booking", found.booking.status, action)
    if preview.expires_at <= desk.now:
        until = f"{preview.expires_at:%Y-%m-%d %H:%M}"
        raise ChangeRefused(f"{preview_id} could be confirmed until {until} UTC. Preview again.")
    if preview.booking_version != found.booking.version:
        raise ChangeRefused(f"The booking has changed since {preview_id} was worked out. Preview again.")
    return preview


def _cancelled(booking: Booking, wanted: Sequence[dict[str, Any]], now: datetime) -> tuple[Booking, tuple[str, ...]]:
    """The booking without these quotes, or without any when none is named."""
    next_state("booking", booking.status, "cancel")
    reasons = {quote.id: "" for quote in booking.active_quotes} if not wanted else _named(booking, wanted)
    changed = {}
    for quote_id, reason in reasons.items():
        quote = booking.quote(quote_id)
        assert quote is not None
        changed[quote_id] = _cancelled_quote(quote, reason, now)
    after = booking.with_quotes(changed)
    action = "cancel_part" if after.active_quotes else "cancel"
    status = next_state("booking", booking.status, action)
    return replace(after, status=status, updated_at=now, version=booking.version + 1), tuple(reasons)


def _named(booking: Booking, wanted: Sequence[dict[str, Any]]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for place, item in enumerate(wanted):
        quote_id = item["id"].lower()
        if booking.quote(quote_id) is None:
            raise not_in_booking(place)
        if quote_id in reasons:
            raise QuoteNamedTwice(place)
        reasons[quote_id] = item.get("reason_for_cancellation") or ""
    return reasons


def not_in_booking(place: int) -> BodyInvalid:
    return BodyInvalid(errors={"quotes": {str(place): {"id": ["The quote is not part of this booking."]}}})


def _cancelled_quote(quote: BookedQuote, reason: str, now: datetime) -> BookedQuote:
    refund = refund_for(cover_of(quote), now)
    return replace(
        quote,
        status=next_state("quote", quote.status, "cancel"),
        cancelled_at=now,
        updated_at=now,
        reason_for_cancellation=reason,
        refund=refund.amount,
        refund_reason=refund.reason,
        settlement=settlement_for(quote.price.net, quote.price.commission),
    )


def cover_of(quote: BookedQuote) -> Cover:
    return Cover(
        price=quote.price.total,
        start_at=quote.start_at or quote.confirmed_at.isoformat(),
        end_at=quote.end_at,
        confirmed_at=quote.confirmed_at,
        cooling_off_days=quote.terms.cooling_off_days,
        rule=quote.terms.refund,
        fee=quote.terms.refund_fee,
    )


def _change(desk: BookingDesk, found: BookingOnFile, booking: Booking, cancelled: tuple[str, ...]) -> Change:
    refund = Cancellation(booking, cancelled, None, None).refund().formatted
    settled = Settled.of(booking)
    facts = {
        "booking": booking.id,
        "state": settled.hash,
        "status": booking.status,
        "refund": refund,
        "quotes": [_facts(quote) for quote in booking.quotes if quote.id in cancelled],
    }
    return Change(
        changed=settled,
        account_id=account_of(desk, booking),
        outgoing=announcements(desk, settled, CANCELLED, {"quotes": list(cancelled)}),
        step=step(desk, booking.trail_id, found.head, CONFIRMED, Happening("cancelled", desk.actor, facts)),
    )


def _facts(quote: BookedQuote) -> dict[str, Any]:
    return {
        "id": quote.id,
        "effective": None if quote.cancelled_at is None else quote.cancelled_at.isoformat(),
        "gave_a_reason": bool(quote.reason_for_cancellation),
        "refund": None if quote.refund is None else quote.refund.formatted,
        "refund_rule": quote.refund_reason,
    }
