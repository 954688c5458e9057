"""Change how a customer can be reached, by the customer: free, at once, and told to the old address as well."""

from dataclasses import replace
from typing import Any

from app.domain.bookings import Booking
from app.domain.evidence import Happening
from app.domain.lifecycle import CONFIRMED, next_state
from app.domain.money import currency
from app.services.announcements import UPDATED, announcements, mail_to
from app.services.booking_desk import BookingDesk, account_of, carried_out, step
from app.services.cancel_booking import on_file
from app.services.records import BookingOnFile, Change, Outgoing, Settled


def change_contact(desk: BookingDesk, booking_id: str, wanted: dict[str, str | None]) -> tuple[str, ...]:
    """The fields that are now otherwise than before."""

    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        old = found.booking.policyholder
        changed = {name: value for name, value in wanted.items() if (old.get(name) or None) != value}
        status = next_state("booking", found.booking.status, "modify")
        if not changed:
            return Change(), b""
        return _change(desk, found, changed, status), ",".join(changed).encode()

    return tuple(name for name in carried_out(desk, attempt).decode().split(",") if name)


def _change(desk: BookingDesk, found: BookingOnFile, changed: dict[str, Any], status: str) -> Change:
    before = found.booking
    booking = replace(
        before,
        policyholder={**before.policyholder, **changed},
        status=status,
        updated_at=desk.now,
        version=before.version + 1,
    )
    settled = Settled.of(booking)
    facts = {
        "booking": booking.id,
        "state": settled.hash,
        "difference": _nothing(booking),
        "contact": list(changed),
        "quotes": [],
    }
    return Change(
        changed=settled,
        account_id=account_of(desk, booking),
        outgoing=_told(desk, before, settled, list(changed)),
        step=step(desk, booking.trail_id, found.head, CONFIRMED, Happening("modified", desk.actor, facts)),
    )


def _told(desk: BookingDesk, before: Booking, settled: Settled, contact: list[str]) -> tuple[Outgoing, ...]:
    """Accounts are taken over by changing the address first: whoever had it learns of it, in a letter of their own."""
    facts = {
        "difference": _nothing(before),
        "is_more": False,
        "is_less": False,
        "contact": contact,
        "quotes": [],
    }
    made = announcements(desk, settled, UPDATED, facts)
    old = before.policyholder.get("email")
    if "email" in contact and old:
        made += (mail_to(desk, settled, UPDATED[1], [old], facts),)
    return made


def _nothing(booking: Booking) -> str:
    return currency(booking.currency).money(0.0).formatted
