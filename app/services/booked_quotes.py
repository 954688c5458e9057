"""From an offer's quote to a booked one: the price exactly as quoted, the rest as the release says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.catalog.calculation import Calculation, Request
from app.catalog.facts import Facts
from app.catalog.model import Catalog, Product
from app.catalog.pricing import Priced, quote_again, quote_of
from app.domain.bookings import AgreedTerms, BookedQuote
from app.domain.lifecycle import RECEIVED, next_state
from app.domain.money import Currency, Money, currency
from app.domain.offers import Quote
from app.domain.pricing import PriceBreakdown, TaxLine

Texts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Where and how the customer buys: what prices, law and words depend on."""

    request: dict[str, Any]
    currency: str
    language: str
    priced_on: str

    @property
    def country(self) -> str:
        return str(self.request["customer"]["country"])

    @property
    def region(self) -> str | None:
        found = self.request["customer"].get("region")
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a partner asks for with one quote of a confirmation."""

    insured: tuple[dict[str, Any], ...] | None
    instalment_plan: str | None
    first_instalment_paid: bool | None


def priced(catalog: Catalog, product: Product, buyer: Buyer, quote_id: str, base: str) -> tuple[Quote, Texts]:
    """The quote as the rules of this release make it, and its words in the buyer's language."""
    quote, values = quote_of(catalog, product, asked(buyer, base), quote_id)
    return quote, orjson.loads(catalog.words.product(product.name, buyer.language).filled(values))


def asked(buyer: Buyer, base: str) -> Request:
    return Request(
        facts=Facts(buyer.request),
        currency=currency(buyer.currency),
        language=buyer.language,
        on=buyer.priced_on,
        benefits=True,
        document_url=lambda path: base + path,
    )


def booked_quote(
    catalog: Catalog, term: Mapping[str, Any], buyer: Buyer, wish: Wish, at: tuple[datetime, datetime, str]
) -> BookedQuote:
    """`at`: when the quote was made, when it is confirmed, and the address documents are under."""
    made_at, now, base = at
    product = catalog.products[term["product"]]
    if "start_at" not in term:  # an offer from before dates were among its terms
        then, _ = quote_of(catalog, product, asked(buyer, base), term["id"])
        term = {**term, "start_at": then.start_at, "end_at": then.end_at}
    priced_then = Priced(quoted_price(term, currency(buyer.currency)), term["start_at"], term["end_at"], term["steps"])
    quote, values = quote_again(catalog, product, asked(buyer, base), term["id"], priced_then)
    texts = orjson.loads(catalog.words.product(product.name, buyer.language).filled(values))
    return BookedQuote(
        id=term["id"],
        product=product.name,
        product_config_id=product.id,
        policy_version_id=term["policy_version_id"],
        policy=product.policy,
        title=cover_title(catalog, product.policy, texts),
        status=next_state("quote", RECEIVED, "confirm"),
        start_at=quote.start_at,
        end_at=quote.end_at,
        price=quote.price,
        cover_amount=quote.cover_amount,
        benefits=quote.benefits,
        files=quote.files,
        extra_fields=quote.extra_fields,
        insured=wish.insured,
        instalment_plan=wish.instalment_plan,
        first_instalment_paid=wish.first_instalment_paid,
        terms=agreed_terms(catalog, product, buyer, base),
        created_at=made_at,
        confirmed_at=now,
        updated_at=now,
    )


def cover_title(catalog: Catalog, policy: Mapping[str, Any], texts: Texts) -> str:
    """ "2 years" says little away from the offer it stood in, so the policy's name goes before it.

    That name is in the partner's own language only; and a title that shares a word with it says enough by itself.
    """
    title, name = str(texts["title"]), str(policy["name"])
    is_own = str(texts["locale"]).partition("-")[0] == catalog.default_language.partition("-")[0]
    return f"{name} · {title}" if is_own and not _long_words(name) & _long_words(title) else title


def _long_words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.lower()))


def quoted_price(term: Mapping[str, Any], code: Currency) -> PriceBreakdown:
    def money(name: str) -> Money:
        return Money(term[name], code.digits, code)

    lines = tuple(TaxLine(name, Money(units, digits, code)) for name, units, digits in term["taxes"])
    surcharge = None if term["surcharge"] is None else money("surcharge")
    net, tax = money("net"), money("tax")
    return PriceBreakdown(net, tax, net + tax, lines, surcharge, money("commission"))


def agreed_terms(catalog: Catalog, product: Product, buyer: Buyer, base: str) -> AgreedTerms:
    terms = product.terms
    return AgreedTerms(
        cooling_off_days=terms.cooling_off_in(buyer.country, buyer.region),
        refund=terms.refund,
        refund_fee=_fee(catalog, product, buyer, base, terms.refund_fee),
        modification=terms.modification,
        modification_fee=_fee(catalog, product, buyer, base, terms.modification_fee),
        is_renewable=terms.is_renewable,
    )


def _fee(catalog: Catalog, product: Product, buyer: Buyer, base: str, amount: float) -> Money:
    if not amount:
        return currency(buyer.currency).money(0.0)
    work = Calculation(catalog, product, asked(buyer, base))
    return work.request.currency.money(work.in_customer_currency("fee", amount))
