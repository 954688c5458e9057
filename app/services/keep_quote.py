"""A quote to keep: the sale waits under a code, its price held as the catalog says, until the customer comes back."""

from dataclasses import replace
from datetime import datetime

from app.domain.drafts import OPEN, QUOTED, Draft
from app.domain.evidence import Happening
from app.domain.identifiers import UNAMBIGUOUS, Choose
from app.domain.people import RetailStore, Staff
from app.domain.portal_errors import DraftEnded, PortalRefused
from app.services.booking_desk import BookingDesk
from app.services.record_evidence import record_offer_evidence

GROUPS, GROUP = 2, 4


def quote_code(choose: Choose) -> str:
    """ABCD-EFGH: read out over a counter."""
    return "-".join("".join(choose(UNAMBIGUOUS) for _ in range(GROUP)) for _ in range(GROUPS))


def keep_quote(desk: BookingDesk, draft: Draft) -> Draft:
    """Kept once: who asks again gets the same code."""
    if not draft.is_changeable:
        raise DraftEnded()
    offered = [line.offer for line in draft.lines if line.offer is not None]
    if not offered:
        raise PortalRefused("nothing_offered")
    for offer in offered:
        record_offer_evidence(desk, offer.id, Happening("quoted", desk.actor, {"store": draft.store_id}))
    code = draft.code or quote_code(desk.choose)
    return replace(draft, code=code, status=QUOTED, updated_at=desk.now)


def held_until(draft: Draft) -> datetime | None:
    """The first price to end decides; None where none ends."""
    ends = [line.offer.expires_at for line in draft.lines if line.offer is not None and line.offer.expires_at]
    return min(ends, default=None)


def redeemed(draft: Draft, store: RetailStore, staff: Staff, device_id: str, now: datetime) -> Draft:
    """Open again, in the store where the customer stands. Prices and law are a country's: they do not travel."""
    if not draft.is_changeable:
        raise DraftEnded()
    return replace(
        draft, status=OPEN, store_id=store.id, staff_id=staff.id, device_id=device_id, told="quote_back", updated_at=now
    )
