"""What an associate sees beside an item: can it be covered in this store, in part, or not, and why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.catalog.calculation import ProductNotPriced, Request
from app.catalog.counter import Counter, item_facts, request_for
from app.catalog.facts import Facts
from app.catalog.items import CounterItem
from app.catalog.matching import Asker, matching_offers
from app.catalog.model import Catalog, OfferConfig, Product
from app.catalog.placeholders import offer_functions
from app.catalog.pricing import quote_of
from app.domain.errors import DomainError
from app.domain.money import Money, currency
from app.domain.offers import chosen_offer

Mark = Literal["covered", "some", "not"]
# Other prices tried for an item that no offer is made for: so many times as much, and as little.
FACTORS = (2, 5, 20, 100, 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Place:
    """The store that asks, and when."""

    country: str
    region: str | None
    currency: str
    language: str
    subsidiary: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`reason` is None, no_price, kind, price_low, price_high or some. `limit` is the nearest price that is covered."""

    mark: Mark
    reason: str | None = None
    limit: Money | None = None


COVERED = Eligibility("covered")
SOME = Eligibility("some", "some")
NO_PRICE = Eligibility("not", "no_price")
KIND = Eligibility("not", "kind")


def eligibility(catalog: Catalog, counter: Counter, item: CounterItem, place: Place) -> Eligibility:
    """How an item of the catalog stands at its own price."""
    return eligibility_of(catalog, counter, facts_at(item, place), place)


def facts_at(item: CounterItem, place: Place) -> dict[str, Any]:
    """What the counter knows before the associate has typed anything."""
    return {
        **item_facts(item, place.currency),
        "language": place.language,
        "country": place.country,
        "region": place.region,
        "currency": place.currency,
        "subsidiary": place.subsidiary,
        "quantity": 1,
        "purchased_at": place.now,
    }


def eligibility_of(catalog: Catalog, counter: Counter, facts: dict[str, Any], place: Place) -> Eligibility:
    """The same for a sale as it has been typed: another price, a condition, more than one."""
    price = facts.get("price")
    if price is None:
        return NO_PRICE
    trial = _Trial(catalog, counter, facts, place)
    offered, priced = trial.at(price)
    if priced:
        return COVERED if priced == offered else SOME
    return _at_other_prices(trial, price)


def _at_other_prices(trial: "_Trial", price: Money) -> Eligibility:
    """Whether it is the price: an offer of another price for the same thing says which way."""
    if not trial.asks_the_price():
        return KIND
    for factor in FACTORS:
        for units, reason in ((price.units * factor, "price_low"), (price.units // factor, "price_high")):
            if units > 0 and trial.covers(price._replace(units=units)):
                return Eligibility("not", reason, price._replace(units=_edge(trial, price, units)))
    return KIND


def _edge(trial: "_Trial", price: Money, covered: int) -> int:
    """The covered price next to the one that is not, by halving what lies between them."""
    refused = price.units
    while abs(covered - refused) > 1:
        middle = (covered + refused) // 2
        if trial.covers(price._replace(units=middle)):
            covered = middle
        else:
            refused = middle
    return covered


class _Trial:
    """One sale that is asked for at several prices; nothing of it is kept."""

    def __init__(self, catalog: Catalog, counter: Counter, facts: dict[str, Any], place: Place) -> None:
        self.catalog = catalog
        self.counter = counter
        self.facts = facts
        self.place = place
        self.schema = catalog.schemas[counter.schema]
        self.asker = Asker("live", place.subsidiary, active_only=True)

    def at(self, price: Money) -> tuple[int, int]:
        """How many products are offered at this price, and how many of them have a premium."""
        asked, offer = self._asked(price)
        if offer is None:
            return 0, 0
        return len(offer.products), sum(self._has_premium(product, asked) for product in offer.products)

    def covers(self, price: Money) -> bool:
        asked, offer = self._asked(price)
        return offer is not None and any(self._has_premium(product, asked) for product in offer.products)

    def asks_the_price(self) -> bool:
        """Whether an offer or a product reads the field the price goes to."""
        path = self.counter.path_of("price")
        return any(path == field for field in self._read())

    def _read(self) -> Iterator[tuple[str, ...]]:
        for offer in self.catalog.offers:
            if offer.schema == self.counter.schema:
                yield from (field.path for field in (offer.when.fields if offer.when else ()))
                yield from (field.path for product in offer.products for field in product.fields)

    def _asked(self, price: Money) -> tuple[Request, OfferConfig | None]:
        """As Create Offer chooses; nobody has asked yet, so of an experiment's variants the first stands for all."""
        body = request_for(self.counter, {**self.facts, "price": price})
        on = self.place.now.date().isoformat()
        asked = Request(Facts(body), currency(self.place.currency), self.place.language, on, False, str)
        if not self.schema.accepts(body):
            return asked, None
        functions = offer_functions(self.catalog, asked)
        try:
            matches = matching_offers(self.catalog, self.counter.schema, asked.facts, self.asker, functions)
        except DomainError:
            return asked, None
        return asked, chosen_offer(matches, lambda _: 0.0)

    def _has_premium(self, product: Product, asked: Request) -> bool:
        try:
            quote_of(self.catalog, product, asked, "")
        except ProductNotPriced:
            return False
        return True
