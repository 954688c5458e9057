"""The shopper's choice in a panel: checked against the offer as it was shown, recorded at once as evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from app.catalog.model import Catalog
from app.domain.errors import AlreadyFinished, BodyInvalid, OfferLapsed, OfferNotFound, PanelSessionRefused
from app.domain.evidence import Happening, Head
from app.domain.lifecycle import CONFIRMED, next_state
from app.domain.money import Money, currency
from app.domain.panel_session import PanelSession
from app.domain.product_rules import broken_rules, closed_groups
from app.domain.selection import Selection
from app.services.booking_desk import BookingDesk, carried_out, step
from app.services.records import Change, OfferOnFile

Decision = Literal["accepted", "declined"]
# A checkout takes minutes, a payment by bank transfer a day; what is confirmed later needs no token.
TOKEN_LIFE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Choice:
    """`refused`: groups the shopper said no to, where the panel tells. `is_carried`: kept from an offer before."""

    decision: Decision
    quote_ids: tuple[str, ...]
    refused: tuple[str, ...] | None = None
    is_change: bool = False
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was recorded, and the offer it was chosen from."""

    selection: Selection
    total: Money
    titles: tuple[str, ...]


def record_choice(desk: BookingDesk, session: PanelSession, choice: Choice) -> Chosen:
    made: list[Chosen] = []

    def attempt() -> tuple[Change, bytes]:
        offer = _open_offer(desk, session)
        _check(desk, offer, choice)
        made[:] = [_chosen(desk, session, offer, choice)]
        return _change(desk, offer, made[0], choice), b""

    try:
        carried_out(desk, attempt)
    except AlreadyFinished:
        # The first try of the same call was recorded, and its answer lost on the way.
        if not made:
            raise
    return made[0]


def _open_offer(desk: BookingDesk, session: PanelSession) -> OfferOnFile:
    offer = desk.store.offer_on_file(session.offer_id)
    if offer is None:
        raise OfferNotFound()
    check_open(offer, desk.now)
    if offer.currency != session.currency:
        raise PanelSessionRefused("The session is for another currency.")
    return offer


def check_open(offer: OfferOnFile, now: datetime) -> None:
    if offer.state == CONFIRMED:
        raise OfferLapsed("The offer is booked already.")
    if offer.expires_at is not None and offer.expires_at <= now:
        raise OfferLapsed("The price of this offer has ended.")


def _check(desk: BookingDesk, offer: OfferOnFile, choice: Choice) -> None:
    if choice.decision == "declined":
        if choice.quote_ids:
            raise _refused("Who declines chooses no product.")
        return
    if not choice.quote_ids:
        raise _refused("Who accepts chooses a product.")
    answer = orjson.loads(offer.answer)
    known = {product["id"] for product in answer["products"]}
    if not known.issuperset(choice.quote_ids) or len(set(choice.quote_ids)) < len(choice.quote_ids):
        raise _refused("Each must be a product of this offer, named once.")
    rules = answer.get("product_rules", [])
    broken = [one["message"] for one in broken_rules(rules, choice.quote_ids)]
    broken += [
        f"{slug}: is not open with this choice" for slug in closed_groups(rules, choice.quote_ids, choice.refused)
    ]
    if broken:
        raise _refused(*broken)
    customer = orjson.loads(offer.request)["customer"]
    names = [term["product"] for term in orjson.loads(offer.terms)]
    until = deferred_until(desk.catalog_of(offer.release_id), names, customer, offer.created_at)
    if until is not None and desk.now < until:
        raise _refused(f"The law lets this cover be sold from {until:%Y-%m-%d} on.")


def _refused(*rules: str) -> BodyInvalid:
    return BodyInvalid(errors={"quote_ids": list(rules)})


def deferred_until(
    catalog: Catalog, products: Iterable[str], customer: Mapping[str, Any], offered_at: datetime
) -> datetime | None:
    """Where the law asks for days between the information and the sale: when they are over."""
    terms = [catalog.products[name].terms for name in products]
    days = max(term.deferred_in(customer["country"], customer.get("region")) for term in terms)
    return offered_at + timedelta(days=days) if days else None


def _chosen(desk: BookingDesk, session: PanelSession, offer: OfferOnFile, choice: Choice) -> Chosen:
    terms = orjson.loads(offer.terms)
    ends_at = desk.now + TOKEN_LIFE
    if offer.expires_at is not None:
        ends_at = min(ends_at, offer.expires_at)
    total = total_of(terms, offer.currency, choice.quote_ids)
    return Chosen(
        Selection(
            partner_code=session.partner_code,
            offer_id=offer.id,
            decision=choice.decision,
            quote_ids=choice.quote_ids,
            total=total.formatted,
            expires_at=int(ends_at.timestamp()),
        ),
        total,
        _titles(orjson.loads(offer.answer), choice.quote_ids),
    )


def total_of(terms: Sequence[Mapping[str, Any]], code: str, quote_ids: Sequence[str]) -> Money:
    """From the exact amounts the offer was priced with: a price from a browser is never trusted."""
    known = currency(code)
    units = sum(term["net"] + term["tax"] for term in terms if term["id"] in quote_ids)
    return Money(units, known.digits, known)


def _titles(answer: Mapping[str, Any], quote_ids: Sequence[str]) -> tuple[str, ...]:
    names = {product["id"]: product["name"] for product in answer["products"]}
    names |= {one["id"]: one["title"] for one in answer.get("content", {}).get("products", [])}
    return tuple(names[quote_id] for quote_id in quote_ids)


def _change(desk: BookingDesk, offer: OfferOnFile, chosen: Chosen, choice: Choice) -> Change:
    said = "declined" if choice.decision == "declined" else "changed" if choice.is_change else "chosen"
    action = {"declined": "decline", "changed": "change", "chosen": "choose"}[said]
    state = next_state("offer", offer.state, action)
    head = offer.head or Head(0, offer.evidence)
    facts: dict[str, Any] = {"quotes": list(choice.quote_ids), "total": chosen.total.formatted}
    if choice.is_carried:
        facts["carried"] = True
    return Change(step=step(desk, offer.id, head, state, Happening(said, desk.actor, facts)))
