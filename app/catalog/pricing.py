"""Pricing one product for one request: steps, limits, taxes and dates of the catalog, in the domain's order."""

from typing import Any, NamedTuple

from app.catalog.calculation import LARGEST_PREMIUM, Calculation, ProductNotPriced, Request
from app.catalog.computed import Computed
from app.catalog.model import BenefitConfig, Catalog, Levy, Product
from app.catalog.placeholders import ProductWords
from app.catalog.words import fallback_chain
from app.domain import moments
from app.domain.money import Money
from app.domain.offers import Benefit, Document, Quote
from app.domain.pricing import PriceBreakdown, Tax, held_between, price_breakdown

PREMIUM = "premium"


class Priced(NamedTuple):
    """What the steps of a product came to."""

    price: PriceBreakdown
    start_at: str | None
    end_at: str | None
    steps: dict[str, Any]


def quote_of(catalog: Catalog, product: Product, request: Request, quote_id: str) -> tuple[Quote, ProductWords]:
    """The product priced, and the values its words ask for."""
    work = Calculation(catalog, product, request)
    steps = {}
    for step in product.steps:
        work.scope[step.name] = steps[step.name] = work.value(step.name, step.computed)
    return _quote(work, catalog, quote_id, Priced(_price(work), *_dates(work), steps))


def quote_again(
    catalog: Catalog, product: Product, request: Request, quote_id: str, priced: Priced
) -> tuple[Quote, ProductWords]:
    """A quote that was priced before, with the steps it was priced by: nothing about its price is worked out again."""
    work = Calculation(catalog, product, request)
    work.scope.update(priced.steps)
    return _quote(work, catalog, quote_id, priced)


def _quote(work: Calculation, catalog: Catalog, quote_id: str, priced: Priced) -> tuple[Quote, ProductWords]:
    product, request = work.product, work.request
    labels = catalog.words.labels(product.name, request.language)
    quote = Quote(
        id=quote_id,
        product_config_id=product.id,
        name=product.name,
        policy_type_slug=product.policy_type_slug,
        policy_version_id=product.policy_version_id,
        start_at=priced.start_at,
        end_at=priced.end_at,
        price=priced.price,
        benefits=tuple(_benefit(work, benefit, labels) for benefit in product.benefits) if request.benefits else (),
        files=_files(catalog, product, request, labels),
        extra_fields={step.name: work.value(step.name, step.computed) for step in product.extra_fields},
        cover_amount=None if product.cover_amount is None else work.money("cover_amount", product.cover_amount),
        steps=priced.steps,
    )
    return quote, ProductWords(work, catalog, quote)


def _price(work: Calculation) -> PriceBreakdown:
    product = work.product
    premium = work.scope[PREMIUM]
    step = next(step for step in product.steps if step.name == PREMIUM)
    if isinstance(premium, bool) or not isinstance(premium, (int, float)) or not 0 <= premium < LARGEST_PREMIUM:
        raise ProductNotPriced(PREMIUM, step.computed.source, "the premium must be a number of 0 or more")
    minimum = work.optional("minimum", product.minimum)
    maximum = work.optional("maximum", product.maximum)
    held = held_between(float(premium), minimum, maximum)
    return price_breakdown(
        work.request.currency,
        work.in_customer_currency(PREMIUM, held),
        [_in_currency(work, levy) for levy in product.surcharges if work.is_due(levy)],
        [_tax(work, levy) for levy in product.taxes if work.is_due(levy)],
        work.fraction("commission", product.commission_rate),
    )


def _in_currency(work: Calculation, levy: Levy) -> float:
    assert levy.amount is not None
    amount = work.number(levy.code, levy.amount)
    if amount < 0:
        raise ProductNotPriced(levy.code, levy.amount.source, "an amount must be 0 or more")
    return work.in_customer_currency(levy.code, amount)


def _tax(work: Calculation, levy: Levy) -> Tax:
    if levy.rate is None:
        return Tax(levy.code, amount=_in_currency(work, levy))
    return Tax(levy.code, rate=work.fraction(levy.code, levy.rate))


def _dates(work: Calculation) -> tuple[str | None, str | None]:
    return _date(work, "start_date", work.product.start), _date(work, "end_date", work.product.end)


def _date(work: Calculation, name: str, computed: Computed | None) -> str | None:
    if computed is None:
        return None
    found = work.value(name, computed)
    try:
        return moments.written(found)
    except (ValueError, TypeError) as problem:
        raise ProductNotPriced(name, computed.source, f"{found!r} is not a date of RFC 3339") from problem


def _benefit(work: Calculation, benefit: BenefitConfig, labels: dict[str, Any]) -> Benefit:
    label = labels["benefit_labels"].get(benefit.key, benefit.key)
    description, in_words = label if isinstance(label, list) else (label, None)
    limit = work.optional(benefit.key, benefit.limit)
    excess = work.optional(benefit.key, benefit.excess)
    own = work.product.policy_currency
    return Benefit(
        description,
        limit=_shown(work, benefit.key, limit),
        limit_policy_currency=None if limit is None else own.money(limit),
        excess=_shown(work, benefit.key, excess),
        excess_policy_currency=None if excess is None else own.money(excess),
        limit_description=in_words,
    )


def _shown(work: Calculation, name: str, amount: float | None) -> Money | None:
    return None if amount is None else work.request.currency.money(work.in_customer_currency(name, amount))


def _files(catalog: Catalog, product: Product, request: Request, labels: dict[str, Any]) -> tuple[Document, ...]:
    """The documents in the customer's language, or in the one they exist in."""
    found = []
    for file in product.files:
        for language in fallback_chain(request.language, catalog.default_language):
            path = f"{file.file}.{language}.html"
            if path in catalog.files:
                name = labels["files"].get(file.key, file.key)
                found.append(Document(name, request.document_url(path), file.type))
                break
    return tuple(found)
