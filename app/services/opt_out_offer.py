"""Opt-out: the customer said no, and regulators ask for it. Repeatable; after a confirmation the booking stands."""

from typing import Any

from app.domain.errors import OfferNotFound
from app.domain.evidence import Happening, Head
from app.domain.lifecycle import next_state
from app.services.booking_desk import BookingDesk, carried_out, step
from app.services.records import Change


def opt_out_offer(desk: BookingDesk, offer_id: str, metadata: dict[str, Any]) -> bytes:
    return carried_out(desk, lambda: _attempt(desk, offer_id, metadata))


def _attempt(desk: BookingDesk, offer_id: str, metadata: dict[str, Any]) -> tuple[Change, bytes]:
    offer = desk.store.offer_on_file(offer_id)
    if offer is None:
        raise OfferNotFound()
    state = next_state("offer", offer.state, "opt_out")
    head = offer.head or Head(0, offer.evidence)
    return Change(step=step(desk, offer.id, head, state, Happening("opted_out", desk.actor, metadata))), b""
