"""Another article under the same cover: the shop or the workshop has exchanged it, and the cover goes on.

Where the partner's catalog takes a serial number, the booked quotes carry the new one; everywhere it is an event of
the trail. The event holds hashes: with the number in hand it can be proven, and nobody reads it out of a chain that
cannot be corrected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.bookings import Booking
from app.domain.evidence import Happening, digest
from app.domain.lifecycle import CONFIRMED, next_state
from app.services.booking_desk import BookingDesk, account_of, carried_out, step
from app.services.cancel_booking import on_file
from app.services.records import Change, Settled
from app.services.repriced_quotes import merged

CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Swap:
    """`path`: where in a request the serial number stands; None where this partner's has no place for it."""

    old: str
    new: str
    reason: str
    store_id: str
    path: tuple[str, ...] | None


def swap_serial(desk: BookingDesk, booking_id: str, swap: Swap) -> None:
    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        settled = Settled.of(_swapped(found.booking, swap, desk))
        facts = {
            "booking": booking_id,
            "state": settled.hash,
            "changed": ["serial"],
            "reason": swap.reason,
            "store": swap.store_id,
            "serial_before": digest(swap.old),
            "serial": digest(swap.new),
        }
        happened = step(desk, found.booking.trail_id, found.head, CONFIRMED, Happening("modified", desk.actor, facts))
        return Change(changed=settled, account_id=account_of(desk, settled.booking), step=happened), b""

    carried_out(desk, attempt)


def _swapped(booking: Booking, swap: Swap, desk: BookingDesk) -> Booking:
    """Not priced again: the number tells one article from another of its kind, and the kind is what has a price."""
    status = next_state("booking", booking.status, "modify")
    quotes = {}
    if swap.path is not None and swap.path[0] == CONTEXT:
        said = _nested(swap.path[1:], swap.new)
        for quote in booking.active_quotes:
            quotes[quote.id] = replace(quote, changes=merged(quote.changes or {}, said), updated_at=desk.now)
    changed = booking.with_quotes(quotes)
    return replace(changed, status=status, updated_at=desk.now, version=booking.version + 1)


def _nested(path: tuple[str, ...], value: str) -> Mapping[str, Any]:
    first, *rest = path
    return {first: _nested(tuple(rest), value) if rest else value}
