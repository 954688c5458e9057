"""What the customer says at the counter about one article: this cover, that one too, or not today. Each is evidence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from app.domain.counter_choice import Group, groups_of, open_groups
from app.domain.drafts import ACCEPTED, REFUSED, Draft, Line, LineOffer
from app.domain.errors import OfferLapsed
from app.domain.panel_session import PanelSession
from app.domain.portal_errors import NotHere, PortalRefused
from app.services.booked_lines import refuse_booked
from app.services.booking_desk import BookingDesk
from app.services.opt_out_offer import opt_out_offer
from app.services.record_choice import Choice, record_choice

NO = "no"


def choose_cover(desk: BookingDesk, draft: Draft, line_id: str, slug: str, answer: str) -> Draft:
    """`answer`: a quote's id, or no. The line is decided when no open group is left unanswered."""
    line = draft.line(line_id)
    if line is None or line.offer is None:
        raise NotHere()
    refuse_booked(desk.store, line)
    shown = _answer(desk, line.offer)
    group = _open_group(shown, line.offer, slug, answer)
    said = line.offer
    if answer == NO:
        said = replace(said, refused=(*said.refused, group.slug))
    elif said.deferred_until is not None and desk.now < said.deferred_until:
        raise PortalRefused("deferred", day=said.deferred_until)
    else:
        said = replace(said, quote_ids=(*said.quote_ids, answer))
    if not open_groups(shown, said.quote_ids, said.refused):
        said = _decided(desk, draft, said)
    return replace(draft.with_line(replace(line, offer=said)), updated_at=desk.now)


def choose_again(desk: BookingDesk, draft: Draft, line_id: str) -> Draft:
    """The customer changes their mind: the question is open again. What was agreed and paid was for another choice."""
    line = draft.line(line_id)
    if line is None or line.offer is None:
        raise NotHere()
    refuse_booked(desk.store, line)
    opened = replace(line.offer, decision="", quote_ids=(), refused=(), total="", total_amount="", titles=())
    return replace(draft.with_line(replace(line, offer=opened)), consent=None, payment=None)


def questions_of(desk: BookingDesk, line: Line) -> tuple[Mapping[str, Any], tuple[Group, ...]]:
    """The offer as it was answered, and the groups the customer has still to be asked about."""
    if line.offer is None:
        raise NotHere()
    shown = _answer(desk, line.offer)
    return shown, () if line.offer.decision else open_groups(shown, line.offer.quote_ids, line.offer.refused)


def _answer(desk: BookingDesk, offer: LineOffer) -> dict[str, Any]:
    found = desk.store.offer_on_file(offer.id)
    if found is None:
        raise NotHere()
    shown: dict[str, Any] = orjson.loads(found.answer)
    return shown


def _open_group(shown: Mapping[str, Any], offer: LineOffer, slug: str, answer: str) -> Group:
    """A choice nobody was asked for, such as a default that a page posts by itself, is refused."""
    opened = {group.slug: group for group in open_groups(shown, offer.quote_ids, offer.refused)}
    group = opened.get(slug)
    if group is None:
        known = any(one.slug == slug for one in groups_of(shown))
        raise PortalRefused("choice_closed" if known else "choice_unknown")
    if answer != NO and answer not in group.quote_ids:
        raise PortalRefused("choice_unknown")
    return group


def _decided(desk: BookingDesk, draft: Draft, said: LineOffer) -> LineOffer:
    if not said.quote_ids:
        opt_out_offer(desk, said.id, {"channel": "store", "store": draft.store_id})
        return replace(said, decision=REFUSED)
    try:
        chosen = record_choice(desk, _session(desk, draft, said), Choice("accepted", said.quote_ids, said.refused))
    except OfferLapsed as problem:
        raise PortalRefused("offer_lapsed") from problem
    total = chosen.total
    return replace(said, decision=ACCEPTED, total=total.formatted, total_amount=str(total.amount), titles=chosen.titles)


def _session(desk: BookingDesk, draft: Draft, said: LineOffer) -> PanelSession:
    offer = desk.store.offer_on_file(said.id)
    assert offer is not None
    ends_at = int((desk.now + timedelta(minutes=1)).timestamp())
    return PanelSession(draft.partner_code, draft.mode, "", said.id, "", "", offer.currency, draft.language, ends_at)
