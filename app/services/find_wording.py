"""Which policy wordings belong to an offer or a booking. Several products often share one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.catalog.model import Catalog
from app.domain.bookings import Booking


@dataclass(frozen=True, slots=True)
class Policy:
    """One wording of a release, and the quotes that rest on it."""

    slug: str
    name: str
    version: str
    wording: str
    quote_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wordings:
    release_id: str
    subsidiary: str | None
    policies: tuple[Policy, ...]

    def narrowed(self, quote_id: str | None, slug: str | None) -> "Wordings":
        """To one quote, to one policy; what names neither is about all of them."""
        kept = self.policies
        if quote_id is not None:
            kept = tuple(one for one in kept if quote_id.lower() in one.quote_ids)
        if slug is not None:
            kept = tuple(one for one in kept if one.slug == slug)
        return replace(self, policies=kept)


def of_booking(booking: Booking) -> Wordings:
    return Wordings(booking.release_id, booking.subsidiary, _policies((one.id, one.policy) for one in booking.quotes))


def of_offer(catalog: Catalog, products: Mapping[str, str], subsidiary: str | None) -> Wordings:
    """`products`: quote id -> product."""
    policies = _policies((quote_id, catalog.products[name].policy) for quote_id, name in products.items())
    return Wordings(catalog.release_id, subsidiary, policies)


def _policies(sold: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Policy, ...]:
    found: dict[str, Policy] = {}
    for quote_id, policy in sold:
        version = str(policy["version"])
        slug = f"{policy['type']}_v{version}"
        before = found[slug].quote_ids if slug in found else frozenset[str]()
        found[slug] = Policy(slug, policy["name"], version, policy["wording"], before | {quote_id})
    return tuple(found.values())
