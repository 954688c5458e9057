"""From a booking to the facts of its certificate: every price, day and sentence in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from babel import Locale

from app.adapters.documents.certificate import CertificateFacts, CoverFacts
from app.adapters.figures import amount_of, period_of
from app.adapters.locales import Said, said
from app.catalog.seller import Seller
from app.domain.bookings import BookedQuote, Booking, totals
from app.domain.drafts import Line
from app.domain.modes import TRAINING
from app.domain.money import currency
from app.domain.offers import Benefit
from app.services.describe_cover import Description, Sale, described

CANCELLED = "CANCELLED"


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


def certificate_facts(sale: Sale, issuer: Issuer, language: str, article: Line | None = None) -> CertificateFacts:
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
        is_training=booking.mode == TRAINING,
        article=_article(article, words.language),
    )


def _article(line: Line | None, language: str) -> tuple[tuple[str, str], ...]:
    """What is insured and the number that tells it from others of its kind, where a store knows them."""
    if line is None or not line.serial:
        return ()
    words = said("documents", language)
    kind = "imei" if line.identifier == "imei" else "serial"
    return ((words("certificate.product"), _title(line)), (words(f"certificate.{kind}"), line.serial))


def _title(line: Line) -> str:
    """Brand and variant too, where the title is without them."""
    before = "" if line.brand.casefold() in line.title.casefold() else f"{line.brand} "
    after = "" if line.variant.casefold() in line.title.casefold() else f", {line.variant}"
    return f"{before}{line.title}{after}"


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
