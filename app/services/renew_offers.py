"""After the customer has chosen: whether a price has ended, and the same sale in another language of theirs.

Another language means other offers, so what was agreed to is void. A choice is kept only where it is the same product
at the same price, and it is on record that it was carried over; otherwise the customer is asked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import orjson

from app.domain.drafts import ACCEPTED, Draft, Line, LineOffer
from app.domain.errors import BodyInvalid, OfferLapsed
from app.domain.money import Money, currency
from app.domain.panel_session import PanelSession
from app.services.booking_desk import BookingDesk
from app.services.make_offers import Shop, is_current, make_offers
from app.services.record_choice import Choice, record_choice, total_of
from app.services.records import OfferOnFile

CARRIED, ASK_AGAIN = "language_carried", "new_language"


@dataclass(frozen=True, slots=True)
class Priced:
    """Products of an offer and what they cost together."""

    quote_ids: tuple[str, ...]
    total: Money


def has_ended(draft: Draft, desk: BookingDesk) -> bool:
    """Whether a price that was chosen is over. One that is booked already no longer ends."""
    return any(_is_over(line, desk) for line in draft.wanted)


def in_language(shop: Shop, desk: BookingDesk, draft: Draft, language: str) -> Draft:
    """The same sale in another language of the customer's. What they had said no to stays as it is."""
    spoken = replace(draft, language=language)
    fresh = _renewed(shop, spoken, draft.wanted)
    kept = [_carried(desk, spoken, before, after) for before, after in zip(draft.wanted, fresh, strict=True)]
    is_kept = all(line.is_wanted for line in kept)
    return replace(_unagreed(spoken, kept, shop), told=CARRIED if is_kept else ASK_AGAIN)


def _is_over(line: Line, desk: BookingDesk) -> bool:
    offer = line.offer
    if offer is None or offer.expires_at is None or desk.now < offer.expires_at:
        return False
    found = desk.store.offer_on_file(offer.id)
    return found is None or found.booking_id is None


def _renewed(shop: Shop, draft: Draft, lines: Iterable[Line]) -> tuple[Line, ...]:
    asked = tuple(line if is_current(line, draft.language, shop.desk) else replace(line, offer=None) for line in lines)
    return make_offers(shop, replace(draft, lines=asked)).lines


def _unagreed(draft: Draft, lines: Iterable[Line], shop: Shop) -> Draft:
    for line in lines:
        draft = draft.with_line(line)
    return replace(draft, consent=None, consent_shown_at=None, updated_at=shop.desk.now)


def _carried(desk: BookingDesk, draft: Draft, before: Line, after: Line) -> Line:
    old, new = before.offer, after.offer
    if old is None or new is None or old.id == new.id:
        return after
    same = _counterpart(desk, old, new)
    if same is None or same.total != _chosen(desk, old).total:
        return after
    try:
        chosen = record_choice(desk, _session(desk, draft, new), Choice("accepted", same.quote_ids, is_carried=True))
    except (OfferLapsed, BodyInvalid):
        return after
    said = replace(new, decision=ACCEPTED, quote_ids=same.quote_ids, titles=chosen.titles)
    return replace(after, offer=replace(said, total=chosen.total.formatted, total_amount=str(chosen.total.amount)))


def _counterpart(desk: BookingDesk, old: LineOffer | None, new: LineOffer | None) -> Priced | None:
    """The same products in the new offer; None when one of them is no longer offered."""
    if old is None or new is None:
        return None
    names = _names(_on_file(desk, old))
    ids = {name: quote_id for quote_id, name in _names(_on_file(desk, new)).items()}
    wanted = [names[quote_id] for quote_id in old.quote_ids]
    if not all(name in ids for name in wanted):
        return None
    return _priced(_on_file(desk, new), tuple(ids[name] for name in wanted))


def _chosen(desk: BookingDesk, offer: LineOffer) -> Priced:
    return _priced(_on_file(desk, offer), offer.quote_ids)


def _priced(offer: OfferOnFile, quote_ids: tuple[str, ...]) -> Priced:
    return Priced(quote_ids, total_of(orjson.loads(offer.terms), offer.currency, quote_ids))


def _names(offer: OfferOnFile) -> dict[str, str]:
    return {term["id"]: term["product"] for term in orjson.loads(offer.terms)}


def _on_file(desk: BookingDesk, offer: LineOffer) -> OfferOnFile:
    found = desk.store.offer_on_file(offer.id)
    assert found is not None
    return found


def _session(desk: BookingDesk, draft: Draft, offer: LineOffer) -> PanelSession:
    code = currency(_on_file(desk, offer).currency).code
    ends_at = int((desk.now + timedelta(minutes=1)).timestamp())
    return PanelSession(draft.partner_code, draft.mode, "", offer.id, "", "", code, draft.language, ends_at)
