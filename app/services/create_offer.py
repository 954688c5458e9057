"""Create Offer: validate, choose the offer, price every product, store what was answered, answer."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.catalog.calculation import ProductNotPriced, Request
from app.catalog.facts import Facts
from app.catalog.functions import Functions
from app.catalog.matching import Asker, matching_offers
from app.catalog.model import Catalog, OfferConfig
from app.catalog.offer_schema import OfferSchema, nested
from app.catalog.placeholders import offer_functions, offer_values
from app.catalog.pricing import quote_of
from app.catalog.words import content
from app.domain.errors import (
    GenerationReport,
    QuoteFailure,
    QuoteGenerationFailed,
    RequestInvalid,
    SchemaRequired,
)
from app.domain.evidence import offered_hash
from app.domain.money import Currency, UnknownCurrency, currency
from app.domain.offers import Offer, Quote, chosen_offer, rules_for
from app.services.records import OfferRecord, OfferStore

LONGEST_LANGUAGE = 20
LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class Order:
    """A request for an offer: the body as read, its bytes as sent, and who asks for what."""

    body: Any
    raw: bytes
    asker: Asker
    include_content: bool
    include_benefits: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the request is served: the partner's catalog and store, the clock, ids and chance."""

    catalog: Catalog
    store: OfferStore
    now: datetime
    new_offer_id: Callable[[], str]
    new_id: Callable[[], str]
    chance: Callable[[], float]
    document_url: Callable[[str], str]


def create_offer(desk: Desk, order: Order, present: Callable[[Offer], bytes]) -> bytes:
    """The answer, durable before it is given. `present` writes it; what is stored is exactly what is sent."""
    schema = _schema(desk.catalog, order.body)
    if not schema.accepts(order.body):
        raise RequestInvalid(errors=nested(schema.errors(order.body)))
    asked = _request(desk, order)
    functions = offer_functions(desk.catalog, asked)
    matches = matching_offers(desk.catalog, schema.identifier, asked.facts, order.asker, functions)
    config = chosen_offer(matches, lambda experiment: _draw(desk, order.body, experiment))
    offer = _offer(desk, order, config, asked, functions)
    answer = present(offer)
    desk.store.add_offer(_record(desk, order, config, offer, answer))
    return answer


def _schema(catalog: Catalog, body: Any) -> OfferSchema:
    named = body.get("schema") if isinstance(body, dict) else None
    identifier = named if isinstance(named, str) else catalog.default_schema
    if identifier is None:
        raise SchemaRequired(errors={"schema": ["This field is required."]})
    found = catalog.schemas.get(identifier)
    if found is None:
        raise RequestInvalid(errors={"schema": [f"{identifier[:LONGEST_REFERENCE]!r} is not a schema of this partner"]})
    return found


def _request(desk: Desk, order: Order) -> Request:
    body = order.body
    customer = body["customer"]
    language = customer["language"]
    if len(language) > LONGEST_LANGUAGE or not all(part.isalnum() and part.isascii() for part in language.split("-")):
        raise _refused(
            "customer", "language", f"{language[:LONGEST_REFERENCE]!r} is not a language such as en or en-us"
        )
    if len(customer["country"]) > LONGEST_LANGUAGE:
        raise _refused("customer", "country", "is too long")
    for name in ("transaction_id", "subsidiary"):
        if len(str(_of_partner(body, name) or "")) > LONGEST_REFERENCE:
            raise _refused("partner", name, f"is longer than {LONGEST_REFERENCE} characters")
    return Request(
        facts=Facts(body),
        currency=_currency(customer["currency"]),
        language=language,
        on=desk.now.date().isoformat(),
        benefits=order.include_benefits,
        document_url=desk.document_url,
    )


def _currency(code: str) -> Currency:
    try:
        return currency(code)
    except UnknownCurrency as problem:
        raise _refused("customer", "currency", str(problem)[:LONGEST_REFERENCE]) from problem


