"""Pricing one product for one request: steps, limits, taxes and dates of the catalog, in the domain's order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalog.exchange import NoExchangeRate
from app.catalog.expressions import Computed, ExpressionFails, Facts
from app.catalog.functions import Functions
from app.catalog.model import BenefitConfig, Catalog, Levy, Placeholder, Product
from app.catalog.words import fallback_chain
from app.domain import moments
from app.domain.money import Currency, Money
from app.domain.offers import Benefit, Document, Quote
from app.domain.pricing import PriceBreakdown, Tax, held_between, price_breakdown

PREMIUM = "premium"
# Nobody's cover costs more than this; a price beyond it is a mistake in the context or in a rate.
LARGEST_PREMIUM = 1e12


class ProductNotPriced(ValueError):
    """One calculation of a product failed. `message` names the calculation, `reason` says why."""

    def __init__(self, calculation: str, source: str, reason: str) -> None:
        super().__init__(f"{calculation} calculation failed. Expression: {source}")
        self.message = str(self)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """What pricing needs to know of a request, beside its fields."""

    facts: Facts
    currency: Currency
    language: str
    on: str
    benefits: bool
    document_url: Callable[[str], str]


class _Calculation:
    """The growing scope of one product's pricing."""

    def __init__(self, catalog: Catalog, product: Product, request: Request) -> None:
        self.product = product
        self.request = request
        self.functions = Functions(
            catalog.tables, catalog.exchange, product.policy_currency.code, request.currency.code, request.on
        )
        self.scope: dict[str, Any] = dict(request.facts.gather(product.fields))

    def value(self, name: str, computed: Computed) -> Any:
        try:
            return computed.value(self.scope, self.functions)
        except ExpressionFails as problem:
            raise ProductNotPriced(name, computed.source, problem.reason) from problem

    def number(self, name: str, computed: Computed) -> float:
        found = self.value(name, computed)
        if type(found) is float and abs(found) < LARGEST_PREMIUM:
            return found
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise ProductNotPriced(name, computed.source, "the result is not a number")
        if not abs(found) < LARGEST_PREMIUM:
            raise ProductNotPriced(name, computed.source, "the result is larger than any price")
        return float(found)

    def optional(self, name: str, computed: Computed | None) -> float | None:
        return None if computed is None else self.number(name, computed)

    def is_due(self, levy: Levy) -> bool:
        return levy.when is None or self.value(levy.code, levy.when) is True

    def in_customer_currency(self, name: str, amount: float) -> float:
        try:
            return self.functions.from_policy_currency(amount)
        except NoExchangeRate as problem:
            raise ProductNotPriced(name, f"from_policy_currency({name})", str(problem)) from problem

    def money(self, name: str, computed: Computed) -> Money:
        return self.request.currency.money(self.in_customer_currency(name, self.number(name, computed)))


def quote_of(catalog: Catalog, product: Product, request: Request, quote_id: str) -> "tuple[Quote, ProductWords]":
    """The product priced, and the values its words ask for."""
    work = _Calculation(catalog, product, request)
    steps = {}
    for step in product.steps:
        work.scope[step.name] = steps[step.name] = work.value(step.name, step.computed)
    price = _price(work)
    start, end = _dates(work)
    labels = catalog.words.labels(product.name, request.language)
    quote = Quote(
        id=quote_id,
        product_config_id=product.id,
        name=product.name,
        policy_type_slug=product.policy_type_slug,
        policy_version_id=product.policy_version_id,
        start_at=start,
        end_at=end,
        price=price,
        benefits=tuple(_benefit(work, benefit, labels) for benefit in product.benefits) if request.benefits else (),
        files=_files(catalog, product, request, labels),
        extra_fields={step.name: work.value(step.name, step.computed) for step in product.extra_fields},
        cover_amount=None if product.cover_amount is None else work.money("cover_amount", product.cover_amount),
        steps=steps,
    )
    return quote, ProductWords(work, catalog, quote)


def _price(work: _Calculation) -> PriceBreakdown:
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
        work.number("commission", product.commission_rate),
    )


def _in_currency(work: _Calculation, levy: Levy) -> float:
    assert levy.amount is not None
    return work.in_customer_currency(levy.code, work.number(levy.code, levy.amount))


def _tax(work: _Calculation, levy: Levy) -> Tax:
    if levy.rate is None:
        return Tax(levy.code, amount=_in_currency(work, levy))
    return Tax(levy.code, rate=work.number(levy.code, levy.rate))


def _dates(work: _Calculation) -> tuple[str | None, str | None]:
    return _date(work, "start_date", work.product.start), _date(work, "end_date", work.product.end)


def _date(work: _Calculation, name: str, computed: Computed | None) -> str | None:
    if computed is None:
        return None
    found = work.value(name, computed)
    try:
        return moments.written(found)
    except (ValueError, TypeError) as problem:
        raise ProductNotPriced(name, computed.source, f"{found!r} is not a date of RFC 3339") from problem


def _benefit(work: _Calculation, benefit: BenefitConfig, labels: dict[str, Any]) -> Benefit:
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


def _shown(work: _Calculation, name: str, amount: float | None) -> Money | None:
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


class ProductWords(Mapping[str, str]):
    """The values a product's words ask for, each made when a word asks for it."""

    def __init__(self, work: _Calculation, catalog: Catalog, quote: Quote) -> None:
        self._work = work
        self._catalog = catalog
        self._quote = quote
        self._made: dict[str, str] = {}
        self._own = {placeholder.name: placeholder for placeholder in work.product.placeholders}

    def __getitem__(self, name: str) -> str:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def _make(self, name: str) -> str:
        own = self._own.get(name)
        if own is not None:
            return _placeholder(self._work, own)
        return _READY[name](self._quote, self._work.product, self._catalog)

    def __iter__(self) -> Iterator[str]:
        yield from (*_READY, *self._own)

    def __len__(self) -> int:
        return len(_READY) + len(self._own)


_READY: dict[str, Callable[[Quote, Product, Catalog], str]] = {
    "quote_id": lambda quote, product, catalog: quote.id,
    "product_config_id": lambda quote, product, catalog: product.id,
    "price": lambda quote, product, catalog: quote.price.total.formatted,
    "price_without_tax": lambda quote, product, catalog: quote.price.net.formatted,
    "tax": lambda quote, product, catalog: quote.price.tax.formatted,
    "underwriter": lambda quote, product, catalog: str(product.policy["underwriter"]["name"]),
    "partner": lambda quote, product, catalog: str(catalog.partner["title"]),
}


def _placeholder(work: _Calculation, placeholder: Placeholder) -> str:
    if placeholder.is_money:
        return work.money(placeholder.name, placeholder.computed).formatted
    return shown(work.value(placeholder.name, placeholder.computed))


def shown(value: Any) -> str:
    """A value as a customer reads it: whole numbers without a point, no exponents."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def offer_functions(catalog: Catalog, request: Request) -> Functions:
    """The functions of an offer's own expressions: an offer has no policy currency, so the customer's stands in."""
    code = request.currency.code
    return Functions(catalog.tables, catalog.exchange, code, code, request.on)


def offer_values(
    catalog: Catalog, placeholders: tuple[Placeholder, ...], request: Request, functions: Functions
) -> dict[str, str]:
    """The values the offer's own words ask for. A field the request does not have leaves its place empty."""
    values = {"partner": catalog.partner["title"]}
    for placeholder in placeholders:
        try:
            found = placeholder.computed.value(request.facts.gather(placeholder.computed.fields), functions)
        except ExpressionFails:
            found = ""
        values[placeholder.name] = shown(found)
    return values
