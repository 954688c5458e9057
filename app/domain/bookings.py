"""A booking: what a customer bought, from whom, for how much, and what has become of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.money import Currency, Money
from app.domain.offers import Benefit, Document
from app.domain.pricing import PriceBreakdown
from app.domain.terms import ModificationRule, RefundRule

# What is known of the person, in the order partners' systems have always seen; what was not sent is null.
POLICYHOLDER_FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "address1",
    "address2",
    "postcode",
    "city",
    "region",
    "birth_date",
    "gender",
    "company",
    "company_reg_id",
    "middle_name",
    "country",
    "age",
    "secondary_email",
)


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """The terms of one sale: the catalog's, for this customer's country, with fees in this customer's currency."""

    cooling_off_days: int
    refund: RefundRule
    refund_fee: Money
    modification: ModificationRule
    modification_fee: Money
    is_renewable: bool


@dataclass(frozen=True, slots=True)
class BookedQuote:
    """One product of a booking."""

    id: str
    product: str
    product_config_id: str
    policy_version_id: str
    policy: dict[str, Any]
    title: str
    status: str
    start_at: str | None
    end_at: str | None
    price: PriceBreakdown
    cover_amount: Money | None
    benefits: tuple[Benefit, ...]
    files: tuple[Document, ...]
    extra_fields: dict[str, Any]
    insured: tuple[dict[str, Any], ...] | None
    instalment_plan: str | None
    first_instalment_paid: bool | None
    terms: AgreedTerms
    created_at: datetime
    confirmed_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None = None
    reason_for_cancellation: str = ""
    refund: Money | None = None
    refund_reason: str | None = None
    settlement: Money | None = None
    renewed_times: int = 0
    # What was changed in the context since the sale, for this quote alone.
    changes: dict[str, Any] | None = None

    @property
    def is_active(self) -> bool:
        return self.status != "CANCELLED"

    @property
    def policy_type_slug(self) -> str:
        return f"{self.policy['type']}_v{self.policy['version']}"


@dataclass(frozen=True, slots=True)
class Booking:
    id: str
    partner_code: str
    mode: str
    offer_id: str | None
    release_id: str
    status: str
    currency: str
    language: str
    country: str
    region: str | None
    subsidiary: str | None
    partner_transaction_id: str | None
    created_at: datetime
    updated_at: datetime
    policyholder: dict[str, Any]
    quotes: tuple[BookedQuote, ...]
    payment: dict[str, Any] | None
    booking_agent: Any
    version: int

    @property
    def trail_id(self) -> str:
        """An offer and the booking it became share one trail of evidence."""
        return self.offer_id or self.id

    @property
    def locale(self) -> str:
        """The first part of a customer's links: en-us. A language that names a region keeps it."""
        language = self.language.lower()
        return language if "-" in language or len(self.country) != 2 else f"{language}-{self.country.lower()}"

    @property
    def active_quotes(self) -> tuple[BookedQuote, ...]:
        return tuple(quote for quote in self.quotes if quote.is_active)

    def quote(self, quote_id: str) -> BookedQuote | None:
        return next((quote for quote in self.quotes if quote.id == quote_id), None)

    def with_quotes(self, changed: dict[str, BookedQuote]) -> "Booking":
        return replace(self, quotes=tuple(changed.get(quote.id, quote) for quote in self.quotes))

    @property
    def name(self) -> str:
        given = (self.policyholder.get(name) for name in ("first_name", "last_name"))
        return " ".join(part for part in given if part)


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over quotes that are not cancelled; zero when none is left."""

    price: Money
    tax: Money
    premium: Money


def totals(quotes: tuple[BookedQuote, ...], currency: Currency) -> Totals:
    return Totals(
        _sum((quote.price.total for quote in quotes), currency),
        _sum((quote.price.tax for quote in quotes), currency),
        _sum((quote.price.net for quote in quotes), currency),
    )


def _sum(amounts: Iterator[Money], currency: Currency) -> Money:
    return Money(sum(amount.units for amount in amounts), currency.digits, currency)


def policyholder_of(given: dict[str, Any]) -> dict[str, Any]:
    """Every field, with null where nothing was sent."""
    return {name: given.get(name) for name in POLICYHOLDER_FIELDS}
