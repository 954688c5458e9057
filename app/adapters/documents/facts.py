"""From a booking to the facts of its certificate: every price, day and sentence in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from babel import Locale

from app.adapters.documents.certificate import CertificateFacts, CoverFacts
from app.adapters.locales import Said, direction_of, said
from app.adapters.mail_rendering import written_money
from app.catalog.seller import Seller
from app.domain.bookings import BookedQuote, Booking, totals
from app.domain.moments import day
from app.domain.money import Money, currency
from app.domain.offers import Benefit
from app.services.describe_cover import Description, Sale, described

CANCELLED = "CANCELLED"


def amount_of(money: Money, language: str) -> str:
    """In a text from right to left an amount is an island: its sign stays on its own side of the figures."""
    written = written_money(money, language)
    if direction_of(language) == "ltr":
        return written
    bare = written.replace("\N{RIGHT-TO-LEFT MARK}", "")
    return f"\N{LEFT-TO-RIGHT ISOLATE}{bare}\N{POP DIRECTIONAL ISOLATE}"


class Addresses(Protocol):
    """Where a certificate's links lead; app.web.links.Links is one."""

    def coi(self, booking: Booking, ending: str = "") -> str: ...
    def claim(self, booking: Booking) -> str: ...
    def pds(self, booking: Booking, quote: BookedQuote | None = None) -> str: ...


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who hands the certificate out, and the links on it."""

    seller: Seller
    logo_svg: str | None
    addresses: Addresses


def certificate_facts(sale: Sale, issuer: Issuer, language: str) -> CertificateFacts:
    words = said("customer", language)
    booking = sale.booking
    counted = booking.active_quotes or booking.quotes
    return CertificateFacts(
        language=words.language,
        partner_title=issuer.seller.title,
        logo_svg=issuer.logo_svg,
        booking_id=booking.id,
        status=booking.status,
        policyholder_name=booking.name,
        policyholder_lines=address_lines(booking.policyholder, words.language),
        issued_on=words.day(booking.updated_at),
        total_price=amount_of(totals(counted, currency(booking.currency)).price, words.language),
        link=issuer.addresses.coi(booking),
        claims_email=issuer.seller.claims_email,
        claims_link=issuer.addresses.claim(booking),
        help_link=issuer.seller.help_url,
        covers=tuple(_cover(sale, quote, words, issuer.addresses) for quote in booking.quotes),
    )


def _cover(sale: Sale, quote: BookedQuote, words: Said, addresses: Addresses) -> CoverFacts:
    told = described(sale, quote, words.language)
    price = quote.price
    underwriter = quote.policy["underwriter"]
    return CoverFacts(
        title=told.title,
        subject=told.line,
        period=period_of(quote, words),
        price=amount_of(price.total, words.language),
        price_without_tax=amount_of(price.net, words.language),
        tax_lines=tuple((line.code, amount_of(line.amount, words.language)) for line in price.tax_lines),
        benefits=_benefits(told, words),
        insured=_insured(quote),
        inclusions=told.inclusions,
        exclusions=told.exclusions,
        status=quote.status,
        cancelled_on=None if quote.cancelled_at is None else words.day(quote.cancelled_at),
        underwriter_name=underwriter["name"],
        underwriter_disclaimer=" ".join(underwriter["disclaimer"].split()),
        policy_code=quote.policy["code"],
        wording_link=addresses.pds(sale.booking, quote),
    )


def period_of(quote: BookedQuote, words: Said) -> str:
    """The days as the policy has them, in the offset they were written in."""
    start = words.day(day(quote.start_at) if quote.start_at else quote.confirmed_at)
    if quote.end_at is None:
        return words("period.open", start=start)
    return words("period.closed", start=start, end=words.day(day(quote.end_at)))


def _benefits(told: Description, words: Said) -> tuple[tuple[str, str], ...]:
    return tuple((benefit.description, _benefit(benefit, words)) for benefit in told.benefits)


def _benefit(benefit: Benefit, words: Said) -> str:
    parts = []
    if benefit.limit is not None:
        parts.append(words("benefit.limit", amount=amount_of(benefit.limit, words.language)))
    if benefit.excess is not None and benefit.excess.units:
        parts.append(words("benefit.excess", amount=amount_of(benefit.excess, words.language)))
    if benefit.limit_description:
        parts.append(benefit.limit_description)
    return words("comma").join(parts)


def _insured(quote: BookedQuote) -> tuple[str, ...]:
    names = (full_name(person) for person in quote.insured or ())
    return tuple(name for name in names if name)


def full_name(person: Mapping[str, Any]) -> str:
    given = (person.get(part) for part in ("first_name", "middle_name", "last_name"))
    return " ".join(str(part) for part in given if part)


def address_lines(person: Mapping[str, Any], language: str) -> tuple[str, ...]:
    town = " ".join(str(person[part]) for part in ("postcode", "city") if person.get(part))
    country = str(person.get("country") or "").upper()
    lines = (
        person.get("address1"),
        person.get("address2"),
        town,
        person.get("region"),
        Locale.parse(language).territories.get(country, country),
    )
    return tuple(str(line) for line in lines if line)
