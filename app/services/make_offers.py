"""Offers for a basket: one for each article, in the customer's language, made once and kept until something changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson

from app.catalog.counter import Counter, request_for
from app.catalog.matching import Asker
from app.domain.drafts import Draft, Line, LineOffer
from app.domain.errors import ExpressionFailed, NoOfferMatches, NoOffers, OfferAccessDenied, QuoteGenerationFailed
from app.domain.offers import Offer
from app.domain.people import RetailStore
from app.services.booked_lines import booking_of
from app.services.create_offer import Desk, Order, create_offer
from app.services.record_choice import deferred_until

Present = Callable[[Offer], bytes]
# Why there is nothing to offer: a key of the associate's words.
NOTHING: dict[type[Exception], str] = {
    NoOffers: "kind",
    NoOfferMatches: "kind",
    OfferAccessDenied: "kind",
    ExpressionFailed: "kind",
    QuoteGenerationFailed: "price",
}


@dataclass(frozen=True, slots=True)
class Shop:
    """Where the offers are made: the desk, what the counter's catalog says, and the store."""

    desk: Desk
    counter: Counter
    store: RetailStore
    present: Present


def make_offers(shop: Shop, draft: Draft) -> Draft:
    """The draft with a current offer for every article. What was offered before and still holds is left alone."""
    lines = tuple(
        line if is_current(line, draft.language, shop.desk) else _offered(shop, draft, line) for line in draft.lines
    )
    return replace(draft, lines=lines, updated_at=shop.desk.now)


def is_current(line: Line, language: str, desk: Desk) -> bool:
    """What was booked is never offered again, also when the sale was interrupted before it could note the booking."""
    offer = line.offer
    if offer is None:
        return bool(line.booking_id or line.no_offer)
    holds = offer.language == language and (offer.expires_at is None or desk.now < offer.expires_at)
    return holds or booking_of(desk.store, line) is not None


def _offered(shop: Shop, draft: Draft, line: Line) -> Line:
    body = request_for(shop.counter, facts_of(shop.store, draft, line))
    order = Order(body, orjson.dumps(body), Asker("live", shop.store.subsidiary, True), True, True)
    made: list[Offer] = []

    def present(offer: Offer) -> bytes:
        made.append(offer)
        return shop.present(offer)

    try:
        create_offer(shop.desk, order, present)
    except tuple(NOTHING) as problem:
        return replace(line, offer=None, no_offer=NOTHING[type(problem)])
    return replace(line, offer=_line_offer(shop, draft, made[0], body), no_offer="")


def _line_offer(shop: Shop, draft: Draft, offer: Offer, body: Mapping[str, Any]) -> LineOffer:
    catalog, now = shop.desk.catalog, shop.desk.now
    hours = next(config.expires_after_hours for config in catalog.offers if config.id == offer.offer_config_id)
    names = [quote.name for quote in offer.quotes]
    until = deferred_until(catalog, names, body["customer"], now)
    return LineOffer(
        id=offer.id,
        made_at=now,
        expires_at=None if hours is None else now + timedelta(hours=hours),
        language=draft.language,
        deferred_until=until,
    )


def facts_of(store: RetailStore, draft: Draft, line: Line) -> Mapping[str, Any]:
    """What the counter knows, by the names a partner's counter.yaml may use."""
    return {
        "language": draft.language,
        "country": store.country,
        "region": store.region,
        "currency": store.currency,
        "postcode": (draft.customer or {}).get("postcode") or None,
        "subsidiary": store.subsidiary,
        "receipt": draft.receipt or None,
        "sku": line.sku,
        "title": line.title,
        "brand": line.brand or None,
        "model": line.model or None,
        "variant": line.variant or None,
        "category": line.category or None,
        "condition": line.condition,
        "quantity": line.quantity,
        "price": float(line.price),
        "purchased_at": line.purchased_on,
        "serial": line.serial or None,
    }
