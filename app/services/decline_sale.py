"""The customer has read it all and does not want it: one tap, on record, and the sale of cover is over."""

from dataclasses import replace

from app.domain.drafts import DECLINED, REFUSED, Draft, Line
from app.domain.portal_errors import DraftEnded
from app.services.booked_lines import refuse_booked
from app.services.booking_desk import BookingDesk
from app.services.opt_out_offer import opt_out_offer
from app.services.record_consent import Channel


def decline_sale(desk: BookingDesk, draft: Draft, channel: Channel) -> Draft:
    """Declined twice is declined."""
    if draft.status == DECLINED:
        return draft
    if not draft.is_changeable:
        raise DraftEnded()
    refuse_booked(desk.store, *draft.lines)
    lines = tuple(_refused(desk, draft, line, channel) if line.is_wanted else line for line in draft.lines)
    return replace(draft, lines=lines, status=DECLINED, consent=None, told="", updated_at=desk.now)


def _refused(desk: BookingDesk, draft: Draft, line: Line, channel: Channel) -> Line:
    assert line.offer is not None
    opt_out_offer(desk, line.offer.id, {"channel": "store", "store": draft.store_id, "said_on": channel})
    nothing = replace(line.offer, decision=REFUSED, quote_ids=(), total="", total_amount="", titles=())
    return replace(line, offer=nothing)
