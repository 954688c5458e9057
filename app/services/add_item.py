"""Articles go into a basket and out of it: of the catalog, typed in by hand, or from an earlier receipt."""

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.catalog.items import CounterItem, Items
from app.domain.drafts import MOST_LINES, Draft, Line
from app.domain.money import Money
from app.domain.portal_errors import NotHere, PortalRefused
from app.domain.purchase import price_text
from app.services.booked_lines import OffersOnFile, refuse_booked

# An article that is in no catalog has no number either, and a request for an offer needs one.
UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Basket:
    """Where an article goes: the sale, its new line's id, and what is the same for all articles of a store today."""

    draft: Draft
    line_id: str
    currency: str
    condition: str
    today: date


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An article somebody has typed in."""

    title: str
    category: str
    price: Money


def exact_item(items: Items, code: str) -> CounterItem | None:
    """The one that was scanned, or whose whole number was typed."""
    return items.by_sku(code) or items.by_gtin(code)


def add_item(basket: Basket, item: CounterItem, serial: str = "") -> Draft:
    price = item.price_in(basket.currency)
    return _added(
        basket,
        Line(
            id=basket.line_id,
            sku=item.sku,
            title=item.title,
            brand=item.brand or "",
            model=item.model or "",
            variant=item.variant or "",
            category=item.category or "",
            identifier=item.identifier,
            price="" if price is None else price_text(price),
            condition=basket.condition,
            purchased_on=basket.today.isoformat(),
            serial=serial,
        ),
    )


def add_unlisted(basket: Basket, items: Items, typed: Unlisted) -> Draft:
    if typed.category not in categories_of(items):
        raise PortalRefused("category", field="category")
    return _added(
        basket,
        Line(
            id=basket.line_id,
            sku=UNLISTED,
            title=typed.title,
            brand="",
            model="",
            variant="",
            category=typed.category,
            identifier=_identifier_of(items, typed.category),
            price=price_text(typed.price),
            condition=basket.condition,
            purchased_on=basket.today.isoformat(),
        ),
    )


def add_earlier(basket: Basket, earlier: Line, receipt: str) -> Draft:
    """As it was bought then: its price, its day, its serial number."""
    line = replace(earlier, id=basket.line_id, warned_of="", offer=None, no_offer="", booking_id="")
    added = _added(basket, line)
    return added if added.receipt else replace(added, receipt=receipt)


def remove_item(store: OffersOnFile, draft: Draft, line_id: str) -> Draft:
    if draft.line(line_id) is None:
        raise NotHere()
    refuse_booked(store, *draft.lines)
    return replace(draft.without_line(line_id), payment=None)


def categories_of(items: Sequence[CounterItem]) -> tuple[str, ...]:
    """What this partner sells, each once."""
    return tuple(sorted({item.category for item in items if item.category}))


def _added(basket: Basket, line: Line) -> Draft:
    if len(basket.draft.lines) >= MOST_LINES:
        raise PortalRefused("basket_full", most=MOST_LINES)
    # What was paid was for less.
    return replace(basket.draft.with_line(line), payment=None)


def _identifier_of(items: Sequence[CounterItem], category: str) -> str:
    """What tells one piece from another in most of its kind."""
    kinds = Tally(item.identifier for item in items if item.category == category)
    return kinds.most_common(1)[0][0]
