"""Whether an article of a sale is booked already. The store of bookings knows, also when the sale was interrupted
before it could note it; what is booked is neither taken out of the sale nor changed in it."""

from typing import Protocol

from app.domain.drafts import Draft, Line
from app.domain.portal_errors import PortalRefused
from app.services.records import OfferOnFile

HALF_BOOKED = "half_booked"


class OffersOnFile(Protocol):
    def offer_on_file(self, offer_id: str) -> OfferOnFile | None: ...


def booking_of(store: OffersOnFile, line: Line) -> str | None:
    if line.booking_id or line.offer is None:
        return line.booking_id or None
    found = store.offer_on_file(line.offer.id)
    return None if found is None else found.booking_id


def is_half_booked(store: OffersOnFile, draft: Draft) -> bool:
    return any(booking_of(store, line) is not None for line in draft.lines)


def refuse_booked(store: OffersOnFile, *lines: Line) -> None:
    """The sentence leads to the check: confirming once more finishes the sale."""
    if any(booking_of(store, line) is not None for line in lines):
        raise PortalRefused(HALF_BOOKED)
