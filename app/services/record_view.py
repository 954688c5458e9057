"""That a customer opened a page of a booking: once an hour is enough to know it, and a reload is no news."""

from datetime import timedelta
from typing import Protocol

import orjson

from app.domain.bookings import Booking
from app.domain.evidence import Happening, written_at
from app.services.booking_desk import BookingDesk
from app.services.record_evidence import record_booking_evidence

ONCE_IN = timedelta(hours=1)


class Views(Protocol):
    def viewed_since(self, trail_id: str, at: str) -> frozenset[str]:
        """The facts, as text, of each view by the customer from that moment on."""


def record_view(desk: BookingDesk, views: Views, booking: Booking, page: dict[str, str]) -> None:
    """Two views in the same instant may both be written down: that harms nobody, and a lock would."""
    facts = {"booking": booking.id, **page}
    text = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()
    if text not in views.viewed_since(booking.trail_id, written_at(desk.now - ONCE_IN)):
        record_booking_evidence(desk, booking.id, Happening("viewed", desk.actor, facts))
