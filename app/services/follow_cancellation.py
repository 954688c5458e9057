"""Where a previewed cancellation has got to: it can be confirmed, it was, or it no longer can be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from app.domain.bookings import BookedQuote, Booking
from app.domain.stored import restored
from app.services.records import Preview

Progress = Literal["open", "done", "gone"]


@dataclass(frozen=True, slots=True)
class Followed:
    """`quotes` are the covers it is about, as they would be or are."""

    progress: Progress
    quotes: tuple[BookedQuote, ...]


def followed(booking: Booking, preview: Preview, now: datetime) -> Followed:
    planned = restored(Booking, orjson.loads(preview.state))
    named = set(orjson.loads(preview.facts))
    return Followed(_progress(booking, planned, named, preview, now), tuple(q for q in planned.quotes if q.id in named))


def _progress(booking: Booking, planned: Booking, named: set[str], preview: Preview, now: datetime) -> Progress:
    """A cover that ended at the preview's very moment ended by this preview."""
    ends = {quote.id: quote.cancelled_at for quote in booking.quotes if quote.id in named}
    if all(ends[quote.id] == quote.cancelled_at for quote in planned.quotes if quote.id in named):
        return "done"
    return "open" if preview.booking_version == booking.version and now < preview.expires_at else "gone"
