"""An offer: what one customer can choose from, at which price, under which words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from app.domain.errors import QuoteFailure
from app.domain.money import Currency, Money
from app.domain.pricing import PriceBreakdown


@dataclass(frozen=True, slots=True)
class Benefit:
    description: str
    limit: Money | None = None
    limit_policy_currency: Money | None = None
    excess: Money | None = None
    excess_policy_currency: Money | None = None
    limit_description: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Quote:
    """One product of an offer, priced."""

    id: str
    product_config_id: str
    name: str
    policy_type_slug: str
    policy_version_id: str
    start_at: str | None
    end_at: str | None
    price: PriceBreakdown
    benefits: tuple[Benefit, ...]
    files: tuple[Document, ...]
    extra_fields: dict[str, Any]
    cover_amount: Money | None
    steps: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleEvent:
    type: str
    target: str
    action: str
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRule:
    """How a group of products is shown and chosen. `products` are names in the catalog, quote ids in an offer."""

    slug: str
    products: tuple[str, ...]
    initial_state: str
    min_select: int
    max_select: int
    events: tuple[RuleEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    name: str
    variant: str


@dataclass(frozen=True, slots=True)
class Offer:
    id: str
    session_id: str
    offer_config_id: str
    schema: str
    currency: Currency
    language: str
    created_at: datetime
    quotes: tuple[Quote, ...]
    product_rules: tuple[ProductRule, ...]
    experiment: Experiment | None
    content: bytes | None
    failures: tuple[QuoteFailure, ...]


class Candidate(Protocol):
    """What the choice between offers looks at."""

    @property
    def priority(self) -> int: ...
    @property
    def experiment(self) -> Experiment | None: ...
    @property
    def weight(self) -> int: ...


C = TypeVar("C", bound=Candidate)


def chosen_offer(matches: Sequence[C], draw: Callable[[str], float]) -> C:
    """The highest priority wins; offers that share its experiment share the traffic by weight.

    `draw` gives a number from 0 to 1 for an experiment's name. Whose number it is decides the caller:
    the same customer should keep seeing the same variant.
    """
    best = max(match.priority for match in matches)
    first = next(match for match in matches if match.priority == best)
    if first.experiment is None:
        return first
    name = first.experiment.name
    variants = [m for m in matches if m.priority == best and m.experiment is not None and m.experiment.name == name]
    mark = draw(name) * sum(variant.weight for variant in variants)
    for variant in variants:
        mark -= variant.weight
        if mark < 0:
            return variant
    return variants[-1]


def rules_for(rules: Sequence[ProductRule], quote_ids: dict[str, str]) -> tuple[ProductRule, ...]:
    """The configured rules with fresh quote ids. Products without a price drop out, and so do groups left empty."""
    kept = [rule for rule in rules if any(product in quote_ids for product in rule.products)]
    slugs = {rule.slug for rule in kept}
    return tuple(_rule_left(rule, slugs, quote_ids) for rule in kept)


def _rule_left(rule: ProductRule, slugs: set[str], quote_ids: dict[str, str]) -> ProductRule:
    """Nobody can choose two of the one product that is left, so the limits shrink with the group."""
    products = _quoted(rule.products, quote_ids)
    return ProductRule(
        rule.slug,
        products,
        rule.initial_state,
        min(rule.min_select, len(products)),
        max(1, min(rule.max_select, len(products))),
        tuple(_rule_event(event, quote_ids) for event in rule.events if _still_stands(event, slugs, quote_ids)),
    )


def _quoted(products: Sequence[str], quote_ids: dict[str, str]) -> tuple[str, ...]:
    return tuple(quote_ids[product] for product in products if product in quote_ids)


def _rule_event(event: RuleEvent, quote_ids: dict[str, str]) -> RuleEvent:
    return RuleEvent(event.type, event.target, event.action, _quoted(event.products, quote_ids))


def _still_stands(event: RuleEvent, slugs: set[str], quote_ids: dict[str, str]) -> bool:
    """An event that waited for products which all failed must not turn into one that waits for any product."""
    return event.target in slugs and (not event.products or any(product in quote_ids for product in event.products))
