"""A cover in words: what it is called, what is in it and what is not, in any language the release speaks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalog.calculation import ProductNotPriced
from app.catalog.model import Catalog
from app.domain.bookings import BookedQuote, Booking
from app.domain.offers import Benefit
from app.services.booked_quotes import Buyer, priced
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
        title=_title(sale.catalog, quote, texts),
        line=texts["description"],
        inclusions=tuple(texts["inclusions"].items()),
        exclusions=tuple(texts["exclusions"].items()),
        benefits=found.benefits,
    )


def _title(catalog: Catalog, quote: BookedQuote, texts: Mapping[str, Any]) -> str:
    """ "2 years" says little away from the offer it stood in, so the policy's name goes before it.

    That name is in the partner's own language only; and a title that shares a word with it says enough by itself.
    """
    title, name = str(texts["title"]), str(quote.policy["name"])
    is_own = str(texts["locale"]).partition("-")[0] == catalog.default_language.partition("-")[0]
    return f"{name} · {title}" if is_own and not _words(name) & _words(title) else title


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.lower()))
