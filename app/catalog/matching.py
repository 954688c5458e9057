"""Which offers of a catalog a request may get: active, not excluded, condition true, access granted."""

from collections.abc import Collection
from dataclasses import dataclass

from app.catalog.computed import ExpressionFails
from app.catalog.facts import Facts
from app.catalog.functions import Functions
from app.catalog.model import Catalog, OfferConfig
from app.domain.errors import ExpressionFailed, NoOfferMatches, NoOffers, OfferAccessDenied


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: which kind of key, for which subsidiary, and what it wants to see."""

    key_kind: str
    subsidiary: str | None
    active_only: bool
    excluded: Collection[str] = ()

    @property
    def sees_drafts(self) -> bool:
        return self.key_kind == "test" and not self.active_only


def matching_offers(
    catalog: Catalog, schema: str, facts: Facts, asker: Asker, functions: Functions
) -> list[OfferConfig]:
    """The open offers of the highest priority that matches; the catalog lists them by priority.

    The contract's order of failures: no candidates, no match of the context, no access. Each has its own answer.
    """
    candidates = [
        offer
        for offer in catalog.offers
        if offer.schema == schema and (offer.is_active or asker.sees_drafts) and offer.id not in asker.excluded
    ]
    if not candidates:
        raise NoOffers()
    failures: dict[str, list[str]] = {}
    matched: list[OfferConfig] = []
    is_denied = False
    for offer in candidates:
        if matched and offer.priority < matched[0].priority:
            break
        if _holds(offer, facts, functions, failures):
            is_denied = True
            if _is_open(offer, asker):
                matched.append(offer)
    if matched:
        return matched
    if is_denied:
        raise OfferAccessDenied()
    if failures:
        raise ExpressionFailed(errors=failures)
    raise NoOfferMatches()


def _holds(offer: OfferConfig, facts: Facts, functions: Functions, failures: dict[str, list[str]]) -> bool:
    """A condition that cannot be computed does not hold; it is reported if no other offer matches."""
    if offer.when is None:
        return True
    try:
        return offer.when.value(facts.gather(offer.when.fields), functions) is True
    except ExpressionFails as problem:
        failures[offer.name] = [f"{problem.reason}. Expression: {offer.when.source}"]
        return False


def _is_open(offer: OfferConfig, asker: Asker) -> bool:
    if asker.key_kind not in offer.key_kinds:
        return False
    return not offer.subsidiaries or asker.subsidiary in offer.subsidiaries
