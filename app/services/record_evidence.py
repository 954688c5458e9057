"""What happened to an offer or a booking without changing it: seen, opened, chosen, mailed, viewed."""

from app.domain.errors import BookingNotFound, OfferNotFound
from app.domain.evidence import ACTIONS, Happening, Head
from app.domain.lifecycle import CONFIRMED, next_state
from app.services.booking_desk import BookingDesk, carried_out, step
from app.services.records import Change


def record_offer_evidence(desk: BookingDesk, offer_id: str, *happened: Happening) -> None:
    """Events of an offer, in order. A booked offer's trail goes on in the same place."""
    carried_out(desk, lambda: _attempt(desk, offer_id, happened))


def _attempt(desk: BookingDesk, offer_id: str, happened: tuple[Happening, ...]) -> tuple[Change, bytes]:
    offer = desk.store.offer_on_file(offer_id)
    if offer is None:
        raise OfferNotFound()
    state = offer.state
    for one in happened:
        action = ACTIONS[one.name]
        state = state if action is None else next_state("offer", state, action)
    head = offer.head or Head(0, offer.evidence)
    return Change(step=step(desk, offer.id, head, state, *happened)), b""


def record_booking_evidence(desk: BookingDesk, booking_id: str, *happened: Happening) -> None:
    """Events of a booking that leave it as it is."""

    def attempt() -> tuple[Change, bytes]:
        found = desk.store.booking_on_file(booking_id)
        if found is None:
            raise BookingNotFound()
        return Change(step=step(desk, found.booking.trail_id, found.head, CONFIRMED, *happened)), b""

    carried_out(desk, attempt)
