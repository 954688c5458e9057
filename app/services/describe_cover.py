"""A cover in words: what it is called, what is in it and what is not, in any language the release speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalog.calculation import ProductNotPriced
from app.catalog.model import Catalog
from app.domain.bookings import BookedQuote, Booking
from app.domain.offers import Benefit
from app.services.booked_quotes import Buyer, cover_title, priced
from app.services.repriced_quotes import merged

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sale:
    """A booking with what its words are made from: the request it was priced by, and its release."""

    booking: Booking
    request: Mapping[str, Any]
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Description:
    """`language` is the one the words are in: a release may not have the one that was asked for."""

    language: str
    title: str
    line: str
    inclusions: Pairs
    exclusions: Pairs
    benefits: tuple[Benefit, ...]


def described(sale: Sale, quote: BookedQuote, language: str) -> Description:
    """By the release of the sale, with what was changed since; the words of the sale where that cannot be."""
    booking = sale.booking
    request = {**sale.request, "context": merged(sale.request["context"], quote.changes or {})}
    buyer = Buyer(request, booking.currency, language, quote.created_at.date().isoformat())
    try:
        found, texts = priced(sale.catalog, sale.catalog.products[quote.product], buyer, quote.id, "")
    except ProductNotPriced:
        return Description(booking.language.lower(), quote.title, "", (), (), quote.benefits)
    return Description(
        language=texts["locale"],
        title=cover_title(sale.catalog, quote.policy, texts),
        line=texts["description"],
        inclusions=tuple(texts["inclusions"].items()),
        exclusions=tuple(texts["exclusions"].items()),
        benefits=found.benefits,
    )
