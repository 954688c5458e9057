"""A quote to keep: the sale waits under a code, its price held as the catalog says, until the customer comes back."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.drafts import OPEN, QUOTED, Draft
from app.domain.evidence import Happening
from app.domain.identifiers import UNAMBIGUOUS, Choose
from app.domain.people import RetailStore, Staff
from app.domain.portal_errors import DraftEnded, PortalRefused
from app.services.booked_lines import refuse_booked
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
    refuse_booked(desk.store, *draft.lines)
    for offer in offered:
        record_offer_evidence(desk, offer.id, Happening("quoted", desk.actor, {"store": draft.store_id}))
    code = draft.code or quote_code(desk.choose)
    return replace(draft, code=code, status=QUOTED, updated_at=desk.now)


def held_until(draft: Draft) -> datetime | None:
    """The first price to end decides; None where none ends."""
    ends = [line.offer.expires_at for line in draft.lines if line.offer is not None and line.offer.expires_at]
    return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class Redemption:
    """Where the customer stands with the code, who opens it there, and on which tablet."""

    home: RetailStore
    store: RetailStore
    staff: Staff
    device_id: str


def redeemed(draft: Draft, there: Redemption, now: datetime) -> Draft:
    """Open again, in the store where the customer stands. A sale that nobody has put aside stays in its own store.

    What was agreed and paid before the customer left is asked again. Prices and law of another region do not travel:
    the offers are made anew there.
    """
    if draft.is_over:
        raise DraftEnded()
    if draft.status != QUOTED:
        if there.store.id == draft.store_id:
            return draft
        raise PortalRefused("quote_elsewhere", field="code")
    opened = replace(
        draft, status=OPEN, store_id=there.store.id, staff_id=there.staff.id, device_id=there.device_id, updated_at=now
    )
    opened = replace(opened, payment=None, consent=None, consent_shown_at=None, handed_over="", told="quote_back")
    if there.home.region == there.store.region:
        return opened
    lines = tuple(replace(line, offer=None, no_offer="") for line in draft.lines)
    return replace(opened, lines=lines, told="quote_region")
