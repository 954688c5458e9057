"""What a shopper has seen and opened of an offer, as the browser reports it: kept to the offer's own products."""

from collections.abc import Sequence
from contextlib import suppress

import orjson

from app.domain.errors import AlreadyFinished, BodyInvalid, OfferNotFound
from app.domain.evidence import Happening
from app.domain.panel_session import PanelSession
from app.services.booking_desk import BookingDesk
from app.services.record_evidence import record_offer_evidence
from app.services.records import OfferOnFile

# A shopper opens a dozen things; whoever reports more than this is no shopper, and nothing more is learnt from it.
LONGEST_TRAIL = 200


def record_seen(desk: BookingDesk, session: PanelSession, happened: Sequence[Happening]) -> None:
    """Once: a report that comes again is on record already."""
    offer = desk.store.offer_on_file(session.offer_id)
    if offer is None:
        raise OfferNotFound()
    _check(offer, happened)
    if offer.head is not None and offer.head.number >= LONGEST_TRAIL:
        return
    with suppress(AlreadyFinished):
        record_offer_evidence(desk, session.offer_id, *happened)


def _check(offer: OfferOnFile, happened: Sequence[Happening]) -> None:
    known = {term["id"] for term in orjson.loads(offer.terms)}
    for place, one in enumerate(happened):
        if "quote" in one.facts and one.facts["quote"] not in known:
            rule = "Must be a product of this offer."
            raise BodyInvalid(errors={"events": {str(place): {"quote_id": [rule]}}})