def _refused(group: str, name: str, rule: str) -> RequestInvalid:
    return RequestInvalid(errors={group: {name: [rule]}})


def _of_partner(body: dict[str, Any], name: str) -> Any:
    partner = body.get("partner")
    return partner.get(name) if isinstance(partner, dict) else None


def _draw(desk: Desk, body: dict[str, Any], experiment: str) -> float:
    """The same customer, or else the same order, stays in the same variant; an unknown one is drawn by chance."""
    known = _of_partner(body, "customer_id") or _of_partner(body, "transaction_id")
    if not isinstance(known, str):
        return desk.chance()
    digest = hashlib.sha256(f"{desk.catalog.code}/{experiment}/{known}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _offer(desk: Desk, order: Order, config: OfferConfig, asked: Request, functions: Functions) -> Offer:
    quotes: list[Quote] = []
    failures: list[QuoteFailure] = []
    words: list[bytes] = []
    texts = desk.catalog.words
    for position, product in enumerate(config.products):
        quote_id = desk.new_id()
        try:
            quote, values = quote_of(desk.catalog, product, asked, quote_id)
            if order.include_content:
                words.append(texts.product(product.name, asked.language).filled(values))
        except ProductNotPriced as problem:
            failures.append(QuoteFailure(position, product.id, quote_id, problem.message, (problem.reason,)))
            continue
        quotes.append(quote)
    if not quotes:
        raise QuoteGenerationFailed(GenerationReport(config.id, tuple(failures)))
    shown = None
    if order.include_content:
        filling = offer_values(desk.catalog, config.placeholders, asked, functions)
        shown = content(texts.offer(config.name, asked.language).filled(filling), words)
    return Offer(
        id=desk.new_offer_id(),
        session_id=desk.new_id(),
        offer_config_id=config.id,
        schema=config.schema,
        currency=asked.currency,
        language=asked.language,
        created_at=desk.now,
        quotes=tuple(quotes),
        product_rules=rules_for(config.product_rules, {quote.name: quote.id for quote in quotes}),
        experiment=config.experiment,
        content=shown,
        failures=tuple(failures),
    )


def _record(desk: Desk, order: Order, config: OfferConfig, offer: Offer, answer: bytes) -> OfferRecord:
    hours = config.expires_after_hours
    owner = (desk.catalog.code, desk.store.mode)
    texts = (order.raw.decode(), answer.decode(), orjson.dumps(_terms(offer.quotes)).decode())
    return OfferRecord(
        id=offer.id,
        created_at=desk.now,
        expires_at=None if hours is None else desk.now + timedelta(hours=hours),
        release_id=desk.catalog.release_id,
        offer_config_id=config.id,
        offer_schema=config.schema,
        currency=offer.currency.code,
        language=offer.language,
        country=order.body["customer"]["country"],
        subsidiary=_text(_of_partner(order.body, "subsidiary")),
        partner_transaction_id=_text(_of_partner(order.body, "transaction_id")),
        session_id=offer.session_id,
        request=texts[0],
        answer=texts[1],
        terms=texts[2],
        evidence=offered_hash(offer.id, owner, desk.now, desk.catalog.release_id, texts),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _terms(quotes: Sequence[Quote]) -> list[dict[str, Any]]:
    """What the answer may leave out and the booking will need: exact amounts in smallest units, and the steps."""
    return [
        {
            "id": quote.id,
            "product": quote.name,
            "policy_version_id": quote.policy_version_id,
            "net": quote.price.net.units,
            "tax": quote.price.tax.units,
            "taxes": [[line.code, line.amount.units, line.amount.digits] for line in quote.price.tax_lines],
            "commission": quote.price.commission.units,
            "surcharge": None if quote.price.surcharge is None else quote.price.surcharge.units,
            "cover_amount": None if quote.cover_amount is None else quote.cover_amount.units,
            "start_at": quote.start_at,
            "end_at": quote.end_at,
            "steps": quote.steps,
        }
        for quote in quotes
    ]
